"""Documents, passages and sentences as rows of the catalogue."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from typing import Any

from ingest.catalogue.vectors import insert_vectors
from ingest.keywords import IndexedWords
from ingest.types import (
    Document,
    DocumentSummary,
    DocumentVectors,
    Edit,
    Page,
    Passage,
    ScoredPassage,
    Sentence,
    SplitDocument,
)

_SUMMARY = "id, title, path, media_type, language, text_sha256, characters, passages"
_AMONG = "IN (SELECT value FROM json_each(?))"


def insert_document(
    connection: sqlite3.Connection, split: SplitDocument, words: Sequence[IndexedWords], vectors: DocumentVectors
) -> None:
    """Write a document with all that belongs to it; `words` are those of its passages."""
    document = split.document
    values = (
        *(document.id, document.title, document.path, document.media_type, document.language, document.text_sha256),
        *(len(document.text), len(split.passages)),
        json.dumps([astuple(page) for page in document.pages]),
        json.dumps([astuple(edit) for edit in split.edits], ensure_ascii=False),
        document.text.encode("utf-8"),
    )
    row = connection.execute(
        f"INSERT INTO documents ({_SUMMARY}, pages, edits, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values
    ).lastrowid
    rows = {}
    for passage, passage_words in zip(split.passages, words, strict=True):
        rows[passage.id] = connection.execute(
            "INSERT INTO passages (id, document, start, end, search_text, language, page, heading)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(passage.id, row, passage.start, passage.end, passage.search_text),
                *(passage.language, passage.page, passage.heading),
            ),
        ).lastrowid
        insert_words(connection, rows[passage.id], passage_words)
    connection.executemany(
        "INSERT INTO sentences (passage, start, end, search_text) VALUES (?, ?, ?, ?)",
        (
            (rows[sentence.passage_id], sentence.start, sentence.end, sentence.search_text)
            for sentence in split.sentences
        ),
    )
    insert_vectors(connection, split, vectors)


def insert_words(connection: sqlite3.Connection, passage_row: int, words: IndexedWords) -> None:
    """Put one passage into the full-text index."""
    connection.execute(
        "INSERT INTO passage_words (rowid, words, stems, heading) VALUES (?, ?, ?, ?)", (passage_row, *astuple(words))
    )


def delete_documents(connection: sqlite3.Connection, document_rows: Iterable[int]) -> None:
    """Delete documents and all that belongs to them or mentions them."""
    for row in document_rows:
        connection.execute(
            "DELETE FROM answers WHERE id IN (SELECT answer FROM answer_documents WHERE document = ?)", (row,)
        )
        connection.execute(
            "DELETE FROM passage_words WHERE rowid IN (SELECT row FROM passages WHERE document = ?)", (row,)
        )
        connection.execute("DELETE FROM documents WHERE row = ?", (row,))


def read_summaries(connection: sqlite3.Connection, document_id: str | None = None) -> list[DocumentSummary]:
    """Return the summaries of all documents, or of one."""
    found = connection.execute(f"SELECT {_SUMMARY} FROM documents WHERE id = coalesce(?, id)", (document_id,))
    return [DocumentSummary(*values) for values in found]


def read_document(connection: sqlite3.Connection, document_id: str, text: str) -> Document:
    """Return a document that exists; `text` is its text."""
    title, path, media_type, language, text_sha256, pages = connection.execute(
        "SELECT title, path, media_type, language, text_sha256, pages FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    return Document(
        *(document_id, title, path, media_type, language, text, text_sha256),
        pages=tuple(Page(*values) for values in _lists(pages)),
    )


def read_edits(connection: sqlite3.Connection, document_id: str) -> tuple[Edit, ...]:
    """Return the edits that lead from the text of a document that exists to its search view."""
    (edits,) = connection.execute("SELECT edits FROM documents WHERE id = ?", (document_id,)).fetchone()
    return tuple(Edit(*values) for values in _lists(edits))


def document_row(connection: sqlite3.Connection, document_id: str) -> int | None:
    """Return the row of a document, or None."""
    found = connection.execute("SELECT row FROM documents WHERE id = ?", (document_id,)).fetchone()
    return found[0] if found else None


def documents_at(connection: sqlite3.Connection, path: str) -> dict[str, int]:
    """Return the rows of the documents read from a path, by document id; an empty path is nobody's."""
    if not path:
        return {}
    return dict(connection.execute("SELECT id, row FROM documents WHERE path = ?", (path,)))


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
    for values in connection.execute(
        "SELECT d.id, p.id, s.start, s.end, s.search_text FROM passages p JOIN documents d ON d.row = p.document"
        f" JOIN sentences s ON s.passage = p.row WHERE p.id {_AMONG} ORDER BY s.row",
        (json.dumps(list(passage_ids)),),
    ):
        sentences.setdefault(values[1], []).append(Sentence(*values))
    return sentences


def search_words(
    connection: sqlite3.Connection,
    expression: str,
    *,
    limit: int,
    document_ids: Collection[str] | None,
    language: str | None,
) -> list[ScoredPassage]:
    """Run a full-text query. Words of a heading count half."""
    among = None if document_ids is None else json.dumps(sorted(document_ids))
    # bm25() is lower for better passages.
    found = connection.execute(
        "SELECT p.id, -bm25(passage_words, 1.0, 1.0, 0.5) AS score FROM passage_words"
        " JOIN passages p ON p.row = passage_words.rowid JOIN documents d ON d.row = p.document"
        " WHERE passage_words MATCH :expression AND (:language IS NULL OR p.language = :language)"
        " AND (:document_ids IS NULL OR d.id IN (SELECT value FROM json_each(:document_ids)))"
        " ORDER BY score DESC, p.id LIMIT :limit",
        {"expression": expression, "limit": limit, "document_ids": among, "language": language},
    )
    return [ScoredPassage(*values) for values in found]


def _lists(stored: str) -> list[list[Any]]:
    try:
        lists = json.loads(stored)
    except ValueError as error:
        raise sqlite3.DataError("a list in it cannot be read") from error
    if not isinstance(lists, list) or not all(isinstance(values, list) and len(values) == 3 for values in lists):
        raise sqlite3.DataError("a list in it holds something else")
    return lists
