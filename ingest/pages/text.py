"""The text of printed pages: paragraphs that go on over columns and pages, headings, notes, and where each word is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.pages.furniture import begins_note, notes_of, page_furniture
from ingest.pages.types import PrintedLine, PrintedPage, PrintedWord, most_common_size
from ingest.pages.word_boxes import FINENESS, WordBox
from ingest.readers.types import TextBuilder
from ingest.types import Mark, Page

HEADING_SIZE = 1.12
MAX_HEADING_WORDS = 14
MAX_HEADING_LINES = 3
MAX_LEVEL = 6

_TERMINAL = re.compile(r"[.!?:…][\"'”’»)\]]*[\d⁰¹²³⁴-⁹]{0,3}$")
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline of a file: the heading that stands on a page."""

    title: str
    page: int
    level: int


@dataclass(slots=True)
class PageText:
    """The text of pages as it grows."""

    builder: TextBuilder = field(default_factory=TextBuilder)
    pages: list[Page] = field(default_factory=list)
    boxes: list[WordBox] = field(default_factory=list)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What was marked, in the order of the text."""
        return tuple(sorted(self.builder.marks, key=lambda mark: mark.start))

    def add(self, line: PrintedLine, page: PrintedPage, gap: str, *, is_aside: bool = False) -> tuple[int, int]:
        """Add a line, and where its words stand."""
        start_of_gap = self.builder.length
        span = self.builder.add(line.text, "aside" if is_aside else None, gap=gap)
        if span is None:
            return start_of_gap, start_of_gap
        position = span.start
        for place, word in enumerate(() if is_aside else line.words):
            position += len(line.gap_before(place))
            self.boxes.append(_box(word, position, page))
            position += len(word.text)
        if not self.pages or self.pages[-1].number != page.number:
            self.pages.append(Page(page.number, span.start, span.end))
        self.pages[-1] = Page(page.number, self.pages[-1].start, span.end)
        return span.start, span.end


def text_of_pages(pages: Sequence[PrintedPage], bookmarks: Sequence[Bookmark] = ()) -> PageText:
    """Put the text of pages together: what belongs to the pages set aside, the notes behind the text."""
    furniture = page_furniture(pages)
    kept = [[(place, n) not in furniture for n in range(len(page.lines))] for place, page in enumerate(pages)]
    body = [
        word for page, flags in zip(pages, kept, strict=True) for line in _where(page, flags) for word in line.words
    ]
    size = most_common_size(body)
    notes: list[set[int]] = []
    for page, flags in zip(pages, kept, strict=True):
        goes_on = bool(notes and notes[-1])
        notes.append(notes_of(page, [not flag for flag in flags], size, goes_on=goes_on))
    headings = _headings(pages, kept, notes, size, bookmarks)
    text = PageText()
    _add_body(text, pages, kept, notes, headings)
    _add_notes(text, pages, notes)
    return text


def _where(page: PrintedPage, flags: Sequence[bool]) -> Iterator[PrintedLine]:
    return (line for line, flag in zip(page.lines, flags, strict=True) if flag)


def _add_body(
    text: PageText,
    pages: Sequence[PrintedPage],
    kept: Sequence[Sequence[bool]],
    notes: Sequence[set[int]],
    headings: dict[tuple[int, int], int],
) -> None:
    above: PrintedLine | None = None
    level_above = 0
    for place, page in enumerate(pages):
        aside = [line for number, line in enumerate(page.lines) if not kept[place][number]]
        waiting = [line for line in aside if line.top < page.height / 2]
        for number, line in enumerate(page.lines):
            if number in notes[place] or not kept[place][number]:
                continue
            level = headings.get((place, number), 0)
            goes_on = above is not None and level == level_above and _goes_on(above, line, is_heading=level > 0)
            gap = "\n" if goes_on else "\n\n"
            waiting = _added_aside(text, waiting, page, gap)
            start, end = text.add(line, page, gap)
            if level:
                _mark_heading(text, start, end, level, goes_on=goes_on)
            above, level_above = line, level
        _added_aside(text, waiting + [line for line in aside if line.top >= page.height / 2], page, "\n")


def _added_aside(text: PageText, lines: Sequence[PrintedLine], page: PrintedPage, gap: str) -> list[PrintedLine]:
    """Add what belongs to a page and is not lit with the text around it; nothing of it is left then."""
    for line in lines:
        text.add(line, page, gap, is_aside=True)
    return []


def _mark_heading(text: PageText, start: int, end: int, level: int, *, goes_on: bool) -> None:
    marks = text.builder.marks
    if goes_on and marks and marks[-1].kind == "heading":
        marks[-1] = Mark("heading", marks[-1].start, end, level)
    else:
        marks.append(Mark("heading", start, end, level))


def _goes_on(above: PrintedLine, line: PrintedLine, *, is_heading: bool) -> bool:
    """Tell whether a paragraph goes on from one line to the next; over a column or a page only if its words do."""
    if is_heading:
        return True
    if line.column == above.column and line.top > above.top:
        return not line.opens
    unfinished = _TERMINAL.search(above.text) is None
    return unfinished or not line.opens


def _add_notes(text: PageText, pages: Sequence[PrintedPage], notes: Sequence[set[int]]) -> None:
    for page, numbers in zip(pages, notes, strict=True):
        for number in sorted(numbers):
            line = page.lines[number]
            text.add(line, page, "\n\n" if begins_note(line) else "\n")


def _headings(
    pages: Sequence[PrintedPage],
    kept: Sequence[Sequence[bool]],
    notes: Sequence[set[int]],
    size: float,
    bookmarks: Sequence[Bookmark],
) -> dict[tuple[int, int], int]:
    """Return the levels of the lines that are headings: those that the outline names, else large and bold ones."""
    lines = {
        (place, number): line
        for place, page in enumerate(pages)
        for number, line in enumerate(page.lines)
        if kept[place][number] and number not in notes[place]
    }
    named = {key: level for one in bookmarks for key, level in _named(one, lines)}
    if named:
        return named
    large = {key: line.size for key, line in lines.items() if line.size >= HEADING_SIZE * size}
    sizes = sorted(set(large.values()), reverse=True)
    found = {key: min(1 + sizes.index(own), MAX_LEVEL) for key, own in large.items() if _is_short(lines[key])}
    keys = list(lines)
    for key, following in pairwise(keys):
        line, below = lines[key], lines[following]
        alone = line.opens and below.opens
        if line.bold and alone and not below.bold and key not in found and _is_short(line):
            found[key] = min(1 + len(sizes), MAX_LEVEL)
    return found


def _is_short(line: PrintedLine) -> bool:
    return len(line.words) <= MAX_HEADING_WORDS and _LETTERS.search(line.text) is not None


def _named(one: Bookmark, lines: dict[tuple[int, int], PrintedLine]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the lines that make the title of a bookmark."""
    title = _folded(one.title)
    keys = [key for key in lines if key[0] == one.page]
    for start in range(len(keys)):
        joined = ""
        for end in range(start, min(start + MAX_HEADING_LINES, len(keys))):
            joined += _folded(lines[keys[end]].text)
            if title and joined.endswith(title) and len(joined) <= len(title) + 8:
                yield from ((key, min(one.level, MAX_LEVEL)) for key in keys[start : end + 1])
                return
            if len(joined) > len(title) + 8:
                break


def _folded(text: str) -> str:
    return "".join(_LETTERS.findall(text)).casefold()


def _box(word: PrintedWord, start: int, page: PrintedPage) -> WordBox:
    edges = word.left / page.width, word.top / page.height, word.right / page.width, word.bottom / page.height
    whole = (min(max(round(edge * FINENESS), 0), FINENESS) for edge in edges)
    return WordBox(start, min(len(word.text), 0xFFFF), page.number, *whole)
