"""Tables of contents and indexes: they point into the text and say nothing themselves."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.blocks.lines import paragraphs_of
from ingest.blocks.types import Block, Line

MIN_LINES = 2
MIN_ENTRIES = 3
MIN_ALIKE = 0.8
"""At least this share of the lines of an index ends in page numbers."""
MAX_TITLE_WORDS = 4

_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})\W*$", re.IGNORECASE)
_INDEX_ENTRY = re.compile(r"[^.!?]{2,60},\s\d{1,4}(?:[-–]\d{1,4})?(?:[,;]\s[^.!?]{0,60})?\W*")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def contents_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the lines of a table of contents or an index, each with the line above that names it."""
    leading = {line.number for line in lines if _LEADERS.search(line.text)}
    found = leading if len(leading) >= MIN_LINES else set()
    paragraphs = paragraphs_of(lines)
    for paragraph in paragraphs:
        entries = [line for line in paragraph if _INDEX_ENTRY.fullmatch(line.text) and _LETTERS.search(line.text)]
        if len(entries) >= max(MIN_ENTRIES, MIN_ALIKE * len(paragraph)):
            found |= {line.number for line in paragraph}
    for title, following in pairwise(paragraphs):
        if following[0].number in found and title[0].is_alone and len(title[0].text.split()) <= MAX_TITLE_WORDS:
            found.add(title[0].number)
    return [Block("contents", line.start, line.end) for line in lines if line.number in found]
