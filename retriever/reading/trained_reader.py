"""The trained reader: spans found by a model, weighed together with the signs of the untrained reader."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.cleaning.search_view import SearchView
from ingest.errors import UnknownDocumentError
from ingest.types import Sentence, Span
from retriever.evidence_model.types import SpanFinder
from retriever.reading.read_passage import Found, ReadPassage
from retriever.reading.reader import Reader
from retriever.types import Hit, Question, Reading

PASSAGES_READ = 6
"""How many passages the model reads: those that the untrained reader thinks most of.

With 6, 8, 12 or all 20 of those found, the same answers came out on the dev questions and those on the sample texts.
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each opinion counts for, in log-odds; margin and relevance are cut at `most` and `-most` first."""

    similarity: float
    margin: float
    relevance: float
    bias: float
    most: float


# Set on the dev questions and the questions on the sample texts: the proportions by hand, so that the right sentence is
# first most often; then scaled (Platt) so that the best score is the share of questions at that score with an answer.
WEIGHTS = Weights(similarity=0.82, margin=0.205, relevance=0.082, bias=1.36, most=8.0)


class TrainedReader:
    """Reads passages with a model that finds spans.

    The signs of the untrained reader stay in: the model reads better, but they know which words are rare in these
    texts and what a scanned scrap is. They also say where to read first.
    """

    threshold = 0.75  # as many right as with a lower one, answers and refusals together, and fewer wrong answers

    def __init__(self, finder: SpanFinder, untrained: Reader, search_view: Callable[[str], SearchView]) -> None:
        self.name = f"{finder.name}+{untrained.name}"
        self._finder = finder
        self._untrained = untrained
        self._search_view = search_view

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """Score every sentence of the hits, best first."""
        passages = _by_passage(self._untrained.read(question, hits))
        readings = self._read(question, passages[:PASSAGES_READ])
        readings += [_unread(reading) for passage in passages[PASSAGES_READ:] for reading in passage]
        return sorted(readings, key=_best_first)

    def _read(self, question: Question, passages: Sequence[list[Reading]]) -> list[Reading]:
        texts = [ReadPassage.of([reading.sentence for reading in passage]) for passage in passages]
        read = self._finder.find_spans(question.resolved, [text.text for text in texts])
        return [
            self._weighed(reading, found, one.relevance)
            for passage, text, one in zip(passages, texts, read, strict=True)
            for reading, found in zip(passage, text.found(one.spans), strict=True)
        ]

    def _weighed(self, reading: Reading, found: Found, relevance: float) -> Reading:
        score = weigh(reading.score, found.margin, relevance)
        if score < self.threshold or found.margin <= 0:
            return replace(reading, score=score, answer=None)
        answer = self._in_document(reading.sentence, found.words) if found.words else None
        return replace(reading, score=score, answer=answer, above=found.above)

    def _in_document(self, sentence: Sentence, words: Span) -> Span | None:
        """Return where words of a sentence's search text stand in its document."""
        try:
            view = self._search_view(sentence.document_id)
        except UnknownDocumentError:
            return None  # removed while it was read
        start = view.to_view(sentence.start)
        return view.to_text(start + words.start, start + words.end)


def weigh(similarity: float, margin: float, relevance: float) -> float:
    """Bring the opinions together to a score between 0 and 1; `similarity` is the untrained reader's score."""
    total = (
        WEIGHTS.bias
        + WEIGHTS.similarity * _log_odds(similarity)
        + WEIGHTS.margin * _cut(margin)
        + WEIGHTS.relevance * _cut(relevance)
    )
    return 1 / (1 + math.exp(-total))


def _unread(reading: Reading) -> Reading:
    """Score a sentence as if the model had seen nothing in it."""
    return replace(reading, score=weigh(reading.score, -WEIGHTS.most, -WEIGHTS.most))


def _by_passage(readings: Iterable[Reading]) -> list[list[Reading]]:
    """Group readings by passage, in reading order; the passage with the best of them first."""
    places: dict[str, int] = {}
    for reading in readings:
        places.setdefault(reading.passage.id, len(places))
    ordered = sorted(readings, key=lambda reading: (places[reading.passage.id], reading.sentence.start))
    return [list(group) for _, group in groupby(ordered, key=lambda reading: reading.passage.id)]


def _best_first(reading: Reading) -> tuple[float, str, int]:
    return -reading.score, reading.sentence.document_id, reading.sentence.start


def _log_odds(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _cut(value: float) -> float:
    return min(max(value, -WEIGHTS.most), WEIGHTS.most)
