"""Files become documents: one reader a format, all of them giving the same."""

import re
from hashlib import sha256
from pathlib import Path

from ingest.errors import EmptyFileError
from ingest.readers.encoding import encoding_notice
from ingest.readers.files import MAX_BYTES, MAX_CHARACTERS, RawFile, printable, read_file, too_large, too_long
from ingest.readers.formats import SUPPORTED_ENDINGS, format_of
from ingest.readers.ocr_programs import missing_programs
from ingest.readers.titles import title_of
from ingest.types import Document
from ingest.words.characters import without_halves
from ingest.words.language import detect_language

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "SUPPORTED_ENDINGS",
    "RawFile",
    "document_from",
    "encoding_notice",
    "read_document",
    "read_document_bytes",
    "read_file",
    "scan_notice",
]

_SCANNED = re.compile(r"; (?P<how>ocr|blank)=(?P<pages>\d+)")


def read_document(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read one file; anything that is not a readable text raises a `ReadError`."""
    return document_from(read_file(path, max_bytes=max_bytes), max_bytes=max_bytes)


def read_document_bytes(name: str, data: bytes, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read an uploaded file; `name` gives its kind and its title and is never used as a path."""
    return document_from(RawFile(name, data), max_bytes=max_bytes)


def scan_notice(document: Document) -> str | None:
    """Return a sentence for the user when words were read from pictures, or could not be; None otherwise."""
    said = _SCANNED.search(document.media_type)
    if said is None:
        return None
    pages = "1 page is a picture" if said["pages"] == "1" else f"{said['pages']} pages are pictures"
    if said["how"] == "ocr":
        return f"{pages}: the words were read by tesseract, and some letters will be wrong."
    return f"{pages} without text, and cannot be read: install {missing_programs()} and add the file again."


def document_from(file: RawFile, *, max_bytes: int = MAX_BYTES, max_characters: int = MAX_CHARACTERS) -> Document:
    """Make a document of the bytes of a file; raises a `ReadError` when they are no text."""
    name = printable(file.name)
    kind = format_of(name, file.data)
    if len(file.data) > max_bytes:
        raise too_large(name, len(file.data), max_bytes)
    read = kind.read(name, file.data)
    if len(read.text) > max_characters:
        raise too_long(name, len(read.text), max_characters)
    text = without_halves(read.text)  # no file and no index can hold them
    if not text.strip():
        raise EmptyFileError(f"{name}: the file holds no text. Add a file that does.")
    return Document(
        id=file.document_id,
        title=title_of(name, read),
        path=file.path,
        media_type=read.media_type,
        language=detect_language(text),
        text=text,
        text_sha256=sha256(text.encode()).hexdigest(),
        pages=read.pages,
        author=read.author[:500],
        date=read.date,
        marks=read.marks,
        word_boxes=read.word_boxes,
    )
