"""Connections to the catalogue file: one that writes and a few that read."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from threading import Lock, local
from typing import Literal

from ingest.catalogue.faults import translated
from ingest.errors import CatalogueError

KEPT_READERS = 8
BUSY_SECONDS = 5.0
_SETTINGS = (
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "temp_store = MEMORY",  # no words of a document in a temporary file
)


def connect(path: Path, *, mode: Literal["ro", "rw", "rwc", "immutable"]) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; transactions are begun and ended by hand."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{'mode=ro&immutable=1' if mode == 'immutable' else f'mode={mode}'}",
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

    def __init__(
        self, path: Path, writer: sqlite3.Connection, *, after_commit: Callable[[sqlite3.Connection], None]
    ) -> None:
        self.path = path
        self._after_commit = after_commit
        self._writer = writer
        self._write_lock = Lock()
        self._pool_lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._current = local()
        self._file: FileIO | None = None
        self._waiting = self._lent = 0
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
    def writing(self, *, synced: bool = True) -> Iterator[sqlite3.Connection]:
        """Give the writer inside a transaction that is committed at the end, or undone when anything is raised.

        One that is not `synced` may be lost with the power, until something later is synced.
        """
        with self._turn_to_write(), translated(self.path):
            self._refuse_when_closed()
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # SQLite has ended the transaction by itself after some errors, a full disk among them.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            self._after_commit(self._writer)

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Give the writer outside of a transaction, while nobody else writes."""
        with self._write_lock, translated(self.path):
            self._refuse_when_closed()
            yield self._writer

    @property
    def is_awaited(self) -> bool:
        """Tell whether somebody waits to write."""
        return self._waiting > 0

    def log_bytes(self) -> int:
        """Return how long the log is that SQLite writes before the file."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return log.stat().st_size if log.exists() else 0

    def raw_file(self) -> FileIO:
        """Give the catalogue file to read and write without SQLite; whoever takes it must not close it."""
        # Closing any handle on the file drops the locks that SQLite holds on it, so this one is closed last of all.
        self._file = self._file or FileIO(self.path, "r+")
        return self._file

    def close(self) -> None:
        """Close what is idle now and what is in use as soon as it is given back."""
        with self._write_lock, self._pool_lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()
            self._close_file_last()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        with self._pool_lock:
            self._waiting += 1
        self._write_lock.acquire()
        try:
            with self._pool_lock:
                self._waiting -= 1
            yield
        finally:
            self._write_lock.release()

    def _borrow(self) -> sqlite3.Connection:
        with self._pool_lock:
            self._refuse_when_closed()
            self._lent += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self._new_reader()
        except BaseException:
            with self._pool_lock:
                self._lent -= 1
            raise

    def _new_reader(self) -> sqlite3.Connection:
        with translated(self.path):
            connection = connect(self.path, mode="rw")  # "ro" could not make the shared memory file after a crash
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._pool_lock:
            self._lent -= 1
            if not self._closed and len(self._idle) < KEPT_READERS:
                self._idle.append(connection)
                return
            connection.close()
            self._close_file_last()

    def _close_file_last(self) -> None:
        if self._closed and not self._lent and self._file is not None:
            self._file.close()
            self._file = None

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise CatalogueError("The catalogue is closed.")
