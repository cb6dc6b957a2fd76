"""What belongs to a page and not to its text, by where it stands: running heads, page numbers; and the notes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pages.reading_order import rows_of
from ingest.pages.types import PrintedLine, PrintedPage, PrintedWord

EDGE_ROWS = 2
MAX_CHARACTERS = 120
SAME_HEIGHT = 0.02
"""Heads and feet of several pages stand at one height, to this share of the height of a page."""
SMALL = 0.93
"""Notes are set in letters of at most this size, in sizes of the text's."""

APART = 1.25
"""Heads and feet stand so much farther from the text than its lines do from one another."""

_LETTERS = re.compile(r"[^\W\d_]+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|pagina|p|blz|seite)\.?\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|van)\s*\d+)?\W*", re.IGNORECASE
)
_NOTE = re.compile(r"(?:[⁰¹²³⁴-⁹]{1,3}|\[?\d{1,3}[\].)]?|[*†‡§]{1,3})(?:\s|$|(?=[^\W\d]))")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row at the upper or lower edge of a page; `words` without its numbers, `lines` what it is part of."""

    page: int
    lines: frozenset[int]
    height: float
    words: str
    is_number: bool


def page_furniture(pages: Sequence[PrintedPage]) -> set[tuple[int, int]]:
    """Return the lines that belong to pages, as the places of page and line."""
    edges = [edge for place, page in enumerate(pages) for edge in _edges(place, page)]
    found = {(p, n) for p, page in enumerate(pages) for n, line in enumerate(page.lines) if line.words[0].turned}
    numbered = {edge.page for edge in edges if edge.is_number}
    for edge in edges:
        alike = {
            other.page
            for other in edges
            if other.words == edge.words and abs(other.height - edge.height) <= SAME_HEIGHT
        }
        if len(alike) > 1 or (edge.is_number and (len(pages) == 1 or len(numbered) > 1)):
            found |= {(edge.page, number) for number in edge.lines}
    return found


def _edges(place: int, page: PrintedPage) -> Iterator[_Edge]:
    owner = {id(word): number for number, line in enumerate(page.lines) for word in line.words}
    rows = rows_of([word for line in page.lines for word in line.words if not word.turned])
    for row in _edge_rows(rows):
        text = " ".join(word.text for word in row)
        if len(text) <= MAX_CHARACTERS:
            is_number = _PAGE_NUMBER.fullmatch(text) is not None
            words = "" if is_number else " ".join(_LETTERS.findall(text)).casefold()
            lines = frozenset(owner[id(word)] for word in row)
            yield _Edge(place, lines, row[0].top / page.height, words, is_number)


def _edge_rows(rows: Sequence[Sequence[PrintedWord]]) -> list[Sequence[PrintedWord]]:
    """Return the rows at the upper and lower edge of a page that white parts from the others, or that are a number."""
    heights = [max(word.bottom for word in row) for row in rows]
    steps = [below - above for above, below in pairwise(heights)]
    if not steps:
        return list(rows)
    apart = APART * median(steps)
    found: list[Sequence[PrintedWord]] = []
    for outward in (1, -1):
        ordered, gaps = rows[::outward], steps[::outward]
        count = max((n + 1 for n, gap in enumerate(gaps[:EDGE_ROWS]) if gap > apart), default=0)
        if not count and _PAGE_NUMBER.fullmatch(" ".join(word.text for word in ordered[0])):
            count = 1
        found += ordered[:count]
    return found


def notes_of(page: PrintedPage, furniture: Sequence[bool], body_size: float, *, goes_on: bool) -> set[int]:
    """Return the lines at the foot of each column that are notes: in small letters, the first with a mark.

    `goes_on`: the page before ended with a note, which may go on without one.
    """
    found: set[int] = set()
    columns = Counter(line.column for line in page.lines)
    for column in columns:
        own = [n for n, line in enumerate(page.lines) if line.column == column and not furniture[n]]
        small: list[int] = []
        for number in reversed(own):
            if page.lines[number].size > SMALL * body_size:
                break
            small.insert(0, number)
        marked = [number for number in small if _NOTE.match(page.lines[number].text)]
        if not marked or (len(small) == len(own) and len(columns) == 1):
            continue
        start = small[0] if goes_on else marked[0]
        found |= {number for number in small if number >= start}
    return found


def begins_note(line: PrintedLine) -> bool:
    """Tell whether a line of notes begins one."""
    return _NOTE.match(line.text) is not None
