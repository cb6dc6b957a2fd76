"""Vectors read from the catalogue as arrays."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from ingest.catalogue.faults import damaged
from ingest.catalogue.meta import read_meta
from ingest.catalogue.vectors import STORED_FLOAT, stored_dimension
from ingest.types import Changes, PassageVectors, Sentence, SentenceVectors

_PASSAGES = (
    "SELECT p.id, d.id, p.language, v.vector FROM passage_vectors v JOIN passages p ON p.row = v.passage"
    " JOIN documents d ON d.row = p.document"
)
# In the order of the file, which is several times as fast as in the order of the ids.
_ALL = f"{_PASSAGES} ORDER BY v.passage"
_THESE = f"{_PASSAGES} WHERE p.id IN (SELECT value FROM json_each(?))"
_OF_DOCUMENTS = f"{_PASSAGES} WHERE d.id IN (SELECT value FROM json_each(?))"
_ADDED_SINCE = f"{_PASSAGES} JOIN additions a ON a.document = d.row WHERE a.sequence > ?"


class VectorReader:
    """Reads vectors; those of all passages are kept and brought up to date when the documents change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._kept_sequence = -1
        self._kept: PassageVectors | None = None

    def all_passages(self, connection: sqlite3.Connection) -> PassageVectors:
        """Return the vectors of all passages as of the connection's state."""
        sequence = read_meta(connection, "sequence")
        with self._lock:
            if self._kept is not None and self._kept_sequence == sequence:
                return self._kept
            changes = None
            # An older state than the one kept is asked for inside a snapshot.
            if self._kept is not None and self._kept_sequence < sequence:
                changes = self.changes_since(connection, self._kept_sequence)
            if self._kept is None or changes is None:
                vectors = self._read(connection, _ALL)
            else:
                vectors = _applied(self._kept, changes)
            if sequence > self._kept_sequence:
                self._kept, self._kept_sequence = vectors, sequence
            return vectors

    def these_passages(self, connection: sqlite3.Connection, passage_ids: Sequence[str]) -> PassageVectors:
        """Return the vectors of some passages; unknown ids are left out."""
        return self._read(connection, _THESE, json.dumps(list(passage_ids)))

    def passages_of(self, connection: sqlite3.Connection, document_ids: Sequence[str]) -> PassageVectors:
        """Return the vectors of all passages of some documents; unknown ids are left out."""
        return self._read(connection, _OF_DOCUMENTS, json.dumps(list(document_ids)))

    def changes_since(self, connection: sqlite3.Connection, sequence: int) -> Changes | None:
        """Return what changed after a sequence, or None when that is not known any more."""
        if sequence < read_meta(connection, "changes_known_from"):
            return None
        removed = connection.execute("SELECT passage FROM removals WHERE sequence > ?", (sequence,))
        return Changes(
            sequence=read_meta(connection, "sequence"),
            added=self._read(connection, _ADDED_SINCE, sequence),
            removed=frozenset(passage_id for (passage_id,) in removed),
        )

    def sentences(
        self, connection: sqlite3.Connection, passage_ids: Sequence[str], sentences: Mapping[str, Sequence[Sentence]]
    ) -> SentenceVectors:
        """Return sentences, given by passage id, with their vectors in the order of `passage_ids`."""
        stored = dict(
            connection.execute(
                "SELECT p.id, v.vectors FROM passages p JOIN sentence_vectors v ON v.passage = p.row"
                " WHERE p.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(passage_ids)),),
            )
        )
        present = [passage_id for passage_id in passage_ids if passage_id in sentences]
        found = tuple(sentence for passage_id in present for sentence in sentences[passage_id])
        vectors = b"".join(stored.get(passage_id, b"") for passage_id in present)
        return SentenceVectors(found, self._matrix(vectors, len(found), stored_dimension(connection)))

    def _read(self, connection: sqlite3.Connection, statement: str, *values: str | int) -> PassageVectors:
        found = connection.execute(statement, values).fetchall()
        matrix = self._matrix(b"".join(row[3] for row in found), len(found), stored_dimension(connection))
        passage_ids, document_ids, languages = ([row[column] for row in found] for column in range(3))
        return _sorted(passage_ids, document_ids, languages, matrix)

    def _matrix(self, stored: bytes, count: int, dimension: int) -> np.ndarray:
        if len(stored) != count * dimension * STORED_FLOAT.itemsize:
            raise damaged(self._path, "vectors are missing or cut off")
        matrix = np.frombuffer(stored, dtype=STORED_FLOAT).reshape(count, dimension)
        if not np.isfinite(matrix).all():
            raise damaged(self._path, "a vector holds a number that is not finite")
        return matrix


def _applied(vectors: PassageVectors, changes: Changes) -> PassageVectors:
    """Return an earlier state with the changes since then."""
    if not changes.removed and not changes.added.passage_ids:
        return vectors
    kept = [row for row, passage_id in enumerate(vectors.passage_ids) if passage_id not in changes.removed]
    added = changes.added
    if not kept:
        return added
    matrix = np.concatenate([vectors.matrix[kept], added.matrix]) if added.passage_ids else vectors.matrix[kept]
    return _sorted(
        [*(vectors.passage_ids[row] for row in kept), *added.passage_ids],
        [*(vectors.document_ids[row] for row in kept), *added.document_ids],
        [*(vectors.languages[row] for row in kept), *added.languages],
        matrix,
    )


def _sorted(
    passage_ids: Sequence[str], document_ids: Sequence[str], languages: Sequence[str], matrix: np.ndarray
) -> PassageVectors:
    order = sorted(range(len(passage_ids)), key=passage_ids.__getitem__)
    matrix = matrix[order]
    matrix.flags.writeable = False
    return PassageVectors(
        tuple(passage_ids[row] for row in order),
        tuple(document_ids[row] for row in order),
        tuple(languages[row] for row in order),
        matrix,
    )
