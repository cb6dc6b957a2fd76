"""Which reader reads a file: by what it holds where that tells, else by the ending of its name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from ingest.errors import UnsupportedFileError

if TYPE_CHECKING:
    from ingest.readers.types import ReadText

SNIFFED_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file; `module`, with a function `read`, is loaded when the first file of the kind is read.

    `begins` and `holds` are what its files begin with, or, when they are zipped, the members that they hold; a file
    that has one of them is of this kind whatever its name is, and one that has none is not. `is_read_here`: no
    library reads it, so that it needs no process of its own.
    """

    module: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...] = ()
    holds: tuple[str, ...] = ()
    is_read_here: bool = False

    @property
    def read(self) -> "Callable[[str, bytes], ReadText]":
        """The reader, a function of the name and the bytes of a file."""
        return import_module(f"ingest.readers.{self.module}").read


FORMATS = (
    Format("text", (".txt", ".md"), is_read_here=True),
    Format("pdf", (".pdf",), begins=(b"%PDF-",)),
    Format("docx", (".docx",), holds=("word/document.xml",)),
    Format("odt", (".odt",), holds=("application/vnd.oasis.opendocument.text",)),
    Format("epub", (".epub",), holds=("application/epub+zip", "META-INF/container.xml")),
    Format("tables", (".xlsx",), holds=("xl/workbook.xml",)),
    Format("rtf", (".rtf",), begins=(b"{\\rtf",)),
    Format("html", (".html", ".htm", ".xhtml")),
    Format("mail", (".eml",)),
    Format("subtitles", (".srt", ".vtt")),
    Format("tables", (".csv", ".tsv")),
    Format("records", (".json", ".jsonl", ".ndjson")),
    Format("archive_xml", (".xml", ".tei", ".hocr")),
)
ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".mbox")
SUPPORTED_ENDINGS = (*(ending for each in FORMATS for ending in each.endings), *ARCHIVE_ENDINGS)
_BY_ENDING = {ending: each for each in FORMATS for ending in each.endings}


def has_known_ending(name: str) -> bool:
    """Tell whether files with such a name are read."""
    return Path(name).suffix.lower() in SUPPORTED_ENDINGS


def holds_files(name: str) -> bool:
    """Tell whether a file is taken apart: an archive, a mailbox, or a message, which may have something attached."""
    return Path(name).suffix.lower() in (*ARCHIVE_ENDINGS, ".eml")


def check_ending(name: str) -> None:
    """Raise an UnsupportedFileError for a name that no file of a known kind has."""
    if not has_known_ending(name):
        kinds = " and ".join([", ".join(SUPPORTED_ENDINGS[:-1]), SUPPORTED_ENDINGS[-1]])
        raise UnsupportedFileError(
            f"{name}: Quoth reads {kinds} files. Save the text as one of these and add it again."
        )


def format_of(name: str, data: bytes) -> Format:
    """Return the kind of a file; raises an UnsupportedFileError for one that is not read."""
    check_ending(name)
    if Path(name).suffix.lower() in ARCHIVE_ENDINGS:
        raise UnsupportedFileError(
            f"{name}: files that hold files are added with `quoth add`, or unpacked and their files added."
        )
    named = _BY_ENDING[Path(name).suffix.lower()]
    found = _begun(data[:SNIFFED_BYTES]) or (_zipped(data) if data.startswith(b"PK\x03\x04") else None)
    if found is None and (named.begins or named.holds):
        kind = Path(name).suffix.lower()
        raise UnsupportedFileError(f"{name}: this is no {kind} file, whatever its name says. Save it anew.")
    return found or named


def is_read_here(name: str, data: bytes) -> bool:
    """Tell whether a file needs no process of its own; one of no known kind is refused at once."""
    try:
        return format_of(name, data).is_read_here
    except UnsupportedFileError:
        return True


def _begun(head: bytes) -> Format | None:
    head = head.lstrip()
    return next((each for each in FORMATS if each.begins and head.startswith(each.begins)), None)


def _zipped(data: bytes) -> Format | None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            held = set(archive.namelist())
            kind = archive.open("mimetype").read(100).decode("ascii", "replace") if "mimetype" in held else ""
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    return next((each for each in FORMATS if held & set(each.holds) or kind.strip() in each.holds), None)
