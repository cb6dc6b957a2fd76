"""Details that an answer must have: a record with another date, number or code than the question's is none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ingest.blocks.cells import columns
from ingest.types import Passage, Sentence
from ingest.words.keywords import fold, has_phrase, is_stop_word, quoted_phrases, stem
from retriever.types import Question
from retriever.words.dates import DateOrder, date_order
from retriever.words.quantities import Quantity, find_quantities, same_value, unit_after
from retriever.words.terms import Term, covered_terms, overlap, question_terms, vocabulary_of

MIN_SHARED = 0.5
"""Two records are worded alike when they share so many of the shorter one's telling words."""

MIN_ALIKE = 2
"""More sentences of a document than this must have a date or number of the same sort, or it is no row of records."""

_ANSWER_NOTHING = ("contents", "header", "label")
_ASKING = re.compile(
    r"\b(?:ask|asks|asked|asking|wonders?|wondered|vraagt?|vragen|vroeg|vroegen|gevraagd)\b", re.IGNORECASE
)
_ITEM_NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s")
_CODE = re.compile(r"(?<![\w@])(?=[\w./-]*\d)(?=[\w./-]*[^\W\d_])[A-Z0-9][\w]*(?:[./-][\w]+)*(?!\w)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTERS = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d")
_ARTICLE = re.compile(
    r"\b(?P<word>artikel|article|art|lid|member|section|paragraaf|hoofdstuk|chapter)\b\.?\s*(?P<number>\d+[a-z]?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Detail:
    """Something exact: its sort (a full date, a number of one unit, a code of one shape), and which one it is.

    `names`: it is the name of one thing, as a code is, so that another one is another thing wherever it stands.
    """

    sort: str
    value: str
    names: bool = False


class InPassage(Protocol):
    """A sentence with the passage that it stands in, whatever else is known of it."""

    @property
    def sentence(self) -> Sentence:
        """The sentence."""
        ...

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        ...


Read = TypeVar("Read", bound=InPassage)


def exact_only(question: Question, readings: Sequence[Read]) -> list[Read]:
    """Leave out the sentences that say it of another date, number or code than the question asks about.

    Words that it has between quotation marks must stand in a sentence or in what that stands under. Of a follow-up
    that asks for another thing than the question before it, what is said of the earlier thing alone is no answer.
    """
    readings = _of_what_is_asked_now(question, _with_phrases(question, readings))
    asked = _asked_for(question)
    if not asked:
        return list(readings)
    counted: dict[tuple[str, str], int] = {}
    found = [list(_details_of(reading)) for reading in readings]
    for reading, own in zip(readings, found, strict=True):
        for sort in {detail.sort for detail in own}:
            key = reading.passage.document_id, sort
            counted[key] = counted.get(key, 0) + 1
    return [
        reading
        for reading, own in zip(readings, found, strict=True)
        if not any(
            _is_another(detail, own)
            and (detail.names or counted.get((reading.passage.document_id, detail.sort), 0) > MIN_ALIKE)
            for detail in asked
        )
    ]


def _asked_for(question: Question) -> list[Detail]:
    return list(details(question.resolved if question.changes else question.asked, question.language))


def without_like_records(question: Question, readings: Sequence[Read]) -> list[Read]:
    """Leave out the records of another thing that are worded like one of the thing that is asked about.

    They would speak against it where a network reads them beside it. Other sentences of a passage stay as its context.
    """
    left = exact_only(question, readings)
    asked = _asked_for(question)
    own = [_telling(one) for one in left if any(_has(one, detail) for detail in asked)]
    standing = {one.sentence for one in left}
    return [
        one
        for one in readings
        if one.sentence in standing or not any(overlap(_telling(one), words) >= MIN_SHARED for words in own)
    ]


def _has(reading: InPassage, asked: Detail) -> bool:
    return any(one.sort == asked.sort and _same(one, asked) for one in _details_of(reading))


def _telling(reading: InPassage) -> set[str]:
    words = _WORD.findall(fold(reading.sentence.search_text))
    return {stem(word, reading.passage.language) for word in words if not is_stop_word(word)}


def able_to_answer(question: Question, readings: Sequence[Read]) -> list[Read]:
    """Leave out what answers nothing by itself: labels, names of columns, contents, and questions of the text.

    A question of the text answers who asked it.
    """
    may_ask = bool(_ASKING.search(question.asked))
    return [
        reading
        for reading in readings
        if reading.sentence.kind not in _ANSWER_NOTHING and (may_ask or not reading.sentence.asks)
    ]


def _with_phrases(question: Question, readings: Sequence[Read]) -> Sequence[Read]:
    """Keep the sentences that have every quoted phrase of a question, in any inflection."""
    phrases = quoted_phrases(question.asked)
    if not phrases:
        return readings
    return [
        reading
        for reading in readings
        if all(has_phrase(f"{reading.sentence.above} {reading.sentence.search_text}", one) for one in phrases)
    ]


def _of_what_is_asked_now(question: Question, readings: Sequence[Read]) -> Sequence[Read]:
    """Leave out what names a thing that was asked about before and not what is asked about instead.

    A time is left to the dates: what is said of 1950 to 1960 holds in 1954.
    """
    changes = [
        (question_terms(one.old, question.language), question_terms(one.new, question.language))
        for one in question.changes
        if not any(found.kind == "date" for found in find_quantities(one.old))
    ]
    if not changes:
        return readings
    return [
        reading
        for reading in readings
        if not any(_names(old, question, reading) and not _names(new, question, reading) for old, new in changes)
    ]


def _names(terms: Sequence[Term], question: Question, reading: InPassage) -> bool:
    """Tell whether a sentence, or what it stands under, has all words of a phrase."""
    vocabulary = vocabulary_of(f"{reading.sentence.above} {reading.sentence.search_text}", reading.passage.language)
    return bool(terms) and len(covered_terms(terms, question.language, vocabulary)) == len(terms)


def details(text: str, language: str, *, order: DateOrder = "dmy") -> Iterator[Detail]:
    """Yield the exact details of a text."""
    codes = [match for match in _CODE.finditer(text) if len(match.group()) >= 4]
    for match in codes:
        shape = _LETTERS.sub("a", _DIGITS.sub("9", match.group()))
        yield Detail(f"code {shape}", match.group().casefold(), names=True)
    for match in _ARTICLE.finditer(text):
        yield Detail(f"article {match['word'].casefold()}", match["number"].casefold())
    for quantity in find_quantities(text, order):
        if any(match.start() < quantity.end and quantity.start < match.end() for match in codes):
            continue
        if quantity.kind == "date" and len(quantity.value) >= len("--05-15"):
            yield Detail("date", quantity.value)
        elif quantity.kind == "number" and (unit := unit_after(text, quantity)):
            yield Detail(f"number {stem(unit, language)}", quantity.value)


def _details_of(reading: InPassage) -> Iterator[Detail]:
    """Yield the details of a sentence and of what it stands right under."""
    order = date_order(reading.passage.search_text)
    yield from details(_said(reading.sentence), reading.passage.language, order=order)
    if reading.sentence.context and (number := _ITEM_NUMBER.match(reading.sentence.search_text)):
        yield from (Detail(f"article {word}", number[1]) for word in ("lid", "member"))
    for column, cell in columns(reading.sentence):
        for quantity in find_quantities(cell, order):
            if quantity.kind == "number" and len(cell) == quantity.end - quantity.start:
                for word in _WORD.findall(column):
                    yield Detail(f"number {stem(fold(word), reading.passage.language)}", quantity.value)


def _said(sentence: Sentence) -> str:
    return " \n ".join([*sentence.context[-1:], sentence.search_text])


def _is_another(asked: Detail, found: Sequence[Detail]) -> bool:
    """Tell whether there are details of the sort that is asked about, and none is the one."""
    same_sort = [one for one in found if one.sort == asked.sort]
    return bool(same_sort) and not any(_same(one, asked) for one in same_sort)


def _same(one: Detail, other: Detail) -> bool:
    if one.sort != "date":
        return one.value == other.value
    return same_value(Quantity("date", one.value, 0, 1), Quantity("date", other.value, 0, 1))
