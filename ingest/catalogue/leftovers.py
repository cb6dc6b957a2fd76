"""What moved rows leave behind in the pages of a SQLite file, found and overwritten.

SQLite zeroes what is deleted (`secure_delete`), but not the copy of a row that it once moved to another page to keep
its tree in balance. Such a copy lies in the free space between the pointers and the cells of a page, which SQLite never
reads: zeroing it changes nothing that the file says, and may be cut short at any byte.

The layout of a page is part of SQLite's file format, which is fixed: https://www.sqlite.org/fileformat2.html
"""

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import FileIO

TREE_PAGES = {2: 12, 5: 12, 10: 8, 13: 8}
"""The first byte of a page of a tree, and how long its header is."""

MAX_PAGES = 2 * 2**24
"""In a larger file the first byte of an overflow page, a page number, could look like that of a page of a tree."""

READ_AT_ONCE = 1024
FILE_HEADER = 100
BYTES_PER_MAPPED_PAGE = 5
LOCKED_BYTE = 0x40000000


@dataclass(frozen=True, slots=True)
class FreeSpace:
    """The unused bytes between the pointers of a page and its cells; all three are offsets into the page."""

    pointers: int
    start: int
    end: int

    def is_before_cells(self, page: bytes) -> bool:
        """Tell whether every cell begins behind it, as in each page that is not damaged."""
        cells = struct.unpack_from(f">{(self.start - self.pointers) // 2}H", page, self.pointers)
        return min(cells, default=self.end) >= self.end


def find_leftovers(file: FileIO, page_bytes: int) -> Iterator[list[int]]:
    """Give the numbers of the pages whose free space is not all zeros, block by block; the first page is 0."""
    zeros = bytes(page_bytes)
    file.seek(0)
    has_maps = any(file.read(FILE_HEADER)[52:56])
    pages = file.seek(0, os.SEEK_END) // page_bytes
    for first in range(0, pages if pages < MAX_PAGES else 0, READ_AT_ONCE):
        file.seek(first * page_bytes)
        block = file.read(READ_AT_ONCE * page_bytes)
        found: list[int] = []
        for at in range(0, len(block), page_bytes):
            number = first + at // page_bytes
            space = free_space(block[at : at + page_bytes], number)
            if has_maps and _is_map(number, page_bytes):
                continue
            if space and block[at + space.start : at + space.end] != zeros[: space.end - space.start]:
                found.append(number)
        yield found


def zero_leftovers(file: FileIO, page_bytes: int, pages: Iterable[int]) -> None:
    """Overwrite the free space of pages; nothing else may write to the file meanwhile."""
    for number in pages:
        file.seek(number * page_bytes)
        page = file.read(page_bytes)
        space = free_space(page, number)
        if space and space.is_before_cells(page):
            file.seek(number * page_bytes + space.start)
            file.write(bytes(space.end - space.start))
    os.fsync(file.fileno())


def free_space(page: bytes, number: int) -> FreeSpace | None:
    """Return where the free space of a page lies; None when it is not a page of a tree, or not as one should be."""
    offset = 0 if number else FILE_HEADER
    header = TREE_PAGES.get(page[offset]) if len(page) > offset else None
    if header is None:
        return None
    cells = page[offset + 3] << 8 | page[offset + 4]
    end = page[offset + 5] << 8 | page[offset + 6] or 65536
    start = offset + header + 2 * cells
    return FreeSpace(offset + header, start, end) if start <= end <= len(page) else None


def _is_map(number: int, page_bytes: int) -> bool:
    """Tell whether a page of a file that can shrink is one of those that note which page points at which."""
    mapped = page_bytes // BYTES_PER_MAPPED_PAGE + 1
    place = (number - 1) // mapped * mapped + 1
    # The page with the byte that SQLite's locks are on is never used.
    return number > 0 and number == place + (place == LOCKED_BYTE // page_bytes)
