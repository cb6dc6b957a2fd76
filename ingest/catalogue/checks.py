"""Hashes over what belongs to a document, by which a change of it behind the catalogue's back is noticed."""

import hashlib
import json
import random
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence

from ingest.catalogue.faults import is_damage
from ingest.types import ChangedDocument, DocumentPart

SAMPLE = 20
SAMPLE_SECONDS = 0.5
"""At opening so many documents, chosen at random, are held against their hashes, for so long at most."""

NOTHING = hashlib.sha256(b"\n").hexdigest()
"""The hash of a part, told by one statement, that has no rows."""

# In each, what the document says of itself and can be had from nowhere else, or what can be made again from its text.
_PARTS: dict[DocumentPart, tuple[str, ...]] = {
    "document": (
        "SELECT id, title, path, media_type, language, text_sha256, characters, pages FROM documents WHERE row = ?",
    ),
    "passages": (
        "SELECT passages, edits FROM documents WHERE row = ?",
        "SELECT id, start, end, search_text, language, page, heading FROM passages WHERE document = ? ORDER BY row",
        "SELECT p.id, s.start, s.end, s.search_text FROM passages p JOIN sentences s ON s.passage = p.row"
        " WHERE p.document = ? ORDER BY s.row",
        "SELECT p.id, places.json FROM passages p JOIN places ON places.passage = p.row"
        " WHERE p.document = ? ORDER BY p.row",
    ),
    "passage_vectors": (
        "SELECT p.id, v.vector FROM passages p JOIN passage_vectors v ON v.passage = p.row"
        " WHERE p.document = ? ORDER BY p.row",
    ),
    "token_states": (
        "SELECT p.id, t.packed FROM passages p JOIN token_states t ON t.passage = p.row"
        " WHERE p.document = ? ORDER BY p.row",
    ),
}


# Few documents have any: one without has the hash that it had before these were kept.
_DETAILS = "SELECT author, date, marks, word_boxes FROM details WHERE document = ?"


def write_checks(connection: sqlite3.Connection, row: int) -> None:
    """Note the hashes of a document as it is now, a hash for each part."""
    connection.executemany(
        "REPLACE INTO checks VALUES (?, ?, ?)", ((row, part, _hash(connection, part, row)) for part in _PARTS)
    )


def find_changed(
    connection: sqlite3.Connection, document_rows: Iterable[int], parts: Iterable[DocumentPart] = tuple(_PARTS)
) -> Iterator[ChangedDocument]:
    """Give those of some documents that are not what was written, in some of their parts."""
    for row in document_rows:
        noted = dict(connection.execute("SELECT part, sha256 FROM checks WHERE document = ?", (row,)))
        changed = tuple(part for part in parts if noted.get(part) != _hash_or_none(connection, part, row))
        if changed:
            id, title = connection.execute("SELECT id, title FROM documents WHERE row = ?", (row,)).fetchone()
            yield ChangedDocument(id, title, changed)


def find_changed_in_sample(connection: sqlite3.Connection) -> Iterator[ChangedDocument]:
    """Give those of a few documents that are not what was written."""
    rows = [row for (row,) in connection.execute("SELECT row FROM documents")]
    until = time.monotonic() + SAMPLE_SECONDS
    for row in random.sample(rows, min(SAMPLE, len(rows))):
        yield from find_changed(connection, [row])
        if time.monotonic() > until:
            return


def _hash_or_none(connection: sqlite3.Connection, part: DocumentPart, row: int) -> str | None:
    try:
        return _hash(connection, part, row)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return None


def _hash(connection: sqlite3.Connection, part: DocumentPart, row: int) -> str:
    digest = hashlib.sha256()
    for statement in _PARTS[part]:
        for values in connection.execute(statement, (row,)):
            _update(digest, values)
        digest.update(b"\n")
    if part == "document":
        for values in connection.execute(_DETAILS, (row,)):
            _update(digest, values)
    return digest.hexdigest()


def _update(digest: "hashlib._Hash", values: Sequence[str | int | bytes | None]) -> None:
    told = [f"{len(value)} bytes" if isinstance(value, bytes) else value for value in values]
    digest.update(json.dumps(told).encode())
    for value in values:
        if isinstance(value, bytes):
            digest.update(value)
