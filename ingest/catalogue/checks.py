"""Hashes over what belongs to a document, by which a change of it behind the catalogue's back is noticed."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable

_ROWS = (
    "SELECT id, title, path, media_type, language, text_sha256, characters, passages, pages, edits"
    " FROM documents WHERE row = ?",
    "SELECT id, start, end, search_text, language, page, heading FROM passages WHERE document = ? ORDER BY row",
    "SELECT p.id, s.start, s.end, s.search_text FROM passages p JOIN sentences s ON s.passage = p.row"
    " WHERE p.document = ? ORDER BY s.row",
    "SELECT p.id, places.json FROM passages p JOIN places ON places.passage = p.row"
    " WHERE p.document = ? ORDER BY p.row",
)
_VECTORS = {
    "passage_vectors": "SELECT p.id, v.vector FROM passages p JOIN passage_vectors v ON v.passage = p.row"
    " WHERE p.document = ? ORDER BY p.row",
    "sentence_vectors": "SELECT p.id, v.vectors FROM passages p JOIN sentence_vectors v ON v.passage = p.row"
    " WHERE p.document = ? ORDER BY p.row",
}


def write_checks(connection: sqlite3.Connection, row: int) -> None:
    """Note the hashes of a document as it is now, a hash for each part."""
    connection.executemany(
        "REPLACE INTO checks VALUES (?, ?, ?)", ((row, part, sha256) for part, sha256 in _hashes(connection, row))
    )


def changed_parts(connection: sqlite3.Connection, row: int) -> list[str]:
    """Return the parts of a document that are not what was written: "rows", "passage_vectors", "sentence_vectors"."""
    noted = dict(connection.execute("SELECT part, sha256 FROM checks WHERE document = ?", (row,)))
    return [part for part, sha256 in _hashes(connection, row) if noted.get(part) != sha256]


def _hashes(connection: sqlite3.Connection, row: int) -> Iterable[tuple[str, str]]:
    lines = (json.dumps(values) for statement in _ROWS for values in connection.execute(statement, (row,)))
    yield "rows", hashlib.sha256("\n".join(lines).encode()).hexdigest()
    for part, statement in _VECTORS.items():
        digest = hashlib.sha256()
        for passage_id, vector in connection.execute(statement, (row,)):
            digest.update(f"{passage_id} {len(vector)}\n".encode())
            digest.update(vector)
        yield part, digest.hexdigest()
