"""How the file of a catalogue is looked over before use, brought to this version, and mended where that can be done."""

import logging
import sqlite3
import time
from pathlib import Path
from uuid import uuid4

from ingest.catalogue.bookkeeping import start_books
from ingest.catalogue.checks import find_changed_in_sample
from ingest.catalogue.connections import Connections, connect
from ingest.catalogue.faults import damaged, translated
from ingest.catalogue.mark import CatalogueMark, MarkFile, check_mark, missing
from ingest.catalogue.mending import can_be_made_anew, find_faults, mend
from ingest.catalogue.meta import read_meta, write_meta
from ingest.catalogue.schema import (
    APPLICATION_ID,
    BOOKS,
    FILE_NAME,
    NEWER_TABLES,
    SCHEMA_VERSION,
    UPGRADES,
    beside,
    create_catalogue,
)
from ingest.errors import CatalogueError

CHECK_SECONDS = 2.0
"""After this long the remaining tables are not looked over at opening; damage there shows when it is read."""

# From small and telling to large, in the order in which they are checked.
_CHECKED_TABLES = (
    "meta", *BOOKS, "documents", "passages", "sentences", "places", "details", "answers", "answer_documents", "flags",
    "passage_words_data", "passage_words_idx", "passage_words_content", "passage_words_docsize",
    "passage_vectors", "token_states",
)  # fmt: skip

log = logging.getLogger(__name__)


def open_connections(folder: Path, *, as_it_is: bool = False) -> Connections:
    """Open the catalogue file of a folder that this process owns, looked over; make it when there is none.

    What can be made from other tables is made anew where it is broken. With `as_it_is`, for a repair, what the mark and
    the hashes of documents tell is not asked.

    Raises:
        CatalogueDamagedError: the file is not a catalogue, or what nothing else tells cannot be read.
        CatalogueError: the file cannot be used, or was made by a newer or an older Quoth.
    """
    path, mark = folder / FILE_NAME, MarkFile(folder)
    with translated(path):
        if not path.exists():
            _create_unless_lost(path, mark)
        writer = connect(path, mode="rw")
        try:
            version = read_version(writer, path)
            noted = mark.read()
            if read_meta(writer, "identity") and not as_it_is:
                check_mark(path, CatalogueMark.of(writer), noted)
            faults = _faults(writer, path, version)
            bring_up_to_date(writer)
            faults = find_faults(writer, faults)
            if faults:
                mend(writer, faults)
            if not as_it_is:
                _check_sample(writer, path)
            if not as_it_is:
                mark.keep_up(writer)
        except BaseException:
            writer.close()
            raise
    return Connections(path, writer, after_commit=mark.keep_up)


def _create_unless_lost(path: Path, mark: MarkFile) -> None:
    noted = mark.read()
    if noted and noted.documents:
        raise missing(path, noted)
    if beside(path, "-wal").exists():
        raise damaged(path, "the file is gone and only its log is there")
    mark.replace(None)
    create_catalogue(path)


def _check_sample(connection: sqlite3.Connection, path: Path) -> None:
    changed = next(find_changed_in_sample(connection), None)
    if changed:
        raise damaged(path, f"{' and '.join(changed.parts)} of “{changed.title}” are not what was written")


def read_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a catalogue file.

    Raises:
        CatalogueDamagedError: it is no catalogue.
        CatalogueError: a newer Quoth made it.
    """
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
    return found


def _faults(connection: sqlite3.Connection, path: Path, version: int) -> dict[str, str]:
    """Look the tables over; returns what is wrong with those that can be made anew, and raises for any other."""
    started, faults = time.monotonic(), {}
    for table in (table for table in _CHECKED_TABLES if NEWER_TABLES.get(table, 1) <= version):
        if time.monotonic() - started > CHECK_SECONDS:
            log.info("The catalogue is large: from %s on it was not checked at opening.", table)
            break
        try:
            (problem,) = connection.execute(f"PRAGMA integrity_check ('{table}')").fetchone()
        except sqlite3.DatabaseError as error:
            if not can_be_made_anew(table):
                raise
            problem = str(error)
        if problem != "ok":
            if not can_be_made_anew(table):
                raise damaged(path, problem)
            faults[table] = problem
    return faults


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Bring a catalogue of an earlier version to this one, all at once or not at all."""
    found = read_meta(connection, "schema_version")
    if found == SCHEMA_VERSION:
        return
    log.info("The catalogue has version %s and is being brought to version %s.", found, SCHEMA_VERSION)
    connection.execute("BEGIN IMMEDIATE")
    for version in range(found + 1, SCHEMA_VERSION + 1):
        for statement in UPGRADES[version]:
            connection.execute(statement)
    if found < 6:
        start_books(connection)
        if read_meta(connection, "identity") is None:
            write_meta(connection, "identity", uuid4().hex)
        write_meta(connection, "vacuum_due", 1)  # before version 5 no pages could be given back
    write_meta(connection, "schema_version", SCHEMA_VERSION)
    connection.execute("COMMIT")
