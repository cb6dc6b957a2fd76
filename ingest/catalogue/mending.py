"""Tables that can be made from others, made anew where they are broken."""

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from ingest.catalogue.bookkeeping import counts_are_right, restart_book
from ingest.catalogue.housekeeping import write_anew
from ingest.catalogue.meta import read_meta, write_meta
from ingest.catalogue.schema import BOOKS
from ingest.catalogue.words import NEXT, begin_rebuild, note_rebuild, words_fault
from ingest.words.keywords import keyword_form

WORDS = "passage_words"
_OWN_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name = ?1 OR name GLOB ?1 || '_*')"

log = logging.getLogger(__name__)


def can_be_made_anew(table: str) -> bool:
    """Tell whether a table can be made from others."""
    return table in BOOKS or table.startswith(WORDS)


def find_faults(connection: sqlite3.Connection, known: Mapping[str, str]) -> dict[str, str]:
    """Return which tables are to be made anew, and why: those known and others that show without reading them whole."""
    faults = dict(known)
    if (fault := words_fault(connection)) is not None:
        faults[WORDS] = fault
    elif read_meta(connection, "keyword_form") != keyword_form():
        faults[WORDS] = "words are now indexed in another way"
    if not BOOKS.keys() & known.keys() and not counts_are_right(connection):
        faults["languages"] = "what it counts is not what is there"
    return faults


def mend(connection: sqlite3.Connection, faults: Mapping[str, str]) -> None:
    """Make tables anew; of the full-text index only the beginning is made here, and the rest in the background.

    A table that is missing is made too, so it may be killed at any point and will go on at the next opening.
    """
    tables = list(dict.fromkeys(WORDS if table.startswith(WORDS) else table for table in faults))
    for table in tables:
        name = "full-text index" if table == WORDS else f"table {table}"
        log.warning("The %s of the catalogue is being made anew: %s.", name, faults.get(table) or "it is broken")
    dropped = [*tables, NEXT] if WORDS in tables else tables
    sound = all(_is_sound(connection, table) for table in dropped)
    with _transaction(connection):
        (_drop if sound else _forget)(connection, dropped)
        if WORDS in tables:
            note_rebuild(connection, serves=False)
    if read_meta(connection, "vacuum_due"):
        write_anew(connection)  # new tables could get in the way of pages that nothing leads to any more
    with _transaction(connection):
        for table in (table for table in tables if table in BOOKS):
            for statement in BOOKS[table].split(";"):
                connection.execute(statement)
        for table in (table for table in tables if table in BOOKS):
            restart_book(connection, table)
        if WORDS in tables:
            begin_rebuild(connection, serves=False)


def _is_sound(connection: sqlite3.Connection, table: str) -> bool:
    """Tell whether the pages of a table can be followed: then they can be given free, and are no other table's."""
    try:
        return all(
            connection.execute(f"PRAGMA integrity_check ('{own}')").fetchone() == ("ok",)
            for (own,) in connection.execute(_OWN_TABLES, (table,)).fetchall()
            if own not in (WORDS, NEXT)
        )
    except sqlite3.DatabaseError:
        return False


def _drop(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    for table in tables:
        own = [name for (name,) in connection.execute(_OWN_TABLES, (table,))]
        if table in (WORDS, NEXT):  # SQLite would open a full-text index to drop it, and a broken one cannot be opened
            with _writable_schema(connection):
                connection.execute("DELETE FROM sqlite_schema WHERE name = ?", (table,))
        for name in own:
            connection.execute(f"DROP TABLE IF EXISTS {name}")


def _forget(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    """Take tables out of the schema without following their pages, which are lost until the file is written anew."""
    with _writable_schema(connection):
        for table in tables:
            connection.execute("DELETE FROM sqlite_schema WHERE tbl_name = ?1 OR tbl_name GLOB ?1 || '_*'", (table,))
    write_meta(connection, "vacuum_due", 1)


@contextmanager
def _writable_schema(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("PRAGMA writable_schema = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA writable_schema = RESET")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
