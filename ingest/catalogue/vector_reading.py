"""Vectors read from the catalogue as arrays."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.catalogue.faults import damaged
from ingest.catalogue.meta import read_meta
from ingest.catalogue.vectors import STORED_FLOAT, stored_dimension
from ingest.types import Changes, PassageVectors

_PASSAGES = (
    "SELECT p.id, d.id, p.language, v.vector FROM passage_vectors v JOIN passages p ON p.row = v.passage"
    " JOIN documents d ON d.row = p.document"
)
# In the order of the file, which is several times as fast as in the order of the ids.
_ALL = f"{_PASSAGES} ORDER BY v.passage"
_THESE = f"{_PASSAGES} WHERE p.id IN (SELECT value FROM json_each(?))"
_OF_DOCUMENTS = f"{_PASSAGES} WHERE d.id IN (SELECT value FROM json_each(?))"
_ADDED_SINCE = f"{_PASSAGES} JOIN additions a ON a.document = d.row WHERE a.sequence > ?"

_STATES = (
    "SELECT p.id, CAST(t.packed AS BLOB) FROM passages p JOIN token_states t ON t.passage = p.row"
    " WHERE p.id IN (SELECT value FROM json_each(?))"
)

BLOCK = 2000


class VectorReader:
    """Reads vectors; none are kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all_passages(self, connection: sqlite3.Connection) -> PassageVectors:
        """Return the vectors of all passages as of the connection's state."""
        return self._read(connection, _ALL)

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

    def states(self, connection: sqlite3.Connection, passage_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the token states of some passages, packed, by id; unknown ids are left out."""
        return dict(connection.execute(_STATES, (json.dumps(list(passage_ids)),)))

    def _read(self, connection: sqlite3.Connection, statement: str, *values: str | int) -> PassageVectors:
        """Read vectors a block at a time, so that not all of them are in memory as rows and as an array at once."""
        dimension, cursor = stored_dimension(connection), connection.execute(statement, values)
        names: list[tuple[str, str, str]] = []
        blocks = [np.zeros((0, dimension), dtype=STORED_FLOAT)]
        while block := cursor.fetchmany(BLOCK):
            names += [row[:3] for row in block]
            blocks.append(self._matrix(b"".join(row[3] for row in block), len(block), dimension))
        matrix = np.concatenate(blocks)
        del blocks
        order = sorted(range(len(names)), key=names.__getitem__)
        matrix = matrix[order]
        matrix.flags.writeable = False
        passage_ids, document_ids, languages = (tuple(names[row][column] for row in order) for column in range(3))
        return PassageVectors(passage_ids, document_ids, languages, matrix)

    def _matrix(self, stored: bytes, count: int, dimension: int) -> np.ndarray:
        if len(stored) != count * dimension * STORED_FLOAT.itemsize:
            raise damaged(self._path, "vectors are missing or cut off")
        matrix = np.frombuffer(stored, dtype=STORED_FLOAT).reshape(count, dimension)
        if not np.isfinite(matrix).all():
            raise damaged(self._path, "a vector holds a number that is not finite")
        return matrix
