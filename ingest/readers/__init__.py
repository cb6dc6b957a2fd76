"""Files become documents: the reader is chosen by the ending of the file's name."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingest.errors import FileTooLargeError, ReadError, UnsupportedFileError
from ingest.readers.encoding import decode, encoding_notice
from ingest.readers.text import MEDIA_TYPES, form_feed_pages, title_of
from ingest.types import Document
from ingest.words.language import detect_language

__all__ = [
    "MAX_BYTES",
    "SUPPORTED_ENDINGS",
    "RawFile",
    "document_from",
    "encoding_notice",
    "read_document",
    "read_document_bytes",
    "read_file",
]

MAX_BYTES = 5_000_000
SUPPORTED_ENDINGS = tuple(MEDIA_TYPES)


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of a file that may become a document; an upload has no path."""

    name: str
    data: bytes
    path: str = ""

    @property
    def document_id(self) -> str:
        """The id of the document that these bytes become."""
        return sha256(self.data).hexdigest()


def read_document(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read one file; anything that is not a readable text file raises a `ReadError`."""
    return document_from(read_file(path, max_bytes=max_bytes), max_bytes=max_bytes)


def read_document_bytes(name: str, data: bytes, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read an uploaded file; `name` gives its kind and its title and is never used as a path."""
    return document_from(RawFile(name, data), max_bytes=max_bytes)


def read_file(path: Path, *, max_bytes: int = MAX_BYTES) -> RawFile:
    """Return the bytes of a file of a kind that is read; raises a `ReadError` for anything else."""
    name = _printable(path.name)
    with suppress(OSError, ValueError):
        if path.is_dir():
            raise _not_a_file(name, "folder")
        if path.suffix.lower() not in MEDIA_TYPES and not path.exists():
            raise _missing(name)
    _media_type(name)
    return RawFile(name, _read_regular_file(path, name, max_bytes), _printable(str(path.absolute())))


def document_from(file: RawFile, *, max_bytes: int = MAX_BYTES) -> Document:
    """Make a document of the bytes of a file; raises a `ReadError` when they are no text."""
    name = _printable(file.name)
    media_type = _media_type(name)
    if len(file.data) > max_bytes:
        raise _too_large(name, len(file.data), max_bytes)
    decoded = decode(name, file.data)
    return Document(
        id=file.document_id,
        title=title_of(name, decoded.text, media_type),
        path=file.path,
        media_type=f"{media_type}; charset={decoded.charset}",
        language=detect_language(decoded.text),
        text=decoded.text,
        text_sha256=sha256(decoded.text.encode()).hexdigest(),
        pages=form_feed_pages(decoded.text),
    )


def _media_type(name: str) -> str:
    ending = Path(name).suffix.lower()
    if ending not in MEDIA_TYPES:
        kinds = " and ".join(SUPPORTED_ENDINGS)
        raise UnsupportedFileError(
            f"{name}: Quoth reads {kinds} files. Save the text as one of these and add it again."
        )
    return MEDIA_TYPES[ending]


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
            raise _too_large(name, status.st_size, max_bytes)
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise ReadError(f"{name}: the file cannot be read ({_reason(error)}).") from error
    if len(data) > max_bytes:
        raise _too_large(name, len(data), max_bytes)
    return data


def _missing(name: str) -> ReadError:
    return ReadError(f"{name}: there is no such file. Check the name and the folder.")


def _not_a_file(name: str, kind: str) -> UnsupportedFileError:
    return UnsupportedFileError(f"{name}: this is a {kind}, not a file. Choose a text file.")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _too_large(name: str, size: int, max_bytes: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"{name}: the file is {size / 1e6:.1f} MB, the limit is {max_bytes / 1e6:g} MB. Split it, or raise the limit."
    )


def _printable(name: str) -> str:
    """Return a name that can be shown and stored: bytes that are no text become U+FFFD, control signs go."""
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign for sign in name if sign.isprintable() or sign == "\u00a0")
