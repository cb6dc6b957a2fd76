"""Saved answers in the catalogue; an answer lives no longer than the documents it mentions."""

import sqlite3
from collections.abc import Iterable

from ingest.catalogue.rows import document_row
from ingest.catalogue.texts import unknown_document
from ingest.errors import UnknownAnswerError


def write_answer(connection: sqlite3.Connection, answer_id: str, answer_json: str, document_ids: Iterable[str]) -> None:
    """Save an answer with the documents it mentions, over one that has its id; raises UnknownDocumentError."""
    mentioned = {document_id: document_row(connection, document_id) for document_id in document_ids}
    for document_id, row in mentioned.items():
        if row is None:
            raise unknown_document(document_id)
    # Not REPLACE: the old row would go with its flag, and the new one come, without its documents.
    connection.execute(
        "INSERT INTO answers VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = ?2",
        (answer_id, answer_json.encode("utf-8", "surrogatepass")),
    )
    connection.execute("DELETE FROM answer_documents WHERE answer = ?", (answer_id,))
    connection.executemany(
        "INSERT INTO answer_documents VALUES (?, ?)", ((answer_id, row) for row in mentioned.values())
    )


def read_answer(connection: sqlite3.Connection, answer_id: str) -> str:
    """Return the JSON of an answer; raises UnknownAnswerError."""
    found = connection.execute("SELECT json FROM answers WHERE id = ?", (answer_id,)).fetchone()
    if found is None:
        raise UnknownAnswerError(f"No answer has the id {answer_id!r}, or a document that it cites was removed.")
    return found[0].decode("utf-8", "surrogatepass")
