"""Numbers and dates in Dutch and English text, brought to one form so that "twaalf", "twelve" and "12" are equal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from ingest.types import Span
from ingest.words.keywords import fold
from retriever.words.dates import DateOrder, written_dates
from retriever.words.number_words import SCALES, written_numbers


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


_DIGITS = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:[.,  ]\d{3})+|\d+)(?:[.,]\d{1,2}(?!\d))?(?=\D|$)")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]{3,})")
_YEAR = re.compile(r"^[12]\d{3}$")
# "The 1966 delegates" counts, "the 1956 rising" does not.
_COUNTED = re.compile(
    r"\b(?:[Dd]e|[Tt]he|some|about|nearly|only|circa|ongeveer|bijna|zo'n|all) [12]\d{3} [a-zà-ÿ]{3,}(?:en|s)\b"
)
_SCALE_VALUES = frozenset(map(str, SCALES))


def find_quantities(text: str, order: DateOrder = "dmy") -> list[Quantity]:
    """Find the numbers and dates of a text in reading order; a year alone is a date.

    `order`: what comes first in a date in digits that could be read both ways.
    """
    return list(_find(text, order))


@lru_cache(maxsize=2048)  # a reader asks this of each word of a question, again for every sentence
def _find(text: str, order: DateOrder) -> tuple[Quantity, ...]:
    dates = [Quantity("date", found.value, found.start, found.end) for found in written_dates(text, order)]
    taken = [(found.start, found.end) for found in dates]
    numbers = _scaled(text, sorted([*_digit_numbers(text), *_in_words(text)], key=lambda number: number.start))
    free = [number for number in numbers if not any(number.start < end and start < number.end for start, end in taken)]
    return tuple(sorted([*dates, *free], key=lambda quantity: quantity.start))


def same_value(first: Quantity, second: Quantity) -> bool:
    """Tell whether two quantities can be the same: "15 May" agrees with "15 May 1955"."""
    if first.value == second.value:
        return True
    if first.kind != "date" or second.kind != "date":
        return False
    return all(a == b for a, b in zip(_date_parts(first.value), _date_parts(second.value), strict=True) if a and b)


def unit_after(text: str, value: Quantity) -> str | None:
    """Return what a number counts: the word behind it."""
    found = _NEXT_WORD.match(text, value.end)
    return fold(found[1]) if found else None


def whole_values(text: str, words: Span, order: DateOrder = "dmy") -> Span:
    """Return words of a text with the whole of each number and date that they have a part of."""
    cut = [one for one in find_quantities(text, order) if one.start < words.end and words.start < one.end]
    return Span(min([words.start, *(one.start for one in cut)]), max([words.end, *(one.end for one in cut)]))


def evidence_states(evidence: Quantity, claimed: Quantity) -> bool:
    """Tell whether a quantity carries another: "15 May 1955" carries "May 1955", not the other way round."""
    if evidence.value == claimed.value:
        return True
    if evidence.kind != "date" or claimed.kind != "date":
        return False
    parts = zip(_date_parts(evidence.value), _date_parts(claimed.value), strict=True)
    return all(has == wanted for has, wanted in parts if wanted)


def _date_parts(value: str) -> tuple[str, str, str]:
    parts = re.fullmatch(r"(\d{4}|-)(?:-(\d\d))?(?:-(\d\d))?", value)
    assert parts, value
    return parts[1].strip("-"), parts[2] or "", parts[3] or ""


def _digit_numbers(text: str) -> list[Quantity]:
    found = []
    for match in _DIGITS.finditer(text):
        value = _plain_decimal(match.group())
        is_year = _YEAR.match(match.group()) and not _COUNTED.search(
            text[max(0, match.start() - 12) : match.end() + 24]
        )
        found.append(Quantity("date" if is_year else "number", value, match.start(), match.end()))
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


def _in_words(text: str) -> list[Quantity]:
    return [Quantity("number", str(found.value), found.start, found.end) for found in written_numbers(text)]
