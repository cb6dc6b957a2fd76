"""DOCX, as Word writes it: headings, lists, tables and notes; changes that were tracked are taken as accepted.

The XML is read itself: the libraries for Word files give neither notes nor tracked changes.
"""

import re
from collections.abc import Iterator

from lxml import etree

from ingest.errors import ReadError
from ingest.readers.markup import RAISED, local
from ingest.readers.types import ReadText, TextBuilder
from ingest.readers.zipped import Zipped, opened_zip

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|kop)\s*(\d)", re.IGNORECASE)
MAX_LEVEL = 6
MAX_STEPS = 20
_OUTLINE = tuple("012345")
_STRUCK = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sdtPr"))
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


class _Word:
    """A Word file that is being read."""

    def __init__(self, archive: Zipped) -> None:
        self.builder = TextBuilder()
        self._levels = _heading_levels(archive.xml("word/styles.xml"))
        self._said = {kind: _notes(archive.xml(f"word/{kind}.xml")) for kind in ("footnotes", "endnotes")}
        self._notes: list[tuple[str, str]] = []
        self._was_item = False

    def add(self, body: etree._Element) -> None:
        """Add what stands in the body, or in a part of it."""
        for element in _blocks(body):
            if local(element) == "tbl":
                self.builder.add_rows(self._rows(element))
                self._was_item = False
            else:
                self._add_paragraph(element)

    def add_notes(self) -> None:
        """Add the notes that were pointed to, in their order."""
        for number, (kind, id) in enumerate(self._notes, 1):
            self.builder.add(f"{str(number).translate(RAISED)} {self._said[kind][id]}")

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        text = self._text(paragraph)
        level = self._level(paragraph)
        is_item = paragraph.find(f"{_W}pPr/{_W}numPr") is not None and not level
        gap = "\n" if is_item and self._was_item else "\n\n"
        if level:
            text = " ".join(text.split())
        if self.builder.add(text.strip(), "heading" if level else "item" if is_item else None, level=level, gap=gap):
            self._was_item = is_item

    def _level(self, paragraph: etree._Element) -> int:
        own = _value(paragraph, f"{_W}pPr/{_W}outlineLvl")
        return int(own) + 1 if own in _OUTLINE else self._levels.get(_value(paragraph, f"{_W}pPr/{_W}pStyle"), 0)

    def _rows(self, table: etree._Element) -> list[list[str]]:
        return [
            [" ".join(self._text(paragraph) for paragraph in cell.iter(f"{_W}p")) for cell in row.iter(f"{_W}tc")]
            for row in table.iter(f"{_W}tr")
        ]

    def _text(self, paragraph: etree._Element) -> str:
        return "".join(self._pieces(paragraph))

    def _pieces(self, paragraph: etree._Element) -> Iterator[str]:
        for element in _kept(paragraph):
            name = local(element)
            if name == "t":
                yield element.text or ""
            elif name == "tab":
                yield " "
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name in _NOTES and (id := element.get(f"{_W}id") or "") in self._said[_NOTES[name]]:
                self._notes.append((_NOTES[name], id))
                yield str(len(self._notes)).translate(RAISED)


def read(name: str, data: bytes) -> ReadText:
    """Read a Word file."""
    with opened_zip(name, data) as archive:
        document = archive.xml("word/document.xml")
        if document is None:
            raise ReadError(f"{name}: the file is damaged. Save it anew and add it again.")
        word = _Word(archive)
        word.add(document)
        word.add_notes()
        core = archive.xml("docProps/core.xml")
    said = {} if core is None else {local(one): one.text or "" for one in core if isinstance(one.tag, str)}
    return word.builder.read(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        title=said.get("title", ""),
        author=said.get("creator", ""),
        date=said.get("created", ""),
    )


def _blocks(body: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables in their order; those in a table belong to it."""
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if local(element) in ("p", "tbl"):
            yield element
            if local(element) == "p":  # text boxes stand in a paragraph
                boxes = [box for box in _kept(element) if local(box) == "txbxContent"]
                waiting += reversed(boxes)
        elif local(element) not in _STRUCK:
            waiting += reversed(element)


def _kept(element: etree._Element) -> Iterator[etree._Element]:
    """Yield what is in an element, without what was struck out, and without the paragraphs of its text boxes."""
    waiting = list(reversed(element))
    while waiting:
        one = waiting.pop()
        if local(one) in _STRUCK:
            continue
        yield one
        if local(one) != "txbxContent":
            waiting += reversed(one)


def _heading_levels(styles: etree._Element | None) -> dict[str, int]:
    """Return the levels of the styles that are headings, also of those that are based on one."""
    found = [] if styles is None else list(styles.iter(f"{_W}style"))
    levels = {_value(style, "@id"): level for style in found if (level := _own_level(style))}
    based = {_value(style, "@id"): _value(style, f"{_W}basedOn") for style in found}
    for id in based:
        at, steps = id, 0
        while at not in levels and at in based and steps < MAX_STEPS:
            at, steps = based[at], steps + 1
        if at in levels:
            levels[id] = levels[at]
    return levels


def _own_level(style: etree._Element) -> int:
    name, outline = _value(style, f"{_W}name"), _value(style, f"{_W}pPr/{_W}outlineLvl")
    if match := _HEADING.match(name):
        return min(int(match[1]), MAX_LEVEL)
    return 1 if name == "Title" else int(outline) + 1 if outline in _OUTLINE else 0


def _value(style: etree._Element, path: str) -> str:
    if path == "@id":
        return style.get(f"{_W}styleId") or ""
    found = style.find(path)
    return "" if found is None else found.get(f"{_W}val") or ""


def _notes(part: etree._Element | None) -> dict[str, str]:
    """Return what notes say, by their ids; the lines that part them from the text are none."""
    if part is None:
        return {}
    notes = {}
    for note in part:
        text = " ".join("".join(piece.text or "" for piece in _kept(note) if local(piece) == "t").split())
        if text and note.get(f"{_W}type") not in ("separator", "continuationSeparator"):
            notes[note.get(f"{_W}id") or ""] = text
    return notes
