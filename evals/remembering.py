"""Parts that remember: a question asked in several ways is read once, and a text of several sets is embedded once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from evals.variants import Parts
from retriever.answering import Search
from retriever.embeddings import Embedder, Progress
from retriever.evidence_model.types import ClaimPair, Judge, Judgement
from retriever.reader import Reader
from retriever.search import Scope
from retriever.types import Hit, Question, Reading


def remembering(parts: Parts) -> Parts:
    """Return parts that give the same and do not work twice for one question.

    A case is asked as it is, without leave to refuse and unchecked; only the first of these is timed.
    """
    return replace(parts, search=_remember_search(parts.search), reader=RememberingReader(parts.reader))


class RememberingEmbedder:
    """An embedder that keeps the vectors of every call for passages, so that two sets may share their texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[tuple[str, ...], np.ndarray] = {}
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts together, or return what the same texts gave; alone they might give other last digits."""
        together = tuple(texts)
        if together not in self._kept:
            self._kept[together] = self._embedder.embed_passages(texts, progress=progress)
        return self._kept[together]

    def too_long(self, texts: Sequence[str]) -> list[int]:
        """Return the positions of the texts whose end the model would not read."""
        return self._embedder.too_long(texts)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions, every time: their time is measured."""
        return self._embedder.embed_queries(texts)


class RememberingJudge:
    """A judge that keeps what it said: several checks ask it about the same claims."""

    def __init__(self, judge: Judge) -> None:
        self.name = judge.name
        self._judge = judge
        self._said: dict[ClaimPair, Judgement] = {}

    def judge(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge as the other judge does, each pair once."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._said]
        self._said |= dict(zip(new, self._judge.judge(new), strict=True)) if new else {}
        return [self._said[pair] for pair in pairs]


class RememberingReader:
    """A reader that keeps its last reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._asked: tuple[Question, list[str]] | None = None
        self._readings: list[Reading] = []
        self.name = reader.name
        self.threshold = reader.threshold

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """Read, or return what was read for the same question and passages just before."""
        asked = (question, [hit.passage.id for hit in hits])
        if asked != self._asked:
            self._readings = self._reader.read(question, hits)
            self._asked = asked
        return self._readings


def _remember_search(search: Search) -> Callable[[str, Scope, int], list[Hit]]:
    kept: dict[int, tuple[tuple[str, Scope], list[Hit]]] = {}

    def search_or_remember(query: str, scope: Scope, limit: int) -> list[Hit]:
        if limit not in kept or kept[limit][0] != (query, scope):
            kept[limit] = ((query, scope), search(query, scope, limit))
        return kept[limit][1]

    return search_or_remember
