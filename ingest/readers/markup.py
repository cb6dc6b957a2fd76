"""A tree of tags becomes paragraphs, headings, list items and rows: what a tag means is told by rules."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from ingest.readers.types import TextBuilder
from ingest.types import MarkKind

_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_AROUND_LINE_END = re.compile(r" *\n[ \n]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """What tags, by their local names, mean; those that are not named are parts of a line.

    `skips` tells more of an element than its name: it and all in it are left out. `level` gives that of a heading.
    """

    headings: frozenset[str]
    paragraphs: frozenset[str]
    items: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    header_cells: frozenset[str] = frozenset()
    verbatim: frozenset[str] = frozenset()
    line_ends: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    skips: Callable[[etree._Element], bool] = lambda _: False
    level: Callable[[etree._Element], int] = lambda _: 1
    inserted: Callable[[etree._Element], str] = lambda _: ""


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    header_cells: int = 0


@dataclass(slots=True)
class _Reading:
    """What was read of a tree up to here."""

    rules: Rules
    builder: TextBuilder
    line: list[str] = field(default_factory=list)
    kinds: list[tuple[MarkKind, int]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    notes_open: int = 0
    verbatim: int = 0
    was_item: bool = False

    def add_text(self, text: str | None) -> None:
        if text:
            self.line.append(text if self.verbatim else _SPACES.sub(" ", text))

    def taken(self) -> str:
        text = "".join(self.line)
        self.line.clear()
        return text if self.verbatim else _AROUND_LINE_END.sub("\n", re.sub(" +", " ", text)).strip()

    def flush(self) -> None:
        """End a paragraph; inside a cell or a note all of it is one text."""
        if self.tables or self.notes_open:
            self.line.append(" ")
            return
        kind, level = self.kinds[-1] if self.kinds else ("paragraph", 0)
        text = self.taken()
        if kind == "heading":
            text = " ".join(text.split())
        gap = "\n" if kind == "item" and self.was_item else "\n\n"
        if self.builder.add(text, kind, level=level, gap=gap):
            self.was_item = kind == "item"


def add_tree(root: etree._Element, builder: TextBuilder, rules: Rules) -> None:
    """Add the text of a tree to a text that is put together; what its notes say comes last."""
    reading = _Reading(rules, builder)
    skipped: etree._Element | None = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                reading.add_text(element.tail if element is not root else None)
            continue
        if event == "start":
            if not isinstance(element.tag, str) or rules.skips(element):
                skipped = element
                continue
            _begin(reading, element)
        else:
            _end(reading, element)
            reading.add_text(element.tail if element is not root else None)
    reading.flush()
    for note in reading.notes:
        builder.add(note)


def local(element: etree._Element) -> str:
    """Return the name of a tag without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _begin(reading: _Reading, element: etree._Element) -> None:
    name, rules = local(element), reading.rules
    if name in rules.tables:
        if not reading.tables:
            reading.flush()
        reading.tables.append(_Table())
    elif name in rules.rows and len(reading.tables) == 1:
        reading.taken()
        reading.tables[0].rows.append([])
    elif name in rules.headings | rules.paragraphs | rules.items | rules.verbatim:
        reading.flush()
        reading.kinds.append(_kind(element, name, rules, reading.kinds))
        reading.verbatim += name in rules.verbatim
    elif name in rules.notes:
        reading.notes_open += 1
        reading.line.append("\0")
    if name in rules.line_ends:
        reading.line.append("\n" if not reading.tables else " ")
    reading.add_text(rules.inserted(element))
    reading.add_text(element.text)


def _kind(element: etree._Element, name: str, rules: Rules, kinds: list[tuple[MarkKind, int]]) -> tuple[MarkKind, int]:
    if name in rules.headings:
        return "heading", rules.level(element)
    if name in rules.verbatim:
        return "code", 0
    # a paragraph in a list item is the item
    return ("item", 0) if name in rules.items or (kinds and kinds[-1][0] == "item") else ("paragraph", 0)


def _end(reading: _Reading, element: etree._Element) -> None:
    name, rules = local(element), reading.rules
    if name in rules.tables:
        table = reading.tables.pop()
        if not reading.tables:
            reading.taken()
            has_header = True if table.rows and table.header_cells == len(table.rows[0]) else None
            reading.builder.add_rows(table.rows, has_header=has_header)
            reading.was_item = False
    elif name in rules.cells and len(reading.tables) == 1:
        table = reading.tables[0]
        if not table.rows:
            table.rows.append([])
        table.header_cells += name in rules.header_cells and len(table.rows) == 1
        table.rows[-1].append(reading.taken())
    elif name in rules.headings | rules.paragraphs | rules.items | rules.verbatim:
        reading.flush()
        reading.kinds.pop()
        reading.verbatim -= name in rules.verbatim
    elif name in rules.notes:
        reading.notes_open -= 1
        _take_note(reading)


def _take_note(reading: _Reading) -> None:
    """Move what a note says behind the text, and leave its number where it stood."""
    text = "".join(reading.line)
    before, _, said = text.rpartition("\0")
    number = str(len(reading.notes) + 1).translate(RAISED)
    reading.line[:] = [before.rstrip(" "), number]
    reading.notes.append(f"{number} {' '.join(said.split())}")


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
