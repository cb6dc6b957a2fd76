"""PDF: the words of its pages, read by pdfium, in the order in which a person reads them."""

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import EmptyFileError, FileTooLargeError, ReadError
from ingest.pages.ocr import scanned_words
from ingest.pages.pdf_words import words_of
from ingest.pages.reading_order import lines_in_order
from ingest.pages.text import Bookmark, text_of_pages
from ingest.pages.types import PrintedPage, PrintedWord
from ingest.pages.word_boxes import packed
from ingest.readers.ocr_programs import missing_programs
from ingest.readers.progress import page_read
from ingest.readers.types import ReadText, one_line

MAX_PAGES = 20_000
MIN_SIGNS = 10
"""A page with fewer signs, a page number or a stamp, has no text."""
MAX_UNREADABLE = 0.3
"""Where more of the signs than this have no meaning in the file, the words are read from the picture."""

_NOBODY = frozenset(("", "(unspecified)", "anonymous", "unknown", "untitled", "(anonymous)", "user", "admin"))


def read(name: str, data: bytes) -> ReadText:
    """Read a PDF; its pages without text are read by tesseract where that is installed."""
    document = _opened(name, data)
    try:
        if len(document) > MAX_PAGES:
            raise FileTooLargeError(f"{name}: it has {len(document):,} pages, the limit is {MAX_PAGES:,}. Split it.")
        scanned = [0]
        pages = list(_pages(document, scanned))
        if not any(page.lines for page in pages):
            raise _without_text(name)
        text = text_of_pages(pages, list(_bookmarks(document)))
        about = document.get_metadata_dict()
    finally:
        document.close()
    ocr = f"; ocr={scanned[0]}" if scanned[0] else ""
    blank = sum(not page.lines for page in pages)
    return ReadText(
        text.builder.text(),
        f"application/pdf{ocr}" + (f"; blank={blank}" if blank and missing_programs() else ""),
        title=_said(about.get("Title", "")),
        author=_said(about.get("Author", "")),
        pages=tuple(text.pages),
        marks=text.marks,
        word_boxes=packed(text.boxes),
    )


def _opened(name: str, data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ReadError(
                f"{name}: the file asks for a password. Open it, save a copy without one and add that."
            ) from error
        raise ReadError(f"{name}: the PDF is damaged and cannot be opened. Save it anew and add it again.") from error


def _pages(document: pdfium.PdfDocument, scanned: list[int]) -> Iterator[PrintedPage]:
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:  # one page is damaged, and the others are read
            continue
        width, height = page.get_size()
        words = words_of(page)
        if not _has_text(words):
            words = scanned_words(page) or words
            scanned[0] += bool(words)
        yield PrintedPage(number + 1, width, height, tuple(lines_in_order(words)))
        page.close()
        page_read()


def _has_text(words: list[PrintedWord]) -> bool:
    text = "".join(word.text for word in words)
    unreadable = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in text)
    return len(text) >= MIN_SIGNS and unreadable <= MAX_UNREADABLE * len(text)


def _bookmarks(document: pdfium.PdfDocument) -> Iterator[Bookmark]:
    try:
        for entry in document.get_toc(max_depth=6):
            target = entry.get_dest()
            page = target.get_index() if target else None
            if page is not None:
                yield Bookmark(entry.get_title(), page, entry.level + 1)
    except (pdfium.PdfiumError, AttributeError, ValueError):
        return


def _said(value: str) -> str:
    value = one_line(value)
    return "" if value.casefold() in _NOBODY else value


def _without_text(name: str) -> EmptyFileError:
    missing = missing_programs()
    if missing:
        return EmptyFileError(
            f"{name}: its pages are pictures without text. Install {missing} (free, in most package collections) "
            "and add it again, or save it with text by a scanning program."
        )
    return EmptyFileError(f"{name}: its pages are pictures, and no words can be read in them.")
