"""Vectors on their way into the catalogue."""

import sqlite3
from collections.abc import Mapping

import numpy as np

from ingest.catalogue.meta import read_meta, write_meta
from ingest.errors import ModelMismatchError
from ingest.types import DocumentVectors, SplitDocument

STORED_FLOAT = np.dtype("<f4")


def check_shapes(split: SplitDocument, vectors: DocumentVectors) -> None:
    """Refuse vectors that are not those of a split document; raises ValueError."""
    array, count = vectors.passages, len(split.passages)
    if count and (array.ndim != 2 or array.shape[0] != count):
        raise ValueError(f"{count} vectors were expected, an array of shape {array.shape} was given.")
    if not np.isfinite(array).all():
        raise ValueError("A vector holds a number that is not finite.")
    if len(vectors.states) != count:
        raise ValueError(f"Token states of {count} passages were expected, those of {len(vectors.states)} were given.")


def bind_model(connection: sqlite3.Connection, fingerprint: str) -> None:
    """Note the model that the vectors come from; raises ModelMismatchError when there are vectors of another."""
    if check_model(connection, fingerprint) != fingerprint:
        write_meta(connection, "model_fingerprint", fingerprint)


def check_model(connection: sqlite3.Connection, fingerprint: str) -> str | None:
    """Return the model that is noted; raises ModelMismatchError when there are vectors of another than this one."""
    bound: str | None = read_meta(connection, "model_fingerprint")
    if bound != fingerprint and stored_dimension(connection):
        raise ModelMismatchError(
            f"The catalogue holds vectors of the model {bound or '(not noted)'} and the model in use is {fingerprint}. "
            "Set QUOTH_EMBEDDING_MODEL back, or embed the documents again with `quoth reindex`."
        )
    return bound


def insert_vectors(connection: sqlite3.Connection, split: SplitDocument, vectors: DocumentVectors) -> None:
    """Write what belongs to the passages of a document, which are there; raises ModelMismatchError for a misfit."""
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
    connection.executemany(
        "INSERT INTO token_states SELECT row, ?2 FROM passages WHERE id = ?1",
        ((passage.id, packed) for passage, packed in zip(split.passages, vectors.states, strict=True)),
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
    connection.execute("DELETE FROM token_states")
    for document_id, split in splits.items():
        check_shapes(split, vectors[document_id])
        insert_vectors(connection, split, vectors[document_id])
    write_meta(connection, "model_fingerprint", fingerprint)


def stored_dimension(connection: sqlite3.Connection) -> int:
    """Return how many numbers a stored vector has; 0 when there is none."""
    found = connection.execute("SELECT length(vector) FROM passage_vectors LIMIT 1").fetchone()
    return found[0] // STORED_FLOAT.itemsize if found else 0


def _to_bytes(array: np.ndarray) -> bytes:
    return np.ascontiguousarray(array, dtype=STORED_FLOAT).tobytes()
