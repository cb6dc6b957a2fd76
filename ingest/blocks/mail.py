"""Lines quoted in a letter or a message: `>` before each, one more for each time that it was quoted."""

import re
from collections.abc import Sequence
from itertools import groupby

from ingest.blocks.types import Block, Line
from ingest.types import Span

_MARK = re.compile(r"(?:>\s?)+")
_ENDS = re.compile(r"[.!?:;]$")
MAX_SCRAP_WORDS = 5
_MIN_LINES = 2


def quote_marks(lines: Sequence[Line]) -> list[Span]:
    """Return the marks before quoted lines; none when too few lines have one."""
    marks = [Span(line.start, line.start + match.end()) for line in lines if (match := _MARK.match(line.text))]
    return marks if len(marks) >= _MIN_LINES else []


def quoted_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the paragraphs among quoted lines: of one depth, without an empty quoted line between."""
    blocks = []
    for (depth, empty), group in groupby(lines, key=lambda line: (_depth(line), _is_empty(line))):
        if depth and not empty:
            own = list(group)
            mark = _MARK.match(own[0].text)
            start = own[0].start + (mark.end() if mark else 0)
            scrap = Span(start, own[-1].end) if _is_scrap(own) else None
            blocks.append(Block("mail", start, own[-1].end, level=depth, label=scrap))
    return blocks


def _is_scrap(lines: Sequence[Line]) -> bool:
    """Tell whether a quoted paragraph only says whom the message is to or from."""
    words = lines[0].text.split()
    return len(lines) == 1 and len(words) <= MAX_SCRAP_WORDS and not _ENDS.search(lines[0].text)


def _depth(line: Line) -> int:
    match = _MARK.match(line.text)
    return match[0].count(">") if match else 0


def _is_empty(line: Line) -> bool:
    match = _MARK.match(line.text)
    return match is not None and match.end() == len(line.text)
