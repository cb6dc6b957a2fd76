"""From hits to evidence: read the passages, keep the sentences that answer, number their passages."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from ingest.types import DocumentSummary, Span
from retriever.types import Evidence, Hit, Question, Reading

SENTENCES_QUOTED = 2
SENTENCES_LISTED = 3
ODDS_KEPT = 0.5
"""A sentence is kept beside the best one when its odds are at least this share of the best one's."""

_LIST_QUESTION = re.compile(
    r"\b(?:both|two texts|two sources|sources|texts|reasons|demands|conditions|list|name the"
    r"|beide|teksten|bronnen|redenen|eisen|voorwaarden|noem|welke \w+en)\b",
    re.IGNORECASE,
)


class Reader(Protocol):
    """Reads passages for one question; `threshold` is the score below which a sentence is no answer."""

    name: str
    threshold: float

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """Score every sentence of the hits, best first."""
        ...


def keep_answers(question: str, readings: Sequence[Reading], *, threshold: float) -> list[Reading]:
    """Keep the sentences that answer, best first: those above the threshold whose odds come near the best one's.

    Where there are more than are quoted, the best of each document goes before a second one of the same.
    """
    if not readings or readings[0].score < threshold:
        return []
    needed = max(_odds(threshold), ODDS_KEPT * _odds(readings[0].score))
    most = SENTENCES_LISTED if _LIST_QUESTION.search(question) else SENTENCES_QUOTED
    able = [reading for reading in readings if _odds(reading.score) >= needed]
    best = {reading.sentence.document_id: reading for reading in reversed(able)}.values()
    chosen = sorted(able, key=lambda reading: reading not in best)[:most]
    return [reading for reading in able if reading in chosen]


def _odds(score: float) -> float:
    return score / max(1 - score, 1e-9)


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
