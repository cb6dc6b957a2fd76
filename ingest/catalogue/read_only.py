"""A catalogue in a folder that cannot be written: questions are answered from it, and nothing can be added."""

import fcntl
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

from ingest.catalogue.catalogue import Catalogue
from ingest.catalogue.connections import Connections, connect
from ingest.catalogue.faults import translated
from ingest.catalogue.mark import CatalogueMark, MarkFile, check_mark
from ingest.catalogue.meta import read_meta
from ingest.catalogue.opening import read_version
from ingest.catalogue.ownership import LOCK_NAME, in_use_message
from ingest.catalogue.schema import FILE_NAME, SCHEMA_VERSION, beside
from ingest.catalogue.vectors import check_model
from ingest.errors import CatalogueInUseError, ReadOnlyError

log = logging.getLogger(__name__)

NOTICE = "The data folder can be read and not written: questions are answered, nothing can be added, no answer is kept."


class ReadOnlyCatalogue(Catalogue):
    """The documents of a folder that this process may only read."""

    is_read_only = True
    notice = NOTICE

    def close(self) -> None:
        """Close the file, and let others own the folder."""
        self._connections.close()
        self._lock.release()

    def require_writable(self) -> None:
        """Raise ReadOnlyError: it is not."""
        _refuse(self.folder)

    def bind_model(self, fingerprint: str) -> None:
        """Check the embedding model; raises ModelMismatchError when there are vectors of another."""
        with self._connections.reading() as connection:
            check_model(connection, fingerprint)

    def split_before(self) -> list[str]:
        """Return nothing: documents that an older Quoth split are searched as they are."""
        return []


class ReadOnlyConnections(Connections):
    """Connections that read a file which nobody changes, and none that writes."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        super().__init__(path, sqlite3.connect(":memory:"), after_commit=lambda _: None)
        self._opened = opened

    @contextmanager
    def writing(self, *, synced: bool = True) -> Iterator[sqlite3.Connection]:
        """Raise ReadOnlyError."""
        _refuse(self.path.parent)
        yield self._writer

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Raise ReadOnlyError."""
        _refuse(self.path.parent)
        yield self._writer

    def close(self) -> None:
        """Close what is idle now, and remove the copy where there is one."""
        super().close()
        self._opened.close()

    def _new_reader(self) -> sqlite3.Connection:
        with translated(self.path):
            return connect(self.path, mode="immutable")


class SharedLock:
    """Keeps an owner away from a folder that is being read; a lock file that is not there keeps nobody away."""

    def __init__(self, folder: Path) -> None:
        self._opened = ExitStack()
        try:
            file = self._opened.enter_context((folder / LOCK_NAME).open("rb"))
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return
        except OSError:
            self._opened.close()
            raise CatalogueInUseError(in_use_message(folder)) from None

    def release(self) -> None:
        """Let others own the folder."""
        self._opened.close()


def open_read_only(folder: Path) -> ReadOnlyCatalogue:
    """Open the catalogue of a folder that cannot be written.

    Raises:
        CatalogueInUseError: another process owns the folder.
        CatalogueDamagedError: the file cannot be trusted.
        ReadOnlyError: there is no catalogue, or one that would have to be written first.
    """
    lock: Any = SharedLock(folder)
    opened = ExitStack()
    try:
        path = folder / FILE_NAME
        if not path.exists():
            raise ReadOnlyError(f"There is no catalogue in {folder}, and none can be made: it cannot be written.")
        connections = ReadOnlyConnections(_with_log(path, opened), opened)
        _look_over(connections, path)
    except BaseException:
        opened.close()
        lock.release()
        raise
    log.warning("%s", NOTICE)
    return ReadOnlyCatalogue(connections, lock)


def _with_log(path: Path, opened: ExitStack) -> Path:
    """Return a catalogue that holds what its log holds: one that was left with a log is copied with it."""
    left = beside(path, "-wal")
    if not left.exists() or not left.stat().st_size:
        return path
    copy = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="quoth-"))) / FILE_NAME
    for source, target in ((path, copy), (left, beside(copy, "-wal"))):
        shutil.copyfile(source, target)
    with translated(copy):
        connection = connect(copy, mode="rw")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    return copy


def _look_over(connections: ReadOnlyConnections, path: Path) -> None:
    with connections.reading() as connection:
        version = read_version(connection, path)
        if version != SCHEMA_VERSION:
            raise ReadOnlyError(
                f"The catalogue {path} is of version {version} and has to be brought to version {SCHEMA_VERSION}, but "
                "it cannot be written. Give yourself the right to, or copy the folder and set QUOTH_HOME to the copy."
            )
        if read_meta(connection, "identity"):
            check_mark(path, CatalogueMark.of(connection), MarkFile(path.parent).read())


def _refuse(folder: Path) -> NoReturn:
    raise ReadOnlyError(f"{NOTICE} Give yourself the right to write in {folder}.")
