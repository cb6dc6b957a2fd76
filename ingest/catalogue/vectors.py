"""Vectors in the catalogue: checked on their way in, and read as arrays."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from ingest.catalogue.connections import damaged
from ingest.catalogue.meta import read_meta, write_meta
from ingest.errors import ModelMismatchError
from ingest.types import DocumentVectors, PassageVectors, Sentence, SentenceVectors, SplitDocument

STORED_FLOAT = np.dtype("<f4")


def check_shapes(split: SplitDocument, vectors: DocumentVectors) -> None:
    """Refuse vectors that are not those of a split document; raises ValueError."""
    for name, array, count in (
        ("passage", vectors.passages, len(split.passages)),
        ("sentence", vectors.sentences, len(split.sentences)),
    ):
        if count and (array.ndim != 2 or array.shape[0] != count):
            raise ValueError(f"{count} {name} vectors were expected, an array of shape {array.shape} was given.")
        if not np.isfinite(array).all():
            raise ValueError(f"A {name} vector holds a number that is not finite.")
    if split.passages and split.sentences and vectors.passages.shape[1] != vectors.sentences.shape[1]:
        raise ValueError("The vectors of passages and sentences differ in length.")


def bind_model(connection: sqlite3.Connection, fingerprint: str) -> None:
    """Note the model that the vectors come from; raises ModelMismatchError when there are vectors of another."""
    bound = read_meta(connection, "model_fingerprint")
    if bound == fingerprint:
        return
    if stored_dimension(connection):
        raise ModelMismatchError(
            f"The catalogue holds vectors of the model {bound or '(not noted)'} and the model in use is {fingerprint}. "
            "Set QUOTH_EMBEDDING_MODEL back, or embed the documents again with `quoth reindex`."
        )
    write_meta(connection, "model_fingerprint", fingerprint)


def insert_vectors(connection: sqlite3.Connection, split: SplitDocument, vectors: DocumentVectors) -> None:
    """Write the vectors of a document whose passages are there; raises ModelMismatchError when lengths differ."""
    stored = stored_dimension(connection)
    if stored and split.passages and stored != vectors.passages.shape[1]:
        raise ModelMismatchError(
            f"The catalogue holds vectors of {stored} numbers and these have {vectors.passages.shape[1]}: "
            "they come from another model."
        )
    connection.executemany(
        "INSERT INTO passage_vectors SELECT row, ?2 FROM passages WHERE id = ?1",
        ((passage.id, _to_bytes(vector)) for passage, vector in zip(split.passages, vectors.passages, strict=True)),
    )
    positions: dict[str, list[int]] = {}
    for position, sentence in enumerate(split.sentences):
        positions.setdefault(sentence.passage_id, []).append(position)
    connection.executemany(
        "INSERT INTO sentence_vectors SELECT row, ?2 FROM passages WHERE id = ?1",
        ((passage_id, _to_bytes(vectors.sentences[own])) for passage_id, own in positions.items()),
    )


def exchange_vectors(
    connection: sqlite3.Connection,
    fingerprint: str,
    splits: Mapping[str, SplitDocument],
    vectors: Mapping[str, DocumentVectors],
) -> None:
    """Put vectors of another model in the place of all; `splits` are all documents. Raises ValueError for a misfit."""
    if splits.keys() != vectors.keys():
        raise ValueError("Vectors must be given for each document of the catalogue and for no other.")
    connection.execute("DELETE FROM passage_vectors")
    connection.execute("DELETE FROM sentence_vectors")
    for document_id, split in splits.items():
        check_shapes(split, vectors[document_id])
        insert_vectors(connection, split, vectors[document_id])
    write_meta(connection, "model_fingerprint", fingerprint)


def stored_dimension(connection: sqlite3.Connection) -> int:
    """Return how many numbers a stored vector has; 0 when there is none."""
    found = connection.execute("SELECT length(vector) FROM passage_vectors LIMIT 1").fetchone()
    return found[0] // STORED_FLOAT.itemsize if found else 0


class VectorReader:
    """Reads vectors; those of all passages are kept until the documents change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._kept_sequence = -1
        self._kept: PassageVectors | None = None

    def all_passages(self, connection: sqlite3.Connection, sequence: int) -> PassageVectors:
        """Return the vectors of all passages as of the connection's state, which `sequence` names."""
        with self._lock:
            if self._kept is None or self._kept_sequence != sequence:
                self._kept = self._read_all(connection)
                self._kept_sequence = sequence
            return self._kept

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

    def _read_all(self, connection: sqlite3.Connection) -> PassageVectors:
        # In the order of the file, which is several times as fast as in the order of the ids.
        found = connection.execute(
            "SELECT p.id, d.id, p.language, v.vector FROM passage_vectors v JOIN passages p ON p.row = v.passage"
            " JOIN documents d ON d.row = p.document ORDER BY v.passage"
        ).fetchall()
        matrix = self._matrix(b"".join(values[3] for values in found), len(found), stored_dimension(connection))
        order = sorted(range(len(found)), key=lambda place: found[place][0])
        passage_ids, document_ids, languages = (tuple(found[place][column] for place in order) for column in range(3))
        matrix = matrix[order]
        matrix.flags.writeable = False
        return PassageVectors(passage_ids, document_ids, languages, matrix)

    def _matrix(self, stored: bytes, count: int, dimension: int) -> np.ndarray:
        if len(stored) != count * dimension * STORED_FLOAT.itemsize:
            raise damaged(self._path, "vectors are missing or cut off")
        matrix = np.frombuffer(stored, dtype=STORED_FLOAT).reshape(count, dimension)
        if not np.isfinite(matrix).all():
            raise damaged(self._path, "a vector holds a number that is not finite")
        return matrix


def _to_bytes(array: np.ndarray) -> bytes:
    return np.ascontiguousarray(array, dtype=STORED_FLOAT).tobytes()
