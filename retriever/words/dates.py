"""Dates in Dutch and English, in words, digits and Roman months, brought to one form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from num2words import num2words

DateOrder = Literal["dmy", "mdy"]
"""What the first of two numbers is in "03/04/1953"."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan", "february februari feb", "march maart mar mrt meert", "april apr", "may mei mey",
            "june juni jun juny", "july juli jul", "august augustus aug", "september sept sep",
            "october oktober oct okt", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MAX_DAYS = 31


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as far as it is given ("1955-05-15", "1955-05", "--05-15") and where it stands."""

    value: str
    start: int
    end: int


def written_dates(text: str, order: DateOrder = "dmy") -> Iterator[WrittenDate]:
    """Yield the dates of a text; `order` decides where both numbers of one in digits could be the day."""
    for match in _pattern().finditer(text):
        part = match.groupdict()
        year, month, day = _year(part), _month(part), _day(part)
        if part["first"]:
            day, month = _in_digits(int(part["first"]), int(part["second"]), order)
        if 1 <= month <= 12 and day <= _MAX_DAYS:
            value = f"{year or '-'}-{month:02d}" + (f"-{day:02d}" if day else "")
            # The stop after "3 mei." may end the sentence; it is no part of the date.
            yield WrittenDate(value, match.start(), match.start() + len(match.group().rstrip(".")))


def date_order(text: str) -> DateOrder:
    """Return the habit of a text: the day second only where one date shows it and none shows the other."""
    pairs = [(int(match["first"]), int(match["second"])) for match in _pattern().finditer(text) if match["first"]]
    shows_month_first = any(second > 12 >= first for first, second in pairs)
    return "mdy" if shows_month_first and not any(first > 12 for first, _ in pairs) else "dmy"


def _in_digits(first: int, second: int, order: DateOrder) -> tuple[int, int]:
    """Return day and month of a date in digits."""
    month_first = second > 12 or (first <= 12 and order == "mdy")
    return (second, first) if month_first else (first, second)


def _year(part: dict[str, str | None]) -> str:
    years = ("year", "year2", "year3", "isoyear", "romanyear", "lastyear")
    year = next((part[name] for name in years if part[name]), None) or ""
    return f"19{year[-2:]}" if year.startswith(("'", "’")) else year


def _month(part: dict[str, str | None]) -> int:
    name = part["month"] or part["month2"] or part["month3"]
    if name:
        return MONTHS[name.lower()]
    return _ROMAN.index(part["roman"]) + 1 if part["roman"] else int(part["isomonth"] or 0)


def _day(part: dict[str, str | None]) -> int:
    word = part["dayword"] or part["dayword2"]
    if word:
        return _day_words()[word.lower()]
    return int(part["day"] or part["day2"] or part["isoday"] or part["romanday"] or 0)


@lru_cache(maxsize=1)
def _day_words() -> dict[str, int]:
    """Return the days of a month in words: "derde", "third", "drie", "twenty-first"."""
    return {
        num2words(day, lang=language, to=form).replace("'", ""): day
        for language in ("nl", "en")
        for form in ("ordinal", "cardinal")
        for day in range(1, _MAX_DAYS + 1)
        if not (form == "cardinal" and (day == 1 or language == "en"))
    }


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(MONTHS, key=len, reverse=True))
    words = "|".join(sorted(map(re.escape, _day_words()), key=len, reverse=True))
    day, year = r"(?:[0-2]?\d|3[01])", r"[12]\d{3}\b|['’]\d\d\b"
    return re.compile(
        rf"\b(?:(?:(?P<day>{day})(?:st|nd|rd|th|e|de|ste|den)?\.?(?:\s*[-–]\s*[0-3]?\d)?|(?P<dayword>{words}))"
        rf"\s+(?:of\s+)?(?P<month>{month})\b\.?(?:,?\s+(?P<year>{year}))?"
        rf"|(?P<month2>{month})\b\.?\s+(?:(?P<day2>{day})(?:st|nd|rd|th)?\b(?!\d)|(?P<dayword2>{words})\b)"
        rf"(?:,?\s+(?P<year2>{year}))?"
        rf"|(?P<month3>{month})\b\.?\s+(?:of\s+|van\s+)?(?P<year3>[12]\d{{3}})\b"
        r"|(?P<isoyear>[12]\d{3})-(?P<isomonth>[01]\d)-(?P<isoday>[0-3]\d)\b"
        rf"|(?P<romanday>{day})[-./ ](?-i:(?P<roman>{'|'.join(sorted(_ROMAN, key=len, reverse=True))}))"
        r"[-./ ](?P<romanyear>[12]\d{3})\b"
        r"|(?P<first>[0-3]?\d)(?P<sign>[-./])(?P<second>[0-3]?\d)(?P=sign)(?P<lastyear>[12]\d{3})\b)",
        re.IGNORECASE,
    )
