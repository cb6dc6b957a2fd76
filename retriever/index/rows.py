"""Passages with their vectors in memory, searched exactly, and the one way in which a passage is scored."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.errors import ModelError
from ingest.types import Changes, PassageVectors, ScoredPassage

SCORE_DECIMALS = 6
"""Products differ in their last decimals with the way in which they are taken; scores equal to this many are ties."""
MARGIN = 1e-5
"""Float32 products are within this of the scores, so that those this much below the last one wanted are looked at."""


def unit_vector(vector: np.ndarray) -> np.ndarray:
    """Return the question's vector at length 1, or raise when it has no direction."""
    query = np.asarray(vector, dtype=np.float64).ravel()
    length = float(np.linalg.norm(query))
    if not query.size or not np.isfinite(length) or length == 0.0:
        raise ModelError(
            "The embedding model gave a vector without a direction (zero or not a number) for the question."
        )
    return query / length


def cosines(matrix: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Return the scores of vectors: the same for a vector wherever it lies and whoever found it."""
    rows = matrix.astype(np.float64)
    return np.round(rows @ query / np.linalg.norm(rows, axis=1), SCORE_DECIMALS)


def best(found: Iterable[ScoredPassage], *, limit: int) -> list[ScoredPassage]:
    """Return the best of the passages found, each once; equal ones are ordered by passage id."""
    each = {passage.passage_id: passage for passage in found}
    return sorted(each.values(), key=lambda passage: (-passage.score, passage.passage_id))[: max(limit, 0)]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Passages whose vectors have a direction, at length 1, sorted by language and id; `ranges` has each language."""

    vectors: PassageVectors
    ranges: dict[str, slice]

    @classmethod
    def from_vectors(cls, vectors: PassageVectors) -> "Rows":
        """Sort the vectors, bring them to length 1, and leave out those without a direction."""
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.linalg.norm(vectors.matrix, axis=1) if vectors.passage_ids else np.zeros(0)
        usable = np.flatnonzero(np.isfinite(lengths) & (lengths > 0)).tolist()
        order = sorted(usable, key=lambda row: (vectors.languages[row], vectors.passage_ids[row]))
        taken = _take(vectors, order)
        if order and np.abs(lengths[order] - 1).max() > 1e-4:
            taken = replace(taken, matrix=taken.matrix / lengths[order, None].astype(np.float32))
        ranges: dict[str, slice] = {}
        for row, language in enumerate(taken.languages):
            ranges[language] = slice(ranges[language].start if language in ranges else row, row + 1)
        return cls(taken, ranges)

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.vectors.passage_ids)

    def changed(self, changes: Changes) -> "Rows":
        """Return these passages without those that went and with those that came."""
        kept = [row for row, passage_id in enumerate(self.vectors.passage_ids) if passage_id not in changes.removed]
        added = changes.added
        if not added.passage_ids:
            return self if len(kept) == len(self) else Rows.from_vectors(_take(self.vectors, kept))
        if not kept:
            return Rows.from_vectors(added)
        old = _take(self.vectors, kept)
        return Rows.from_vectors(
            PassageVectors(
                old.passage_ids + added.passage_ids,
                old.document_ids + added.document_ids,
                old.languages + added.languages,
                np.concatenate([old.matrix, added.matrix]),
            )
        )

    def nearest(
        self,
        query: np.ndarray,
        *,
        limit: int,
        languages: Collection[str] | None = None,
        document_ids: Collection[str] | None = None,
    ) -> list[ScoredPassage]:
        """Return the passages nearest to a unit vector with their scores, exactly, best first."""
        found: list[ScoredPassage] = []
        for language, rows in self.ranges.items():
            if limit > 0 and (languages is None or language in languages):
                found += self._candidates(query, rows, limit, document_ids)
        return best(found, limit=limit)

    def _candidates(
        self, query: np.ndarray, rows: slice, limit: int, document_ids: Collection[str] | None
    ) -> Iterator[ScoredPassage]:
        scores = self.vectors.matrix[rows] @ query.astype(np.float32)
        if document_ids is not None:
            scores[[document_id not in document_ids for document_id in self.vectors.document_ids[rows]]] = -np.inf
        least = np.partition(scores, -limit)[-limit] if limit < len(scores) else -np.inf
        near = rows.start + np.flatnonzero((scores >= least - MARGIN) & (scores > -np.inf))
        for row, score in zip(near, cosines(self.vectors.matrix[near], query), strict=True):
            yield ScoredPassage(self.vectors.passage_ids[row], float(score))


def _take(vectors: PassageVectors, rows: Sequence[int]) -> PassageVectors:
    return PassageVectors(
        tuple(vectors.passage_ids[row] for row in rows),
        tuple(vectors.document_ids[row] for row in rows),
        tuple(vectors.languages[row] for row in rows),
        vectors.matrix[rows] if rows else vectors.matrix[:0],
    )
