"""What a document says of itself beside its text, and the file whose pages are shown."""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache

from ingest.catalogue.checks import write_checks
from ingest.types import Document, Mark, Span

DETAILS = """
CREATE TABLE details (
    document INTEGER PRIMARY KEY REFERENCES documents (row) ON DELETE CASCADE,
    author TEXT NOT NULL, date TEXT NOT NULL, marks TEXT NOT NULL, word_boxes BLOB NOT NULL
)"""
FILES = """
CREATE TABLE files (
    document INTEGER PRIMARY KEY REFERENCES documents (row) ON DELETE CASCADE, data BLOB NOT NULL
)"""
"""The id of a document is the sha256 of its file, so that no other check of that is needed."""


def insert_details(connection: sqlite3.Connection, row: int, document: Document, file: bytes) -> None:
    """Write what there is; most texts have nothing of it."""
    if document.author or document.date or document.marks or document.word_boxes:
        connection.execute(
            "INSERT INTO details VALUES (?, ?, ?, ?, ?)",
            (row, document.author, document.date, _written(document.marks), document.word_boxes),
        )
    if document.word_boxes and file:
        connection.execute("INSERT INTO files VALUES (?, ?)", (row, file))


def update_details(
    connection: sqlite3.Connection, row: int, *, title: str | None, author: str | None, date: str | None
) -> None:
    """Write what a person says a document is called, who wrote it and when; None leaves what there is."""
    if title is not None:
        connection.execute("UPDATE documents SET title = ? WHERE row = ?", (title, row))
    if author is not None or date is not None:
        connection.execute("INSERT OR IGNORE INTO details VALUES (?, '', '', '[]', x'')", (row,))
        connection.execute(
            "UPDATE details SET author = coalesce(?, author), date = coalesce(?, date) WHERE document = ?",
            (author, date, row),
        )
    write_checks(connection, row)


@lru_cache(maxsize=8)  # a table has as many as it has rows, and its document is read for every citation
def read_marks(stored: str | None) -> tuple[Mark, ...]:
    """Return the marks of a document as they were written."""
    try:
        return tuple(
            Mark(kind, start, end, level, Span(*header) if header else None)
            for kind, start, end, level, header in json.loads(stored or "[]")
        )
    except (ValueError, TypeError) as error:
        raise sqlite3.DataError("a list of marks in it cannot be read") from error


def read_file(connection: sqlite3.Connection, document_id: str) -> bytes:
    """Return the bytes that a document was read from, empty where they are not kept."""
    found = connection.execute(
        "SELECT data FROM files JOIN documents d ON d.row = document WHERE d.id = ?", (document_id,)
    ).fetchone()
    return found[0] if found else b""


def _written(marks: Sequence[Mark]) -> str:
    return json.dumps(
        [
            [mark.kind, mark.start, mark.end, mark.level, [mark.header.start, mark.header.end] if mark.header else None]
            for mark in marks
        ]
    )
