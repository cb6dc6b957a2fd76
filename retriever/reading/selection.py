"""What a network says of the sentences of a passage, whichever kind of network it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.types import Span
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.evidence_model.types import FoundSpan, PassageReading, PassageText, SentenceSelector, SpanReader

MAX_SCORE = 8.0


@dataclass(frozen=True, slots=True)
class Selected:
    """One sentence as a network read it.

    `score`: how far "this sentence answers" is above "nothing here does", in log-odds. `passage`: the same of the
    passage as a whole. `span`: the words that answer, counted in the sentence's search text; None where it sees none.
    `above`: the number of the part of its trail that has them instead.
    """

    score: float
    passage: float
    span: Span | None = None
    above: int | None = None


UNREAD = Selected(-MAX_SCORE, -MAX_SCORE)
"""Of a sentence that was not read: as if nothing had been seen in it."""


class Select(Protocol):
    """Reads passages for one question: a span with its margin for each of their ranges.

    `blend`: the name of the blend that weighs what it says.
    """

    name: str
    blend: str

    def __call__(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read the passages."""
        ...


def selector_of(models: EvidenceModels) -> Select | None:
    """Return who selects sentences, None where there is no model."""
    if models.selector:
        return SelectBySentences(models.selector)
    return SelectBySpans(models.reader) if models.reader else None


class SelectBySentences:
    """Reads with the sentence selector."""

    blend = "selector"

    def __init__(self, selector: SentenceSelector) -> None:
        self.name = selector.name
        self._selector = selector

    def __call__(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read the passages; of a passage as a whole the odds of its sentences are added up."""
        return [
            PassageReading(
                tuple(FoundSpan(one.span, one.score) for one in read.sentences),
                math.log(sum(math.exp(cut(one.score)) for one in read.sentences)) if read.sentences else 0.0,
            )
            for read in self._selector.select(question, passages)
        ]


class SelectBySpans:
    """Reads with a reader of spans: the margin of a span over "not here" is the score of what it stands in."""

    blend = "spans"

    def __init__(self, reader: SpanReader) -> None:
        self.name = reader.name
        self._reader = reader

    def __call__(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read the passages."""
        return self._reader.find_spans(question, passages)


def cut(value: float) -> float:
    """Keep a score within MAX_SCORE."""
    return min(max(value, -MAX_SCORE), MAX_SCORE)
