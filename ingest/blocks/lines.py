"""The lines of a text, and the paragraphs that empty lines make of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.blocks.types import Line
from ingest.cleaning.line_ends import INVISIBLE

_VISIBLE = re.compile(rf"[^\s{INVISIBLE}](?:.*[^\s{INVISIBLE}])?", re.DOTALL)


def lines_of(text: str) -> list[Line]:
    """Return the lines that have visible signs."""
    lines: list[Line] = []
    position, opens, new_page = 0, True, False
    for number, raw in enumerate(text.splitlines(keepends=True)):
        visible = _VISIBLE.search(raw)
        if visible:
            start, end = position + visible.start(), position + visible.end()
            indent = len(raw[: visible.start()].expandtabs())
            place = Line(number, start, end, visible.group(), indent, opens=opens or new_page, new_page=new_page)
            lines.append(place)
        opens = visible is None and "\f" not in raw
        new_page = "\f" in raw or (new_page and visible is None)
        position += len(raw)
    return [replace(line, closes=following.opens) for line, following in pairwise(lines)] + lines[-1:]


def paragraphs_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Group lines that follow each other without an empty line between."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.opens or not groups or groups[-1][-1].number + 1 < line.number:
            groups.append([])
        groups[-1].append(line)
    return groups
