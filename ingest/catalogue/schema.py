"""The tables of the catalogue, how a new one is made and how an old one is looked over before use."""

import logging
import os
import sqlite3
import time
from pathlib import Path

from ingest.catalogue.bookkeeping import forget_changes, recount
from ingest.catalogue.checks import write_checks
from ingest.catalogue.connections import Connections, connect, damaged, translated
from ingest.catalogue.meta import read_meta, write_meta
from ingest.catalogue.places import PLACES
from ingest.catalogue.writing import insert_words
from ingest.errors import CatalogueError
from ingest.keywords import index_words, keyword_form

FILE_NAME = "catalogue.sqlite3"
SCHEMA_VERSION = 4
APPLICATION_ID = 0x51756F74  # "Quot"
CHECK_SECONDS = 2.0
"""After this long the remaining tables are not looked over at opening; damage there shows when it is read."""

# Tables from small and telling to large, in the order in which they are checked.
_CHECKED_TABLES = (
    "meta", "languages", "documents", "additions", "removals", "checks", "passages", "sentences", "places",
    "answers", "answer_documents", "flags", "passage_words_data", "passage_words_idx", "passage_words_content",
    "passage_words_docsize", "passage_vectors", "sentence_vectors",
)  # fmt: skip

_FLAGS = """
CREATE TABLE flags (
    number INTEGER PRIMARY KEY, answer TEXT NOT NULL UNIQUE REFERENCES answers (id) ON DELETE CASCADE,
    verdict TEXT NOT NULL, note TEXT NOT NULL, made TEXT NOT NULL
)"""

# Passages by language; the sequence that each document came with; removed passages with theirs; hashes by part.
_BOOKS = """
CREATE TABLE languages (language TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE additions (
    document INTEGER PRIMARY KEY REFERENCES documents (row) ON DELETE CASCADE, sequence INTEGER NOT NULL
);
CREATE INDEX additions_by_sequence ON additions (sequence);
CREATE TABLE removals (passage TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX removals_by_sequence ON removals (sequence);
CREATE TABLE checks (
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE, part TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (document, part)
) WITHOUT ROWID"""
_UPGRADES = {2: _FLAGS, 3: _BOOKS, 4: PLACES}
"""The statements that make a catalogue of the version before it one of this version."""

_NEWER_TABLES = {"flags": 2, "languages": 3, "additions": 3, "removals": 3, "checks": 3, "places": 4}
"""The version that a table came with, where it is not the first."""

# Texts are kept as UTF-8 bytes: what goes in comes out, whatever SQLite thinks of its characters. The text of a passage
# is not kept: it is cut from its document, so that it cannot differ. The vectors stand apart from the words because
# searches read one without the other.
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, path TEXT NOT NULL, media_type TEXT NOT NULL,
    language TEXT NOT NULL, text_sha256 TEXT NOT NULL, characters INTEGER NOT NULL, passages INTEGER NOT NULL,
    pages TEXT NOT NULL, edits TEXT NOT NULL, text BLOB NOT NULL
);
CREATE INDEX documents_by_path ON documents (path);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, search_text TEXT NOT NULL, language TEXT NOT NULL,
    page INTEGER, heading TEXT
);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE sentences (
    row INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passages (row) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, search_text TEXT NOT NULL
);
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE TABLE passage_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, vector BLOB NOT NULL
);
CREATE TABLE sentence_vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, vectors BLOB NOT NULL
);
CREATE TABLE answers (id TEXT PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE answer_documents (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    document INTEGER NOT NULL REFERENCES documents (row), PRIMARY KEY (answer, document)
) WITHOUT ROWID;
CREATE INDEX answer_documents_by_document ON answer_documents (document);{_FLAGS};{_BOOKS};{PLACES};
CREATE VIRTUAL TABLE passage_words USING fts5 (words, stems, heading, tokenize = 'unicode61 remove_diacritics 2');
"""

log = logging.getLogger(__name__)


def open_connections(folder: Path) -> Connections:
    """Open the catalogue file of a folder that this process owns, looked over; make it when there is none.

    Raises:
        CatalogueDamagedError: the file is not a catalogue, or parts of it cannot be read.
        CatalogueError: the file cannot be used, or was made by a newer or an older Quoth.
    """
    path = folder / FILE_NAME
    with translated(path):
        if not path.exists():
            if _beside(path, "-wal").exists():
                raise damaged(path, "the file is gone and only its log is there")
            _create(path)
        writer = connect(path, mode="rw")
        try:
            _check(writer, path)
            _upgrade(writer)
            _index_words_again(writer)
        except BaseException:
            writer.close()
            raise
    return Connections(path, writer)


def _create(path: Path) -> None:
    # Made aside and renamed when whole: a catalogue file that is empty or half made has then been damaged since.
    aside = _beside(path, ".new")
    for leftover in (aside, *(_beside(aside, suffix) for suffix in ("-wal", "-shm", "-journal"))):
        leftover.unlink(missing_ok=True)
    connection = connect(aside, mode="rwc")
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        values = {"schema_version": SCHEMA_VERSION, "sequence": 0, "scrub_due": 0, "keyword_form": keyword_form()}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
        _start_books(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    aside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise damaged(path, "it does not carry the mark of a catalogue")
    found = read_meta(connection, "schema_version")
    if not isinstance(found, int):
        raise damaged(path, "it does not say its version")
    if not 1 <= found <= SCHEMA_VERSION:
        age = "a newer" if found > SCHEMA_VERSION else "an older"
        raise CatalogueError(
            f"The catalogue {path} has version {found}, from {age} Quoth; this one reads version {SCHEMA_VERSION}. "
            "Use the Quoth that made it, or set QUOTH_HOME to another folder and add the files again."
        )
    started = time.monotonic()
    for table in (table for table in _CHECKED_TABLES if _NEWER_TABLES.get(table, 1) <= found):
        if time.monotonic() - started > CHECK_SECONDS:
            log.info("The catalogue is large: from %s on it was not checked at opening.", table)
            return
        (problem,) = connection.execute(f"PRAGMA integrity_check ('{table}')").fetchone()
        if problem != "ok":
            raise damaged(path, problem)


def _upgrade(connection: sqlite3.Connection) -> None:
    """Bring a catalogue of an earlier version to this one, all at once or not at all."""
    found = read_meta(connection, "schema_version")
    if found == SCHEMA_VERSION:
        return
    log.info("The catalogue has version %s and is being brought to version %s.", found, SCHEMA_VERSION)
    connection.execute("BEGIN IMMEDIATE")
    for version in range(found + 1, SCHEMA_VERSION + 1):
        for statement in _UPGRADES[version].split(";"):
            connection.execute(statement)
    if found < 3:
        _start_books(connection)
    write_meta(connection, "schema_version", SCHEMA_VERSION)
    connection.execute("COMMIT")


def _start_books(connection: sqlite3.Connection) -> None:
    """Count and hash what is there; of states before the present one nothing is known."""
    sequence = read_meta(connection, "sequence")
    for (row,) in connection.execute("SELECT row FROM documents").fetchall():
        connection.execute("INSERT INTO additions VALUES (?, ?)", (row, sequence))
        write_checks(connection, row)
    recount(connection)
    forget_changes(connection, sequence=sequence)


def _index_words_again(connection: sqlite3.Connection) -> None:
    if read_meta(connection, "keyword_form") == keyword_form():
        return
    log.info("Words are now indexed in another way: the full-text index is being rebuilt.")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM passage_words")
    passages = connection.execute("SELECT row, search_text, heading, language FROM passages").fetchall()
    for row, *words in passages:
        insert_words(connection, row, index_words(*words))
    write_meta(connection, "keyword_form", keyword_form())
    connection.execute("COMMIT")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
