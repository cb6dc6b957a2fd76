"""Files that hold files: zip and tar, mailboxes, and what is attached to a message; taken apart within bounds."""

import io
import re
import tarfile
from collections.abc import Iterator
from email.message import Message
from itertools import pairwise
from pathlib import Path
from posixpath import basename
from zipfile import ZipFile

from ingest.errors import FileTooLargeError, ReadError
from ingest.readers.files import RawFile, printable
from ingest.readers.formats import has_known_ending, holds_files
from ingest.readers.mail import body_bytes, parsed
from ingest.readers.zipped import opened_zip

MAX_FILES = 20_000
MAX_DEPTH = 4
MAX_SEARCHED_BYTES = 2_000_000_000
"""A tar is unpacked to so many bytes at most to find what is in it."""

_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]*\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class _Bounds:
    """What may still be taken out of one archive, whatever is in what."""

    def __init__(self, name: str, max_bytes: int) -> None:
        self._name, self._bytes, self._files, self._max_bytes = name, 0, 0, max_bytes

    @property
    def left(self) -> int:
        """How many bytes more may come."""
        return self._max_bytes - self._bytes

    def take(self, data: bytes) -> bytes:
        """Count a file."""
        self._bytes += len(data)
        self._files += 1
        if self._bytes > self._max_bytes or self._files > MAX_FILES:
            raise FileTooLargeError(
                f"{self._name}: unpacked it is larger than {self._max_bytes / 1e6:g} MB or has more than {MAX_FILES:,} "
                "files. Unpack it and add the folder."
            )
        return data


def files_in(file: RawFile, *, max_bytes: int) -> list[RawFile]:
    """Return the files of known kinds in a file, each with a name and a path that lead through it.

    Links, devices and names that lead out of it are passed over: nothing is written, and a name is only a name.
    """
    return list(_files_in(file, _Bounds(printable(file.name), max_bytes), 0))


def _files_in(file: RawFile, bounds: _Bounds, depth: int) -> Iterator[RawFile]:
    ending = Path(file.name).suffix.lower()
    if depth > MAX_DEPTH:
        raise FileTooLargeError(f"{printable(file.name)}: there are archives in archives, more than {MAX_DEPTH} deep.")
    if ending == ".eml":
        members, whole = _attached(file.data), [file]
    elif ending == ".mbox":
        members, whole = _messages(file.data), []
    elif file.data.startswith(b"PK\x03\x04"):
        members, whole = _zip_members(file, bounds), []
    else:
        members, whole = _tar_members(file, bounds), []
    yield from whole
    for stated, data in members:
        name = stated.replace("\\", "/")
        inside = RawFile(basename(name), bounds.take(data), f"{file.path}/{_steady(name)}" if file.path else "")
        if holds_files(inside.name):
            yield from _files_in(inside, bounds, depth + 1)
        elif has_known_ending(inside.name) and not inside.name.startswith((".", "~$")):
            yield inside


def _steady(name: str) -> str:
    """Return a member's name as a part of a path that leads nowhere else."""
    return "/".join(part for part in printable(name).replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _wanted(name: str) -> bool:
    return has_known_ending(name) and "__MACOSX" not in name


def _zip_members(file: RawFile, bounds: _Bounds) -> Iterator[tuple[str, bytes]]:
    with opened_zip(printable(file.name), file.data) as archive:
        for name in archive.names:
            if not name.endswith("/") and _wanted(name) and not _is_link(archive.archive, name):
                yield name, archive.part(name, max_bytes=bounds.left + 1)


def _is_link(archive: ZipFile, name: str) -> bool:
    return (archive.getinfo(name).external_attr >> 16) & 0o170000 == 0o120000


def _tar_members(file: RawFile, bounds: _Bounds) -> Iterator[tuple[str, bytes]]:
    name = printable(file.name)
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:*") as archive:
            searched = 0
            for member in archive:
                searched += member.size
                if searched > MAX_SEARCHED_BYTES:
                    raise FileTooLargeError(f"{name}: unpacked it is too large. Unpack it and add the folder.")
                if member.isreg() and _wanted(member.name) and (content := archive.extractfile(member)):
                    yield member.name, content.read(bounds.left + 1)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise ReadError(f"{name}: the archive is damaged, or no zip or tar. Unpack it and add the folder.") from error


def _messages(data: bytes) -> Iterator[tuple[str, bytes]]:
    starts = [*(match.span() for match in _MESSAGE.finditer(data)), (len(data), len(data))]
    for number, ((_, start), (end, _)) in enumerate(pairwise(starts), 1):
        yield f"message {number}.eml", _QUOTED_FROM.sub(rb"\1", data[start:end])


def _attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(parsed(data).iter_attachments(), 1):
        name = part.get_filename() or (f"attached {number}.eml" if part.get_content_type() == "message/rfc822" else "")
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            message = inner[0] if isinstance(inner, list) and inner else None
            yield name, message.as_bytes() if isinstance(message, Message) else b""
        elif name and _wanted(name):
            yield name, body_bytes(part)
