"""Zip files that documents come in: their members, bounded before and while they are unpacked."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from lxml import etree

from ingest.errors import FileTooLargeError, ReadError

MAX_MEMBERS = 20_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_PART_BYTES = 200_000_000

_UNREADABLE = (BadZipFile, ZlibError, OSError, EOFError, NotImplementedError, ValueError)


class Zipped:
    """A zip file that was looked over; `name` is for the error messages."""

    def __init__(self, name: str, archive: ZipFile) -> None:
        self.name = name
        self.archive = archive
        self.names = archive.namelist()

    def part(self, name: str, *, max_bytes: int = MAX_PART_BYTES) -> bytes:
        """Return a member, empty when there is none; its stated size is not believed."""
        if name not in self.archive.NameToInfo:
            return b""
        try:
            with self.archive.open(name) as file:
                data = file.read(max_bytes + 1)
        except RuntimeError as error:
            raise ReadError(
                f"{self.name}: the file asks for a password. Save a copy without one and add that."
            ) from error
        except _UNREADABLE as error:
            raise ReadError(f"{self.name}: the file is damaged ({name}). Save it anew and add it again.") from error
        if len(data) > max_bytes:
            raise _bomb(self.name)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Return a member as XML; None when there is none."""
        data = self.part(name)
        return parsed_xml(self.name, data) if data else None


@contextmanager
def opened_zip(name: str, data: bytes) -> Iterator[Zipped]:
    """Open a zip file whose members together are not too many and not too large."""
    try:
        archive = ZipFile(BytesIO(data))
    except _UNREADABLE as error:
        raise ReadError(f"{name}: the file is damaged and cannot be opened. Save it anew and add it again.") from error
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise _bomb(name)
        yield Zipped(name, archive)


def parsed_xml(name: str, data: bytes) -> etree._Element:
    """Parse XML; no entity of its own is expanded, and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{name}: its XML is damaged. Save the file anew and add it again.") from error
    if root is None:
        raise ReadError(f"{name}: its XML is damaged. Save the file anew and add it again.")
    return root


def _bomb(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"{name}: unpacked it is larger than {MAX_UNPACKED_BYTES / 1e6:g} MB or has more than {MAX_MEMBERS:,} parts."
    )
