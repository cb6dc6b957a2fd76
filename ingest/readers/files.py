"""The bytes of files: what is opened, and what is not."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingest.errors import FileTooLargeError, ReadError, UnsupportedFileError
from ingest.readers.formats import check_ending, has_known_ending

MAX_BYTES = 200_000_000
MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of a file that may become a document; an upload has no path of a folder."""

    name: str
    data: bytes
    path: str = ""

    @property
    def document_id(self) -> str:
        """The id of the document that these bytes become."""
        return sha256(self.data).hexdigest()

    def named(self) -> "RawFile":
        """Return an upload with its name as its path."""
        name = printable(self.name)
        return RawFile(name, self.data, name)


def read_file(path: Path, *, max_bytes: int = MAX_BYTES) -> RawFile:
    """Return the bytes of a file of a kind that is read; raises a `ReadError` for anything else."""
    name = printable(path.name)
    with suppress(OSError, ValueError):
        if path.is_dir():
            raise _not_a_file(name, "folder")
        if not has_known_ending(name) and not path.exists():
            raise _missing(name)
    check_ending(name)
    return RawFile(name, _read_regular_file(path, name, max_bytes), printable(str(path.absolute())))


def _read_regular_file(path: Path, name: str, max_bytes: int) -> bytes:
    try:
        # without O_NONBLOCK the opening of a named pipe would wait for a writer
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise _missing(name) from error
    except PermissionError as error:
        raise ReadError(f"{name}: the file may not be read. Give yourself read permission and add it again.") from error
    except (OSError, ValueError) as error:
        raise ReadError(f"{name}: the file cannot be opened ({_reason(error)}).") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(name, "named pipe" if stat.S_ISFIFO(status.st_mode) else "device")
        if status.st_size > max_bytes:
            raise too_large(name, status.st_size, max_bytes)
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise ReadError(f"{name}: the file cannot be read ({_reason(error)}).") from error
    if len(data) > max_bytes:
        raise too_large(name, len(data), max_bytes)
    return data


def too_large(name: str, size: int, max_bytes: int) -> FileTooLargeError:
    """Return what to raise for a file of more bytes than are read."""
    return FileTooLargeError(
        f"{name}: the file is {size / 1e6:.1f} MB, the limit is {max_bytes / 1e6:g} MB. Split it, or raise the limit."
    )


def too_long(name: str, characters: int, max_characters: int) -> FileTooLargeError:
    """Return what to raise for a text of more characters than a document has."""
    return FileTooLargeError(
        f"{name}: its text has {characters:,} characters, the limit is {max_characters:,}. "
        "Split it, or raise QUOTH_MAX_CHARACTERS."
    )


def printable(name: str) -> str:
    """Return a name that can be shown and stored: bytes that are no text become U+FFFD, control signs go."""
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign for sign in name if sign.isprintable() or sign == "\u00a0")


def _missing(name: str) -> ReadError:
    return ReadError(f"{name}: there is no such file. Check the name and the folder.")


def _not_a_file(name: str, kind: str) -> UnsupportedFileError:
    return UnsupportedFileError(f"{name}: this is a {kind}, not a file. Choose a text file.")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
