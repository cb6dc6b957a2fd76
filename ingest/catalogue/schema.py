"""The tables of the catalogue, and how a new one is made."""

import os
import sqlite3
from pathlib import Path
from uuid import uuid4

from ingest.catalogue.bookkeeping import start_books
from ingest.catalogue.checks import NOTHING
from ingest.catalogue.connections import connect
from ingest.catalogue.details import DETAILS, FILES
from ingest.catalogue.places import PLACES
from ingest.catalogue.words import create_words
from ingest.words.keywords import keyword_form

FILE_NAME = "catalogue.sqlite3"
SCHEMA_VERSION = 8
APPLICATION_ID = 0x51756F74  # "Quot"

_FLAGS = """
CREATE TABLE flags (
    number INTEGER PRIMARY KEY, answer TEXT NOT NULL UNIQUE REFERENCES answers (id) ON DELETE CASCADE,
    verdict TEXT NOT NULL, note TEXT NOT NULL, made TEXT NOT NULL
)"""

BOOKS = {
    "languages": "CREATE TABLE languages (language TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID",
    "additions": """
CREATE TABLE additions (
    document INTEGER PRIMARY KEY REFERENCES documents (row) ON DELETE CASCADE, sequence INTEGER NOT NULL
);
CREATE INDEX additions_by_sequence ON additions (sequence)""",
    "removals": "CREATE TABLE removals (row INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, passage TEXT NOT NULL)",
    "checks": """
CREATE TABLE checks (
    document INTEGER NOT NULL REFERENCES documents (row) ON DELETE CASCADE, part TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (document, part)
) WITHOUT ROWID""",
}
"""Passages by language; the sequence that each document came with; passages that went, with theirs; hashes by part."""

_TOKEN_STATES = """
CREATE TABLE token_states (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, packed BLOB NOT NULL
)"""

UPGRADES = {
    2: [_FLAGS],
    3: [],  # an earlier form of the books
    4: [PLACES],
    5: [],  # likewise
    6: [
        *(f"DROP TABLE IF EXISTS {table}" for table in BOOKS),
        *(statement for each in BOOKS.values() for statement in each.split(";")),
    ],
    7: [DETAILS, FILES],
    8: [
        "DROP TABLE sentence_vectors",
        _TOKEN_STATES,  # filled when the texts are split again, as they are after this
        "DELETE FROM checks WHERE part = 'sentence_vectors'",
        f"INSERT INTO checks SELECT row, 'token_states', '{NOTHING}' FROM documents",
    ],
}
"""The statements that make a catalogue of the version before it one of this version."""

CHECKED_FROM = 6
"""The version from which on each document has its hashes."""

NEWER_TABLES = {"flags": 2, "places": 4, **dict.fromkeys(BOOKS, 6), "details": 7, "files": 7, "token_states": 8}
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
CREATE TABLE answers (id TEXT PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE answer_documents (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    document INTEGER NOT NULL REFERENCES documents (row), PRIMARY KEY (answer, document)
) WITHOUT ROWID;
CREATE INDEX answer_documents_by_document ON answer_documents (document);{_FLAGS};{PLACES};{DETAILS};{FILES};
{_TOKEN_STATES};
{"; ".join(BOOKS.values())};
"""


def create_catalogue(path: Path) -> None:
    """Make an empty catalogue file, aside and renamed when whole: one that is half made has then been damaged since."""
    aside = beside(path, ".new")
    for leftover in (aside, *(beside(aside, suffix) for suffix in ("-wal", "-shm", "-journal"))):
        leftover.unlink(missing_ok=True)
    connection = connect(aside, mode="rwc")
    try:
        create_tables(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    aside.rename(path)
    sync_folder(path.parent)


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty catalogue in an empty file."""
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that empty pages can be given back bit by bit
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
    create_words(connection)
    values = {"schema_version": SCHEMA_VERSION, "sequence": 0, "scrub_due": 0, "keyword_form": keyword_form()}
    values["identity"] = uuid4().hex
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
    start_books(connection)


def beside(path: Path, suffix: str) -> Path:
    """Return the path of the file that lies beside a catalogue file and whose name ends so."""
    return path.with_name(path.name + suffix)


def sync_file(path: Path) -> None:
    """Wait until what was written to a file is on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
