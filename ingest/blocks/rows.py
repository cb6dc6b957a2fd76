"""Rows: lines that are cut alike, by a sign, by columns or by a stamp that each begins with."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.blocks.types import Block, Line
from ingest.types import Span

MIN_ROWS = 3
MIN_ALIKE = 0.8
"""At least this share of the lines has the same number of cells."""
MAX_CELL_WORDS = 5
"""Cells have at most so many words on the average; clauses between commas have more."""

_CUTS = tuple(re.compile(pattern) for pattern in (r"\t+", r"\s*\|\s*", r" {2,}", r";\s*", r",(?=\S)", r",\s+"))
_RULE = re.compile(r"[\s|+=:─━-]{3,}")
_STAMP = re.compile(r"[\[(]?\d[\d./:T-]*(?:[ T][\d:.,]+)?[\])]?(?=\s)")
_ENDS = re.compile(r"[.!?][\"'”’»)\]]*$")
_DIGIT = re.compile(r"\d")


def table_rules(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that only part the rows of a table."""
    return {line.number for line in lines if _RULE.fullmatch(line.text) and re.search(r"[|+].*[|+]", line.text)}


def rows_of(paragraph: Sequence[Line]) -> list[Block]:
    """Return the lines of a paragraph as rows of a table, none when they are not cut alike."""
    if len(paragraph) < MIN_ROWS:
        return []
    return _stamped(paragraph) or next(filter(None, (_cut_alike(paragraph, cut) for cut in _CUTS)), [])


def _stamped(paragraph: Sequence[Line]) -> list[Block]:
    """Return rows that each begin with a date or a time of one form."""
    shapes = Counter(_DIGIT.sub("9", match[0]) for line in paragraph if (match := _STAMP.match(line.text)))
    shape, count = next(iter(shapes.most_common(1)), ("", 0))
    if len(shape) < 4 or not re.search(r"9\D9", shape) or count < max(MIN_ROWS, MIN_ALIKE * len(paragraph)):
        return []
    return [Block("row", line.start, line.end) for line in paragraph]


def _cut_alike(paragraph: Sequence[Line], cut: re.Pattern[str]) -> list[Block]:
    rows = [line for line in paragraph if not _RULE.fullmatch(line.text)]
    if len(rows) < 2:
        return []
    cells = [cut.split(line.text) for line in rows]
    count, alike = Counter(map(len, cells)).most_common(1)[0]
    prose_sign = cut.pattern.startswith(",")
    if count < (3 if prose_sign else 2) or alike < MIN_ALIKE * len(rows):
        return []
    words = [len(cell.split()) for row in cells for cell in row]
    unfinished = sum(not _ENDS.search(line.text) for line in rows)
    if sum(words) > MAX_CELL_WORDS * len(words) or (prose_sign and unfinished < MIN_ALIKE * len(rows)):
        return []
    if cut.pattern == r",\s+" and (sum(words) > 3 * len(words) or any(line.text[0].islower() for line in rows)):
        return []
    header = Span(rows[0].start, rows[0].end) if _names_columns(cells) else None
    return [
        Block("header" if header and line is rows[0] else "row", line.start, line.end, header=header)
        for line in paragraph
    ]


def _names_columns(cells: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row has words where the others have numbers."""
    first, others = cells[0], cells[1:]
    if any(_DIGIT.search(cell) for cell in first) or not all(cell.strip() for cell in first):
        return False
    columns = zip(*(row for row in others if len(row) == len(first)), strict=False)
    return any(sum(bool(_DIGIT.search(cell)) for cell in column) >= MIN_ALIKE * len(column) for column in columns)
