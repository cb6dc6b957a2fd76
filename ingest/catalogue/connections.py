"""Connections to the catalogue file: one that writes, a few that read, and SQLite's errors in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, local
from typing import Literal

from ingest.errors import CatalogueDamagedError, CatalogueError

KEPT_READERS = 8
BUSY_SECONDS = 5.0
PATIENCE_WITH_READERS_MS = 500
_SETTINGS = (
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "temp_store = MEMORY",  # no words of a document in a temporary file
)


def connect(path: Path, *, mode: Literal["ro", "rw", "rwc"]) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; transactions are begun and ended by hand."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


class Connections:
    """One writer and a pool of readers on one catalogue file."""

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self.path = path
        self._writer = writer
        self._write_lock = Lock()
        self._pool_lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._current = local()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection on which every read sees the same state; within another `reading`, the same one."""
        current = getattr(self._current, "connection", None)
        if current is not None:
            with translated(self.path):
                yield current
            return
        connection = self._borrow()
        try:
            with translated(self.path):
                connection.execute("BEGIN")
                self._current.connection = connection
                yield connection
        finally:
            self._current.connection = None
            self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the writer inside a transaction that is committed at the end, or undone when anything is raised."""
        with self._write_lock, translated(self.path):
            self._refuse_when_closed()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # SQLite has ended the transaction by itself after some errors, a full disk among them.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def rewrite(self, *, in_memory: bool) -> bool:
        """Write the file anew, by way of a copy, and empty its log; False when a reader still needs the log."""
        with self._write_lock, translated(self.path):
            self._refuse_when_closed()
            try:
                self._writer.execute(f"PRAGMA temp_store = {'MEMORY' if in_memory else 'FILE'}")
                self._writer.execute("VACUUM")
                self._writer.execute(f"PRAGMA busy_timeout = {PATIENCE_WITH_READERS_MS}")
                return self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")
                self._writer.execute("PRAGMA temp_store = MEMORY")

    def interrupt(self) -> None:
        """Break off what the writer is doing; it is undone."""
        self._writer.interrupt()

    def close(self) -> None:
        """Close what is idle now and what is in use as soon as it is given back."""
        with self._write_lock, self._pool_lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    def _borrow(self) -> sqlite3.Connection:
        with self._pool_lock:
            self._refuse_when_closed()
            if self._idle:
                return self._idle.pop()
        with translated(self.path):
            connection = connect(self.path, mode="rw")  # "ro" could not make the shared memory file after a crash
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._pool_lock:
            if not self._closed and len(self._idle) < KEPT_READERS:
                self._idle.append(connection)
                return
        connection.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise CatalogueError("The catalogue is closed.")


def damaged(path: Path, what: str) -> CatalogueDamagedError:
    """Return the error for a file that cannot be trusted, with the way out."""
    return CatalogueDamagedError(
        f"The catalogue {path} is damaged: {what}. Move it away together with the files beside it that end in -wal "
        "and -shm; then put a backup in its place, or add your files again."
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as errors of the catalogue that say what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _in_plain_words(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite quotes what it cannot read, a flipped byte in the schema say, in its messages
        raise damaged(path, "words in it are no text") from error
    except UnicodeEncodeError as error:
        raise CatalogueError(f"{error.object!r} cannot be stored or looked up: it holds half a character.") from error


def _in_plain_words(error: sqlite3.DatabaseError, path: Path) -> CatalogueError:
    name = getattr(error, "sqlite_errorname", None) or ""
    # Without a name of SQLite's: a column that is no UTF-8, or no list where there should be one.
    unreadable = not name and isinstance(error, (sqlite3.OperationalError, sqlite3.DataError))
    if unreadable or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
        return damaged(path, str(error))
    if name.startswith("SQLITE_FULL"):
        return CatalogueError(
            f"The disk that holds {path} is full; nothing was changed. Free some space and try again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return CatalogueError(
            f"The catalogue {path} cannot be written ({error}); nothing was changed. Check its rights."
        )
    if name.startswith("SQLITE_IOERR"):
        return CatalogueError(f"The disk failed on {path} ({name}); nothing was changed. Check the disk and try again.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return CatalogueError(f"Another program holds {path} locked; nothing was changed. Close it and try again.")
    return CatalogueError(f"The catalogue {path} failed: {error} ({name or type(error).__name__}).")
