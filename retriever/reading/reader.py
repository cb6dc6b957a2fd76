"""What a reader gives: every sentence with its score, and from which score on it answers, is unsure or refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ingest.types import DocumentSummary, Span
from retriever.types import Evidence, Hit, Question, Reading

Band = Literal["answered", "unsure", "refused"]


@dataclass(frozen=True, slots=True)
class Read:
    """Every sentence as read for one question, best first, and how likely it is that one of them answers (0..1)."""

    readings: tuple[Reading, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Borders:
    """From where on a question is answered, and from where on the texts may say it.

    `answered`: the score of the best sentence. `unsure`: the confidence that the texts answer at all.
    """

    answered: float
    unsure: float

    def band(self, read: Read) -> Band:
        """Tell what becomes of a question."""
        if not read.readings or read.confidence < self.unsure:
            return "refused"
        return "answered" if read.readings[0].score >= self.answered else "unsure"


class Reader(Protocol):
    """Reads passages for one question; the score of a sentence is the probability that it answers."""

    name: str
    borders: Borders

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Score every sentence of the hits."""
        ...


def number_evidence(readings: Sequence[Reading], documents: Mapping[str, DocumentSummary]) -> tuple[Evidence, ...]:
    """Number the passages of the kept sentences in the order of their best sentence, spans in reading order."""
    spans: dict[str, list[Span]] = {}
    passages = {}
    for reading in readings:
        passages[reading.passage.id] = reading.passage
        spans.setdefault(reading.passage.id, []).append(Span(reading.sentence.start, reading.sentence.end))
    return tuple(
        Evidence(
            number,
            passage,
            documents[passage.document_id].title,
            tuple(sorted(spans[passage.id], key=lambda span: span.start)),
        )
        for number, passage in enumerate(passages.values(), start=1)
    )
