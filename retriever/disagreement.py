"""Find documents that say different things of the same matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.types import DocumentSummary
from ingest.words.keywords import is_stop_word, stem
from retriever.drafting import cite
from retriever.questions.question_type import QuestionType
from retriever.types import Citation, Disagreement, Reading
from retriever.words.dates import date_order
from retriever.words.quantities import Quantity, find_quantities, same_value, unit_after

MAX_RATIO = 4
"""Numbers further apart than this count different things: sources differ on 57 or 74 dead, not on 3 or 200,000."""

_KINDS: dict[QuestionType, Literal["number", "date"]] = {"how_many": "number", "when": "date"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Two readings, from two documents, and the words in which each gives its value."""

    kind: Literal["number", "date"]
    readings: tuple[Reading, Reading]
    values: tuple[str, str]


def find_differences(kind: QuestionType, readings: Sequence[Reading], *, threshold: float) -> list[Difference]:
    """Compare the best reading whose answer is a value, best first, with the best such reading of each other document.

    Two readings differ when the words that answer hold a value of the kind that is asked for, share none, and have two
    of one unit that could tell of one thing. Where the reader sees no such words nothing is compared, nor for other
    kinds of questions: a difference in wording is no difference in fact.
    """
    if kind not in _KINDS:
        return []
    best: dict[str, Reading] = {}
    for reading in readings:
        if reading.score >= threshold and _values(reading, _KINDS[kind]):
            best.setdefault(reading.sentence.document_id, reading)
    if not best:
        return []
    first, *others = best.values()
    found = (_difference(_KINDS[kind], first, other) for other in others)
    return [difference for difference in found if difference]


def with_both_sides(kept: Sequence[Reading], differences: Sequence[Difference]) -> list[Reading]:
    """Add to the kept readings those of the other sides, so that each side is a claim of its own."""
    sides = [reading for difference in differences for reading in difference.readings]
    return [*kept, *(side for side in dict.fromkeys(sides) if side not in kept)]


def cite_differences(
    differences: Sequence[Difference], documents: Mapping[str, DocumentSummary]
) -> tuple[Disagreement, ...]:
    """Turn differences into what an answer shows: both sides, quoted."""
    return tuple(
        Disagreement(
            difference.kind,
            difference.values,
            (_cited(difference.readings[0], documents), _cited(difference.readings[1], documents)),
        )
        for difference in differences
    )


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that answers, its unit where one follows it, and both as they are written."""

    quantity: Quantity
    unit: str | None
    written: str
    language: str


def _difference(kind: Literal["number", "date"], first: Reading, second: Reading) -> Difference | None:
    ours, theirs = _values(first, kind), _values(second, kind)
    if any(same_value(one.quantity, other.quantity) for one in ours for other in theirs):
        return None
    for one in ours:
        for other in theirs:
            if _of_one_unit(one, other) and _comparable(one.quantity, other.quantity):
                return Difference(kind, (first, second), (one.written, other.written))
    return None


def _values(reading: Reading, kind: Literal["number", "date"]) -> list[_Value]:
    """Return the values of a kind among the words that answer, or in the label where they stand there."""
    text, words, language = reading.sentence.search_text, reading.answer_text, reading.passage.language
    if words is None and reading.above is not None and reading.label:
        text = words = " ".join(reading.label.quote.split())
    start = text.find(words) if words else -1
    if words is None or start < 0:
        return []
    return [
        _Value(one, unit_after(text, one), text[one.start : one.end], language)
        for one in find_quantities(text, date_order(reading.passage.search_text))
        if one.kind == kind and start <= one.start and one.end <= start + len(words)
    ]


def _of_one_unit(one: _Value, other: _Value) -> bool:
    """Tell whether two values count the same, as far as both say so in one language."""
    if one.language != other.language or not one.unit or not other.unit:
        return True
    telling = not is_stop_word(one.unit) and not is_stop_word(other.unit)
    return not telling or stem(one.unit, one.language) == stem(other.unit, other.language)


def _comparable(one: Quantity, other: Quantity) -> bool:
    """Tell whether two values could be given for one thing: numbers of one size, dates as full and in one year."""
    if one.kind == "number":
        low, high = sorted((float(one.value), float(other.value)))
        return low > 0 and high / low <= MAX_RATIO
    same_year = one.value[:4] == other.value[:4] or "--" in (one.value[:2], other.value[:2])
    return len(one.value) >= len("--05-15") and len(other.value) >= len("--05-15") and same_year


def _cited(reading: Reading, documents: Mapping[str, DocumentSummary]) -> Citation:
    return cite(reading, documents[reading.sentence.document_id])
