"""Where the words of a text stand on its pages: packed small, a few bytes a word, and read again for some words."""

import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.types import Page

FINENESS = 10_000
"""Places are whole numbers of this part of a page's width or height."""
SAME_LINE = 0.5

_WORD = struct.Struct("<IHHHHHH")


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where a word of a text stands: `start` in the text, its length, its page, its edges from 0 to `FINENESS`."""

    start: int
    length: int
    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class PageBox:
    """A box on a page, its edges as shares of the page's width and height, from the top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def packed(boxes: Sequence[WordBox]) -> bytes:
    """Return boxes, in the order of their words, as bytes."""
    return zlib.compress(
        b"".join(_WORD.pack(b.start, b.length, b.page, b.left, b.top, b.right, b.bottom) for b in boxes), 9
    )


def boxes_of(stored: bytes, start: int, end: int) -> list[PageBox]:
    """Return the boxes of the words in a span of the text, a box for each line."""
    if not stored:
        return []
    words = zlib.decompress(stored)
    count = len(words) // _WORD.size
    first = bisect_left(range(count), start, key=lambda number: _end(words, number))
    found = (WordBox(*_WORD.unpack_from(words, number * _WORD.size)) for number in range(first, count))
    return list(_lines(list(takewhile(lambda box: box.start < end, found))))


def page_at(pages: Sequence[Page], position: int) -> int | None:
    """Return the number of the page that a position of the text is on, None where it has none."""
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[index].number if index >= 0 else None


def _end(words: bytes, number: int) -> int:
    """Return the last position of a word."""
    start, length = _WORD.unpack_from(words, number * _WORD.size)[:2]
    return start + length - 1


def _lines(boxes: Sequence[WordBox]) -> Iterator[PageBox]:
    line: list[WordBox] = []
    for box in boxes:
        if line and not _follows(line[-1], box):
            yield _around(line)
            line = []
        line.append(box)
    if line:
        yield _around(line)


def _follows(one: WordBox, other: WordBox) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    lower = max(1, min(one.bottom - one.top, other.bottom - other.top))
    return one.page == other.page and shared >= SAME_LINE * lower and other.left >= one.left


def _around(line: Sequence[WordBox]) -> PageBox:
    return PageBox(
        line[0].page,
        min(box.left for box in line) / FINENESS,
        min(box.top for box in line) / FINENESS,
        max(box.right for box in line) / FINENESS,
        max(box.bottom for box in line) / FINENESS,
    )
