"""A small file beside the catalogue that tells how far it had come, so that one that lost something is noticed.

SQLite cannot tell that its log was deleted after a crash, or that an older copy of the file was put in its place.
"""

import json
import logging
import sqlite3
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.catalogue.faults import damaged
from ingest.catalogue.meta import read_meta
from ingest.errors import CatalogueDamagedError

MARK_NAME = "catalogue.mark"
SLOT_BYTES = 256
"""The file has two slots, written in turn, so that one of them is whole whenever the process is killed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CatalogueMark:
    """Which catalogue it was, and how many documents it held at which sequence."""

    identity: str
    sequence: int
    documents: int

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> "CatalogueMark":
        """Return the mark of a catalogue as it is now."""
        return cls(*(read_meta(connection, key) for key in ("identity", "sequence", "documents")))


class MarkFile:
    """Reads and writes the mark of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MARK_NAME
        self._found: CatalogueMark | None = None
        self._written: CatalogueMark | None = None

    def read(self) -> CatalogueMark | None:
        """Return the newest mark, or None when there is none that can be read."""
        content = self._path.read_bytes() if self._path.exists() else b""
        slots = (content[start : start + SLOT_BYTES] for start in range(0, len(content), SLOT_BYTES))
        marks = [mark for slot in slots if (mark := _unpacked(slot))]
        self._found = max(marks, key=lambda mark: mark.sequence, default=None)
        return self._found

    def keep_up(self, connection: sqlite3.Connection) -> None:
        """Note how far the catalogue has come, after a commit; where that fails a loss may go unnoticed later."""
        mark = CatalogueMark.of(connection)
        if mark == self._written or (self._found and mark.sequence < self._found.sequence):
            return
        # No fsync: the catalogue is on disk already, and a mark that is older than it says nothing wrong.
        try:
            with self._path.open("r+b" if self._path.exists() else "w+b", buffering=0) as file:
                file.seek(mark.sequence % 2 * SLOT_BYTES)
                file.write(_packed(mark))
            self._written = mark
        except OSError as error:
            log.warning("%s could not be written (%s): a loss might go unnoticed.", self._path, error.strerror)

    def replace(self, mark: CatalogueMark | None) -> None:
        """Note another mark, or none, whatever was noted before."""
        self._path.unlink(missing_ok=True)
        self._found = mark
        if mark is not None:
            self._path.write_bytes(_packed(mark) if mark.sequence % 2 == 0 else bytes(SLOT_BYTES) + _packed(mark))


def missing(path: Path, mark: CatalogueMark) -> CatalogueDamagedError:
    """Return the error for a catalogue file that is gone."""
    return damaged(path, f"the file is gone, and {_documents(mark)} with it")


def check_mark(path: Path, found: CatalogueMark, noted: CatalogueMark | None) -> None:
    """Compare a catalogue with the mark beside it; raises CatalogueDamagedError when it is not the one, or is older."""
    if noted is None:
        return
    if found.identity != noted.identity:
        what = f"another catalogue is in the place of the one that was here, with {_documents(noted)}"
    elif found.sequence < noted.sequence:
        what = (
            f"it is older than it was ({_documents(noted)} then, {found.documents} now): "
            "its log was deleted, or an older copy was put in its place"
        )
    else:
        return
    raise damaged(path, what)


def _documents(mark: CatalogueMark) -> str:
    return f"{mark.documents} document{'' if mark.documents == 1 else 's'}"


def _packed(mark: CatalogueMark) -> bytes:
    content = json.dumps(asdict(mark)).encode()
    return content.ljust(SLOT_BYTES - 8) + f"{zlib.crc32(content):08x}".encode()


def _unpacked(slot: bytes) -> CatalogueMark | None:
    content = slot[:-8].rstrip()
    if len(slot) != SLOT_BYTES or slot[-8:] != f"{zlib.crc32(content):08x}".encode():
        return None
    return CatalogueMark(**json.loads(content))
