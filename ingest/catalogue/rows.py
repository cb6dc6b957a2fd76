"""Documents, passages and sentences read from the rows of the catalogue."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from ingest.catalogue.details import read_marks
from ingest.catalogue.places import StoredPlace, read_places
from ingest.types import Document, DocumentSummary, Edit, Page, Passage, Sentence

STORED = "id, title, path, media_type, language, text_sha256, characters, passages"
_DETAILS = "coalesce(author, ''), coalesce(date, '')"
_SUMMARY = f"SELECT {STORED}, {_DETAILS} FROM documents LEFT JOIN details ON document = row"
_AMONG = "IN (SELECT value FROM json_each(?))"


def read_summaries(
    connection: sqlite3.Connection, document_ids: Collection[str] | None = None, *, until: int | None = None
) -> list[DocumentSummary]:
    """Return the summaries of all documents, or of these; unknown ids and what came after a sequence are left out."""
    if document_ids is None:
        return [DocumentSummary(*values) for values in connection.execute(_SUMMARY)]
    found = connection.execute(
        f"{_SUMMARY} WHERE id {_AMONG} AND row NOT IN (SELECT document FROM additions WHERE sequence > ?)",
        (json.dumps(list(document_ids)), 2**62 if until is None else until),
    )
    return [DocumentSummary(*values) for values in found]


def read_document(connection: sqlite3.Connection, document_id: str, text: str) -> Document:
    """Return a document that exists; `text` is its text."""
    title, path, media_type, language, text_sha256, pages, author, date, marks, boxes = connection.execute(
        f"SELECT title, path, media_type, language, text_sha256, pages, {_DETAILS}, marks, word_boxes"
        " FROM documents LEFT JOIN details ON document = row WHERE id = ?",
        (document_id,),
    ).fetchone()
    return Document(
        *(document_id, title, path, media_type, language, text, text_sha256),
        pages=tuple(Page(*values) for values in _lists(pages)),
        author=author,
        date=date,
        marks=read_marks(marks),
        word_boxes=boxes or b"",
    )


def read_edits(connection: sqlite3.Connection, document_id: str) -> tuple[Edit, ...]:
    """Return the edits that lead from the text of a document that exists to its search view."""
    (edits,) = connection.execute("SELECT edits FROM documents WHERE id = ?", (document_id,)).fetchone()
    return tuple(Edit(*values) for values in _lists(edits))


def document_row(connection: sqlite3.Connection, document_id: str) -> int | None:
    """Return the row of a document, or None."""
    found = connection.execute("SELECT row FROM documents WHERE id = ?", (document_id,)).fetchone()
    return found[0] if found else None


def document_rows(connection: sqlite3.Connection, document_ids: Sequence[str] | None) -> list[int]:
    """Return the rows of all documents, or of those of these that are there."""
    among = "" if document_ids is None else f" WHERE id {_AMONG}"
    values = () if document_ids is None else (json.dumps(list(document_ids)),)
    return [row for (row,) in connection.execute(f"SELECT row FROM documents{among} ORDER BY row", values)]


def documents_at(connection: sqlite3.Connection, path: str) -> dict[str, int]:
    """Return the rows of the documents read from a path, by document id; an empty path is nobody's."""
    if not path:
        return {}
    return dict(connection.execute("SELECT id, row FROM documents WHERE path = ?", (path,)))


def documents_named(connection: sqlite3.Connection, name: str) -> set[str]:
    """Return the ids of the documents that came under a file name: uploaded, or from any folder."""
    found = connection.execute(
        "SELECT id FROM documents WHERE path = :name OR substr(path, -length(:name) - 1) = '/' || :name", {"name": name}
    )
    return {document_id for (document_id,) in found}


def newest(connection: sqlite3.Connection, document_ids: Collection[str]) -> str | None:
    """Return the document of these that was written last."""
    found = connection.execute(
        "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY row DESC LIMIT 1",
        (json.dumps(list(document_ids)),),
    ).fetchone()
    return found[0] if found else None


def passage_ids_of(connection: sqlite3.Connection, document_id: str) -> list[str]:
    """Return the ids of a document's passages in reading order."""
    found = connection.execute(
        "SELECT p.id FROM passages p JOIN documents d ON d.row = p.document WHERE d.id = ? ORDER BY p.row",
        (document_id,),
    )
    return [passage_id for (passage_id,) in found]


def read_passages(connection: sqlite3.Connection, passage_ids: Sequence[str]) -> dict[str, Passage]:
    """Return passages by id, their text still empty: it is cut from the document."""
    found = connection.execute(
        "SELECT p.id, d.id, p.start, p.end, '', p.search_text, p.language, p.page, p.heading"
        f" FROM passages p JOIN documents d ON d.row = p.document WHERE p.id {_AMONG}",
        (json.dumps(list(passage_ids)),),
    )
    return {values[0]: Passage(*values) for values in found}


def read_sentences(connection: sqlite3.Connection, passage_ids: Sequence[str]) -> dict[str, list[Sentence]]:
    """Return the sentences of passages by passage id, in reading order."""
    sentences: dict[str, list[Sentence]] = {}
    places = read_places(connection, passage_ids)
    for document_id, passage_id, start, end, text in connection.execute(
        "SELECT d.id, p.id, s.start, s.end, s.search_text FROM passages p JOIN documents d ON d.row = p.document"
        f" JOIN sentences s ON s.passage = p.row WHERE p.id {_AMONG} ORDER BY s.row",
        (json.dumps(list(passage_ids)),),
    ):
        own = sentences.setdefault(passage_id, [])
        place = places[passage_id][len(own)] if passage_id in places else StoredPlace()
        own.append(
            Sentence(document_id, passage_id, start, end, text, place.kind, place.block, place.trail, place.context)
        )
    return sentences


def _lists(stored: str) -> list[list[Any]]:
    try:
        lists = json.loads(stored)
    except ValueError as error:
        raise sqlite3.DataError("a list in it cannot be read") from error
    if not isinstance(lists, list) or not all(isinstance(values, list) and len(values) == 3 for values in lists):
        raise sqlite3.DataError("a list in it holds something else")
    return lists
