"""Exact search over the catalogue's passage vectors: fallback and referee of the dense index."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

import numpy as np

from ingest.errors import ModelError
from ingest.types import DocumentSummary, Passage, PassageVectors, ScoredPassage

SCORE_DECIMALS = 6
"""Float32 products differ in the seventh decimal with the place of a row; scores equal to this many are ties."""


class VectorSource(Protocol):
    """What the dense index needs of a catalogue."""

    @property
    def sequence(self) -> int:
        """Grow with every committed change of documents."""
        ...

    @property
    def model_fingerprint(self) -> str | None:
        """Name the model that made the vectors."""
        ...

    def passage_vectors(self) -> PassageVectors:
        """Return the vectors of all passages."""
        ...

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return these passages."""
        ...

    def documents(self) -> list[DocumentSummary]:
        """Return all documents."""
        ...


def unit_vector(vector: np.ndarray) -> np.ndarray:
    """Return the question's vector as float32 of length 1, or raise when it has no direction."""
    query = np.asarray(vector, dtype=np.float32).ravel()
    length = float(np.linalg.norm(query.astype(np.float64)))
    if not query.size or not np.isfinite(length) or length == 0.0:
        raise ModelError(
            "The embedding model gave a vector without a direction (zero or not a number) for the question."
        )
    return (query / np.float32(length)).astype(np.float32)


def _unit_rows(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that have a direction, at length 1, and which they were."""
    matrix = np.ascontiguousarray(matrix, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(matrix, axis=1) if matrix.size else np.zeros(len(matrix), dtype=np.float32)
    usable = np.isfinite(lengths) & (lengths > 0)
    if not usable.all():
        matrix, lengths = matrix[usable], lengths[usable]
    if lengths.size and np.abs(lengths - 1).max() > 1e-4:
        matrix = matrix / lengths[:, None]
    return matrix, np.flatnonzero(usable)


@dataclass(frozen=True, slots=True, eq=False)
class PassageRows:
    """The searchable vectors of one state of the catalogue, sorted by passage id.

    Rows without a direction are left out. `documents` and `languages` are numbers into the lists of names.
    """

    sequence: int
    passage_ids: tuple[str, ...]
    matrix: np.ndarray
    row_of: dict[str, int]
    documents: np.ndarray
    document_names: tuple[str, ...]
    languages: np.ndarray
    language_names: tuple[str, ...]

    @classmethod
    def from_vectors(cls, vectors: PassageVectors, *, sequence: int) -> "PassageRows":
        """Check, sort and number the vectors."""
        matrix, kept = _unit_rows(vectors.matrix)
        passage_ids = [vectors.passage_ids[row] for row in kept]
        order = sorted(range(len(passage_ids)), key=passage_ids.__getitem__)
        if order != list(range(len(order))):
            matrix, kept = matrix[order], kept[order]
            passage_ids = [passage_ids[row] for row in order]
        documents = [vectors.document_ids[row] for row in kept]
        languages = [vectors.languages[row] for row in kept]
        document_names, language_names = tuple(sorted(set(documents))), tuple(sorted(set(languages)))
        document_numbers = {name: number for number, name in enumerate(document_names)}
        language_numbers = {name: number for number, name in enumerate(language_names)}
        return cls(
            sequence=sequence,
            passage_ids=tuple(passage_ids),
            matrix=matrix,
            row_of={passage_id: row for row, passage_id in enumerate(passage_ids)},
            documents=np.array([document_numbers[name] for name in documents], dtype=np.int32),
            document_names=document_names,
            languages=np.array([language_numbers[name] for name in languages], dtype=np.int32),
            language_names=language_names,
        )

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.passage_ids)

    def selected(self, document_ids: Collection[str] | None, language: str | None) -> np.ndarray | None:
        """Return which rows a filter lets through; None when there is no filter."""
        chosen = None
        if document_ids is not None:
            wanted = set(document_ids)
            chosen = np.array([name in wanted for name in self.document_names], dtype=bool)[self.documents]
        if language is not None:
            spoken = np.array([name == language for name in self.language_names], dtype=bool)[self.languages]
            chosen = spoken if chosen is None else chosen & spoken
        return chosen

    def unit_query(self, vector: np.ndarray) -> np.ndarray:
        """Return a question's vector at length 1, or raise when it cannot be compared with these rows."""
        query = unit_vector(vector)
        if len(self) and query.size != self.matrix.shape[1]:
            raise ModelError(
                f"The question's vector has {query.size} numbers, the catalogue's vectors {self.matrix.shape[1]}: "
                "they come from different models. Reindex, or set the model that the catalogue was made with."
            )
        return query

    def scores(self, query: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Return the cosine of these rows, or of all, with a unit query."""
        return np.round((self.matrix if rows is None else self.matrix[rows]) @ query, SCORE_DECIMALS)

    def rank(self, rows: np.ndarray, scores: np.ndarray, *, limit: int) -> list[ScoredPassage]:
        """Return the best of these rows (in ascending order); equal scores are ordered by passage id."""
        if 0 < limit < rows.size:
            least = np.partition(scores, rows.size - limit)[rows.size - limit]
            rows, scores = rows[scores >= least], scores[scores >= least]
        order = np.argsort(-scores, kind="stable")[: max(limit, 0)]
        return [
            ScoredPassage(self.passage_ids[rows[place]], round(float(scores[place]), SCORE_DECIMALS)) for place in order
        ]

    def search(self, query: np.ndarray, *, limit: int, selected: np.ndarray | None = None) -> list[ScoredPassage]:
        """Return the nearest passages of those selected, exactly."""
        scores = self.scores(query)
        if selected is None:
            return self.rank(np.arange(len(self)), scores, limit=limit)
        return self.rank(np.flatnonzero(selected), scores[selected], limit=limit)

    def fingerprint(self, model_fingerprint: str | None, titles: dict[str, str]) -> str:
        """Return a sha256 over everything that a generation is made from."""
        digest = sha256(f"{model_fingerprint}\n{self.matrix.shape}\n".encode())
        for passage_id, document, language in zip(self.passage_ids, self.documents, self.languages, strict=True):
            document_id = self.document_names[document]
            row = (passage_id, document_id, self.language_names[language], titles.get(document_id, ""))
            digest.update("\x1f".join(row).encode("utf-8", "surrogatepass") + b"\n")
        digest.update(np.ascontiguousarray(self.matrix).data)
        return digest.hexdigest()


def read_rows(catalogue: VectorSource) -> PassageRows:
    """Read all vectors of one state of the catalogue."""
    while True:
        sequence = catalogue.sequence
        vectors = catalogue.passage_vectors()
        # A document may be committed between the two reads; the rows must carry the sequence they belong to.
        if catalogue.sequence == sequence:
            return PassageRows.from_vectors(vectors, sequence=sequence)


class CurrentRows:
    """The rows of the catalogue as it is now, read again only when it has changed."""

    def __init__(self, catalogue: VectorSource) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._rows: PassageRows | None = None

    def read(self) -> PassageRows:
        """Return the rows of the catalogue's present state."""
        rows = self._rows
        if rows is not None and rows.sequence == self._catalogue.sequence:
            return rows
        with self._lock:
            if self._rows is None or self._rows.sequence != self._catalogue.sequence:
                self._rows = read_rows(self._catalogue)
            return self._rows
