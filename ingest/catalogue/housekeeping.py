"""What keeps the catalogue's files free of removed words and of empty pages, in steps that hold writers up briefly."""

import sqlite3
from collections.abc import Callable, Generator, Iterator

from ingest.catalogue.connections import BUSY_SECONDS, Connections
from ingest.catalogue.leftovers import find_leftovers, zero_leftovers
from ingest.catalogue.meta import read_meta, write_meta
from ingest.catalogue.words import MAX_LEVELS, begin_rebuild, count_levels, merge_slice, rebuild_slice, rebuilt_to

PATIENCE_WITH_READERS_MS = 500
PAGES_PER_STEP = 256
MAX_FREE_SHARE = 0.25
MIN_FREE_PAGES = 32
"""Free pages are given back to the disk when they are more than these, and more than their share of the file."""

OPERATIONS_PER_LOOK = 10_000
"""After so many of SQLite's operations a rewriting looks whether somebody waits to write; that takes about 1 ms."""


def rebuild_words(connections: Connections) -> Iterator[None]:
    """Finish a rebuild of the full-text index, if one was begun."""
    with connections.reading() as connection:
        goes_on = rebuilt_to(connection) is not None
    while goes_on:
        with connections.writing(synced=False) as connection:
            goes_on = rebuild_slice(connection)
        yield


def purge_words(connections: Connections) -> Iterator[None]:
    """Merge the full-text index until no removed word is in it, or make it anew when it has been merged too often.

    Deleted rows stay in older segments of the index until these are merged.
    """
    with connections.writing(synced=False) as connection:
        is_worn = count_levels(connection) > MAX_LEVELS
        if is_worn:
            begin_rebuild(connection, serves=True)
        goes_on = not is_worn and merge_slice(connection, first=True)
    yield
    while goes_on:
        with connections.writing(synced=False) as connection:
            goes_on = merge_slice(connection, first=False)
        yield
    if is_worn:
        yield from rebuild_words(connections)


def zero_moved_rows(connections: Connections) -> Generator[None, None, bool]:
    """Empty the log and overwrite what moved rows left in the file; False when somebody still needs the log."""
    if not _empty_log(connections):
        return False
    file = connections.raw_file()
    with connections.reading() as connection:
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    pages: list[int] = []
    for found in find_leftovers(file, page_bytes):  # while others write: what they change holds nothing that is gone
        pages += found
        yield
    if not _empty_log(connections):
        return False
    with connections.alone() as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connections.log_bytes():
                return False
            zero_leftovers(file, page_bytes, pages)
        finally:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA shrink_memory")  # pages kept in memory from before must not be written again
    return True


def give_back_pages(connections: Connections) -> Iterator[None]:
    """Make the file smaller when much of it is empty."""
    while True:
        with connections.alone() as connection:
            free, pages = (connection.execute(f"PRAGMA {name}_count").fetchone()[0] for name in ("freelist", "page"))
            if free <= max(MIN_FREE_PAGES, pages * MAX_FREE_SHARE):
                return
            connection.execute(f"PRAGMA incremental_vacuum ({PAGES_PER_STEP})").fetchall()
        yield


def write_anew(
    connection: sqlite3.Connection, *, in_memory: bool = False, is_unwanted: Callable[[], bool] | None = None
) -> None:
    """Write the file anew by way of a copy, in a form whose pages can be given back; breaks off when it is unwanted."""
    try:
        connection.set_progress_handler(is_unwanted, OPERATIONS_PER_LOOK)
        connection.execute(f"PRAGMA temp_store = {'MEMORY' if in_memory else 'FILE'}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("VACUUM")
    finally:
        connection.set_progress_handler(None, 0)
        connection.execute("PRAGMA temp_store = MEMORY")
    write_meta(connection, "vacuum_due", 0)


def note_purged(connections: Connections, due: int) -> None:
    """Note that words of removals up to a sequence are in no file any more."""
    with connections.writing(synced=False) as connection:
        if read_meta(connection, "scrub_due") == due:  # else there was a removal in between
            write_meta(connection, "scrub_due", 0)


def _empty_log(connections: Connections) -> bool:
    """Write what is in the log into the file and cut it to nothing; False when a reader still needs it."""
    with connections.alone() as connection:
        try:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE_WITH_READERS_MS}")
            return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")
