"""Numbers and dates in Dutch and English text, brought to one form so that "twaalf", "twelve" and "12" are equal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a date in a text.

    `value` is canonical: a plain decimal ("30000", "3.5"), or a date as far as it is given ("1955-05-15", "1955-05",
    "1955", "--05-15" for a day without a year). `start` and `end` are offsets in the text that was read.
    """

    kind: Literal["number", "date"]
    value: str
    start: int
    end: int


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan", "february februari feb", "march maart mar mrt", "april apr", "may mei",
            "june juni jun", "july juli jul", "august augustus aug", "september sept sep",
            "october oktober oct okt", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_UNITS = {
    word: value
    for value, words in enumerate(
        (
            "zero nul", "one een één", "two twee", "three drie", "four vier", "five vijf", "six zes", "seven zeven",
            "eight acht", "nine negen", "ten tien", "eleven elf", "twelve twaalf", "thirteen dertien",
            "fourteen veertien", "fifteen vijftien", "sixteen zestien", "seventeen zeventien", "eighteen achttien",
            "nineteen negentien",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    word: value * 10
    for value, words in enumerate(
        ("twenty twintig", "thirty dertig", "forty veertig", "fifty vijftig", "sixty zestig", "seventy zeventig",
         "eighty tachtig", "ninety negentig"), start=2,
    )
    for word in words.split()
}  # fmt: skip
_SCALES = {"hundred": 100, "honderd": 100, "thousand": 1000, "duizend": 1000, "million": 10**6, "miljoen": 10**6,
           "billion": 10**9, "miljard": 10**9}  # fmt: skip
# Words that are a number only sometimes ("one of them", "een fabriek", "there was zero ..."): never counted alone.
_NOT_ALONE = {"one", "een", "één", "zero", "nul"}

_month = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th|e)?\.?(?:\s*[-–]\s*[0-3]?\d)?\s+(?:of\s+)?(?P<month>{_month})\b\.?(?:,?\s+(?P<year>[12]\d{{3}}))?"
    rf"|(?P<month2>{_month})\b\.?\s+(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<year2>[12]\d{{3}}))?"
    rf"|(?P<month3>{_month})\b\.?\s+(?:of\s+|van\s+)?(?P<year3>[12]\d{{3}})\b"
    rf"|(?P<isoyear>[12]\d{{3}})-(?P<isomonth>[01]\d)-(?P<isoday>[0-3]\d))",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:[.,  ]\d{3})+|\d+)(?:[.,]\d{1,2}(?!\d))?(?=\D|$)")
_YEAR = re.compile(r"^[12]\d{3}$")
# "The 1966 delegates" counts, "the 1956 rising" does not.
_COUNTED = re.compile(
    r"\b(?:[Dd]e|[Tt]he|some|about|nearly|only|circa|ongeveer|bijna|zo'n|all) [12]\d{3} [a-zà-ÿ]{3,}(?:en|s)\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# "A few hundred" is no number.
_VAGUE = re.compile(r"\b(?:few|several|many|some|couple of|enkele|paar|meerdere|verscheidene)\s+$", re.IGNORECASE)
_SCALE_VALUES = frozenset(str(scale) for scale in _SCALES.values())


def find_quantities(text: str) -> list[Quantity]:
    """Find the numbers and dates of a text in reading order; a year alone is a date."""
    return list(_find(text))


@lru_cache(maxsize=2048)  # a reader asks this of each word of a question, again for every sentence
def _find(text: str) -> tuple[Quantity, ...]:
    dates = [found for match in _DATE.finditer(text) if (found := _date(match))]
    taken = [(found.start, found.end) for found in dates]
    numbers = _scaled(text, sorted([*_digit_numbers(text), *_word_numbers(text)], key=lambda number: number.start))
    free = [number for number in numbers if not any(number.start < end and start < number.end for start, end in taken)]
    return tuple(sorted([*dates, *free], key=lambda quantity: quantity.start))


def same_value(first: Quantity, second: Quantity) -> bool:
    """Tell whether two quantities can be the same: "15 May" agrees with "15 May 1955"."""
    if first.value == second.value:
        return True
    if first.kind != "date" or second.kind != "date":
        return False
    return all(a == b for a, b in zip(_date_parts(first.value), _date_parts(second.value), strict=True) if a and b)


def says(evidence: Quantity, claimed: Quantity) -> bool:
    """Tell whether a quantity carries another: "15 May 1955" carries "May 1955", not the other way round."""
    if evidence.value == claimed.value:
        return True
    if evidence.kind != "date" or claimed.kind != "date":
        return False
    parts = zip(_date_parts(evidence.value), _date_parts(claimed.value), strict=True)
    return all(has == wanted for has, wanted in parts if wanted)


def _date_parts(value: str) -> tuple[str, str, str]:
    year, month, day = re.fullmatch(r"(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?", value).groups()
    return year.strip("-"), month or "", day or ""


def _date(match: re.Match[str]) -> Quantity | None:
    part = match.groupdict()
    year = part["year"] or part["year2"] or part["year3"] or part["isoyear"] or ""
    name = part["month"] or part["month2"] or part["month3"]
    month = _MONTHS[name.lower()] if name else int(part["isomonth"])
    day = int(part["day"] or part["day2"] or part["isoday"] or 0)
    if not 1 <= month <= 12 or day > 31:
        return None
    value = f"{year or '-'}-{month:02d}" + (f"-{day:02d}" if day else "")
    # The stop after "3 mei." may end the sentence; it is no part of the date.
    return Quantity("date", value, match.start(), match.start() + len(match.group().rstrip(".")))


def _digit_numbers(text: str) -> list[Quantity]:
    found = []
    for match in _DIGITS.finditer(text):
        value = _plain_decimal(match.group())
        is_year = _YEAR.match(match.group()) and not _COUNTED.search(
            text[max(0, match.start() - 12) : match.end() + 24]
        )
        kind = "date" if is_year else "number"
        found.append(Quantity(kind, value, match.start(), match.end()))
    return found


def _scaled(text: str, numbers: Sequence[Quantity]) -> list[Quantity]:
    """Take "1,5 miljoen" and "18 million" as one number each."""
    found: list[Quantity] = []
    for number in numbers:
        last = found[-1] if found else None
        if last and last.kind == "number" and number.value in _SCALE_VALUES and text[last.end : number.start].isspace():
            value = f"{(Decimal(last.value) * Decimal(number.value)).normalize():f}"
            found[-1] = Quantity("number", value, last.start, number.end)
        else:
            found.append(number)
    return found


def _plain_decimal(digits: str) -> str:
    """Write "30.000", "30,000" and "30 000" as "30000", "3,5" and "3.5" as "3.5"."""
    fraction = re.search(r"[.,](\d{1,2})$", digits)
    whole = digits[: fraction.start()] if fraction else digits
    whole = re.sub(r"\D", "", whole).lstrip("0") or "0"
    return f"{whole}.{fraction.group(1)}" if fraction else whole


def _word_numbers(text: str) -> list[Quantity]:
    """Find runs of number words: "two hundred", "vijfentwintig", "drieduizend"."""
    found: list[Quantity] = []
    run: list[tuple[int, re.Match[str]]] = []
    for match in [*_WORD.finditer(text), None]:
        value = None if match is None else word_value(match.group())
        continues = value is not None and (not run or _joins(text, run[-1], value, match))
        if run and not continues:
            if word_value(run[0][1].group()) not in _SCALES.values() or not _VAGUE.search(text[: run[0][1].start()]):
                _close_run(run, found)
            run = []
        if value is not None:
            run.append((value, match))
    return found


def _joins(text: str, last: tuple[int, re.Match[str]], value: int, match: re.Match[str]) -> bool:
    """Tell whether a number word goes on with the one before it: "twenty five" and "drie honderd", not "een vier"."""
    before, word = last
    fits = value in _SCALES.values() or (before >= 20 and before % 10 ** len(str(value)) == 0)
    return fits and text[word.end() : match.start()].isspace()


def _close_run(run: list[tuple[int, re.Match[str]]], found: list[Quantity]) -> None:
    if len(run) == 1 and run[0][1].group().lower() in _NOT_ALONE:
        return
    total = current = 0
    for value, _ in run:
        if value in (100, 1000, 10**6, 10**9):
            current = max(current, 1) * value
            if value >= 1000:
                total, current = total + current, 0
        else:
            current += value
    found.append(Quantity("number", str(total + current), run[0][1].start(), run[-1][1].end()))


def word_value(word: str) -> int | None:
    """Return the value of a number word, Dutch compounds and English hyphens included; None for any other word."""
    word = word.lower()
    for table in (_UNITS, _TENS, _SCALES):
        if word in table:
            return table[word]
    if "-" in word:
        tens, _, unit = word.partition("-")
        return _TENS[tens] + _UNITS[unit] if tens in _TENS and _UNITS.get(unit, 10) < 10 else None
    return _dutch_compound(word)


def _dutch_compound(word: str) -> int | None:
    for scale in ("duizend", "honderd"):
        before, found, after = word.partition(scale)
        if found:
            factor = 1 if not before else word_value(before)
            rest = 0 if not after else word_value(after.removeprefix("en"))
            return None if factor is None or rest is None else factor * _SCALES[scale] + rest
    match = re.fullmatch(r"(een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)(?:en|ën)(\w+tig)", word)
    return _UNITS[match[1]] + _TENS[match[2]] if match and match[2] in _TENS else None
