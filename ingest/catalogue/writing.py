"""How a document is written into the catalogue, and how it goes."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby

from ingest.catalogue.bookkeeping import forget_old_removals, note_added, note_removed
from ingest.catalogue.details import insert_details
from ingest.catalogue.places import insert_places
from ingest.catalogue.rows import STORED, document_row, documents_at
from ingest.catalogue.vectors import insert_vectors
from ingest.catalogue.words import delete_words, insert_words
from ingest.types import NewDocument, SplitDocument
from ingest.words.keywords import IndexedWords


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a replacement did: whether anything was written, and the ids of the documents that went."""

    written: bool
    removed: tuple[str, ...] = ()


def replace_document(
    connection: sqlite3.Connection, new: NewDocument, words: Sequence[IndexedWords], *, sequence: int
) -> Replaced:
    """Write a document unless it is there, and delete those that its path stood for; `words` are of its passages."""
    document = new.split.document
    older = documents_at(connection, document.path) if new.same_path else {}
    older |= {id: row for id in new.replaces if (row := document_row(connection, id)) is not None}
    older.pop(document.id, None)
    is_new = document_row(connection, document.id) is None
    if older:
        delete_documents(connection, older.values(), sequence=sequence)
    if is_new:
        insert_document(connection, new, words, sequence=sequence)
    return Replaced(is_new or bool(older), tuple(older))


def insert_document(
    connection: sqlite3.Connection, new: NewDocument, words: Sequence[IndexedWords], *, sequence: int
) -> None:
    """Write a document with all that belongs to it; `words` are those of its passages."""
    document, split = new.split.document, new.split
    values = (
        *(document.id, document.title, document.path, document.media_type, document.language, document.text_sha256),
        *(len(document.text), len(split.passages)),
        json.dumps([astuple(page) for page in document.pages]),
        json.dumps([astuple(edit) for edit in split.edits], ensure_ascii=False),
        document.text.encode("utf-8"),
    )
    row = connection.execute(
        f"INSERT INTO documents ({STORED}, pages, edits, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values
    ).lastrowid
    assert row is not None
    insert_details(connection, row, document, new.file)
    _insert_passages(connection, split, row, words)
    insert_vectors(connection, split, new.vectors)
    note_added(connection, row, sequence=sequence)


def _insert_passages(
    connection: sqlite3.Connection, split: SplitDocument, row: int, words: Sequence[IndexedWords]
) -> None:
    rows: dict[str, int] = {}
    for passage, passage_words in zip(split.passages, words, strict=True):
        inserted = connection.execute(
            "INSERT INTO passages (id, document, start, end, search_text, language, page, heading)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(passage.id, row, passage.start, passage.end, passage.search_text),
                *(passage.language, passage.page, passage.heading),
            ),
        ).lastrowid
        assert inserted is not None
        rows[passage.id] = inserted
        insert_words(connection, inserted, passage_words)
    connection.executemany(
        "INSERT INTO sentences (passage, start, end, search_text) VALUES (?, ?, ?, ?)",
        (
            (rows[sentence.passage_id], sentence.start, sentence.end, sentence.search_text)
            for sentence in split.sentences
        ),
    )
    for passage_id, sentences in groupby(split.sentences, key=lambda sentence: sentence.passage_id):
        insert_places(connection, rows[passage_id], list(sentences))


def split_again(
    connection: sqlite3.Connection, new: NewDocument, words: Sequence[IndexedWords], *, sequence: int
) -> None:
    """Put a document's new passages in the place of those it has; the answers that mention it stay."""
    split = new.split
    row = document_row(connection, split.document.id)
    if row is None:
        return
    note_removed(connection, row, sequence=sequence)
    delete_words(connection, row)
    connection.execute("DELETE FROM passages WHERE document = ?", (row,))
    connection.execute("DELETE FROM additions WHERE document = ?", (row,))
    connection.execute(
        "UPDATE documents SET passages = ?, edits = ? WHERE row = ?",
        (len(split.passages), json.dumps([astuple(edit) for edit in split.edits], ensure_ascii=False), row),
    )
    _insert_passages(connection, split, row, words)
    insert_vectors(connection, split, new.vectors)
    note_added(connection, row, sequence=sequence)


def delete_documents(connection: sqlite3.Connection, document_rows: Iterable[int], *, sequence: int) -> None:
    """Delete documents and all that belongs to them or mentions them."""
    for row in document_rows:
        note_removed(connection, row, sequence=sequence)
        connection.execute(
            "DELETE FROM answers WHERE id IN (SELECT answer FROM answer_documents WHERE document = ?)", (row,)
        )
        delete_words(connection, row)
        connection.execute("DELETE FROM documents WHERE row = ?", (row,))
    forget_old_removals(connection, sequence=sequence)
