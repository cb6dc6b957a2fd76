"""Saved answers in the catalogue; an answer lives no longer than the documents it mentions."""

import sqlite3
from collections.abc import Iterable


def write_answer(
    connection: sqlite3.Connection, answer_id: str, answer_json: str, document_rows: Iterable[int]
) -> None:
    """Save an answer with the documents it mentions, over one that has its id."""
    # Not REPLACE: the old row would go, and the new one come, without its documents.
    connection.execute(
        "INSERT INTO answers VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = ?2",
        (answer_id, answer_json.encode("utf-8", "surrogatepass")),
    )
    connection.execute("DELETE FROM answer_documents WHERE answer = ?", (answer_id,))
    connection.executemany("INSERT INTO answer_documents VALUES (?, ?)", ((answer_id, row) for row in document_rows))


def read_answer(connection: sqlite3.Connection, answer_id: str) -> str | None:
    """Return the JSON of an answer, or None."""
    found = connection.execute("SELECT json FROM answers WHERE id = ?", (answer_id,)).fetchone()
    return found[0].decode("utf-8", "surrogatepass") if found else None
