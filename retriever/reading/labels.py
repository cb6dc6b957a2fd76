"""What stands above a sentence and belongs to its quotation: who speaks, the date of the entry, the article."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.catalogue import Catalogue
from ingest.errors import InvalidSpanError, UnknownDocumentError
from ingest.types import Sentence
from retriever.questions.question_type import holds_answer, type_asked_for
from retriever.reading.quoting import points_back
from retriever.types import Label, Question, Reading
from retriever.words.terms import covered_terms, question_terms, total_weight, vocabulary_of

_WHICH = re.compile(r"\b(?:which|welke?)\b", re.IGNORECASE)


def with_labels(
    question: Question, readings: Sequence[Reading], catalogue: Catalogue, *, threshold: float
) -> list[Reading]:
    """Give each sentence that may be quoted the part of its trail that the answer needs, where it needs one."""
    return [
        _labelled(question, reading, catalogue) if reading.score >= threshold and reading.sentence.trail else reading
        for reading in readings
    ]


def _labelled(question: Question, reading: Reading, catalogue: Catalogue) -> Reading:
    number = _needed(question, reading)
    if number is None:
        return reading
    span = reading.sentence.trail[number]
    try:
        quote = catalogue.text(reading.sentence.document_id, span.start, span.end)
    except (UnknownDocumentError, InvalidSpanError):
        return reading  # removed while it was read
    return replace(reading, label=Label(span.start, span.end, quote))


def _needed(question: Question, reading: Reading) -> int | None:
    """Return which part of its trail a sentence is to be quoted with; the nearest of those that would do."""
    sentence = reading.sentence
    parts = list(_labels(sentence))
    kind = type_asked_for(question)
    if kind == "who" and sentence.kind == "entry" and parts:
        return parts[-1]
    if kind in ("who", "when", "where") and not holds_answer(kind, sentence.search_text, question.asked):
        for number in reversed(parts):
            if holds_answer(kind, sentence.context[number], question.asked):
                return number
    if reading.above in parts:
        return reading.above
    if sentence.kind == "entry" and parts:
        return parts[-1]
    if parts and _WHICH.search(question.asked) and points_back(sentence.search_text):
        return parts[-1]
    return _asked_about(question, reading, parts)


def _labels(sentence: Sentence) -> Iterator[int]:
    """Yield the parts of a trail that can be quoted: all but the names of columns."""
    yield from range(len(sentence.trail) - (sentence.kind == "row"))


def _asked_about(question: Question, reading: Reading, parts: Sequence[int]) -> int | None:
    """Return the part that has most of what the question names and the sentence does not."""
    sentence, language = reading.sentence, reading.passage.language
    terms = question_terms(question.resolved, question.language)
    said = covered_terms(terms, question.language, vocabulary_of(sentence.search_text, language))
    missing = [term for term in terms if term not in said]
    weights = {
        number: total_weight(
            covered_terms(missing, question.language, vocabulary_of(sentence.context[number], language))
        )
        for number in reversed(parts)
    }
    best = max(weights, key=lambda number: weights[number], default=None)
    return best if best is not None and weights[best] > 0 else None
