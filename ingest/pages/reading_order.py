"""In which order the words of a page are read: columns found by the white between them, lines by their height."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.pages.types import PrintedLine, PrintedWord, most_common_size

MIN_GUTTER = 0.8
"""The white between two columns is at least so wide, in sizes of the letters."""
MIN_COLUMN_LINES = 3
MIN_WORDS_A_LINE = 2.2
"""The lines of a column of prose have at least so many words; those of a table's column have fewer."""
MIN_SIDE_BY_SIDE = 0.5
SAME_LINE = 0.45
"""Words whose heights differ by less, in heights of a word, stand on one line: raised and lowered ones too."""
MAX_DEPTH = 200
PARAGRAPH_GAP = 1.3
INDENT = 0.7
SHORT_LINE = 0.75

_STOPS = '.!?:;…"”’»)]'


def lines_in_order(words: Sequence[PrintedWord]) -> list[PrintedLine]:
    """Return the lines of a page in reading order; what is printed sideways comes last."""
    upright = [word for word in words if not word.turned]
    turned = [word for word in words if word.turned]
    lines: list[PrintedLine] = []
    gutter = MIN_GUTTER * most_common_size(upright)
    for number, column in enumerate(_columns(upright, gutter)):
        lines += _opened([PrintedLine(tuple(row), number) for row in rows_of(column)])
    if turned:
        lines.append(PrintedLine(tuple(turned), len(lines), opens=True))
    return lines


def rows_of(words: Sequence[PrintedWord]) -> list[list[PrintedWord]]:
    """Return words in lines from top to bottom, each from left to right."""
    rows: list[list[PrintedWord]] = []
    height = middle = 0.0
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        if rows and abs(word.middle - middle) <= SAME_LINE * max(height, word.bottom - word.top):
            rows[-1].append(word)
            if word.bottom - word.top > height:
                height, middle = word.bottom - word.top, word.middle
        else:
            rows.append([word])
            height, middle = word.bottom - word.top, word.middle
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _columns(words: Sequence[PrintedWord], gutter: float, depth: int = 0) -> Iterator[Sequence[PrintedWord]]:
    """Yield what is read from top to bottom, cut at the white between columns, or above and below what spans them."""
    parts = _side_by_side(words, gutter)
    if parts is None and depth < MAX_DEPTH and len(words) > MIN_COLUMN_LINES * 4:
        for cut in _gaps_below(words):
            above, below = [w for w in words if w.middle < cut], [w for w in words if w.middle >= cut]
            if _side_by_side(above, gutter) or _side_by_side(below, gutter):
                parts = [above, below]
                break
    if parts is None:
        if words:
            yield words
        return
    for part in parts:
        yield from _columns(part, gutter, depth + 1)


def _gaps_below(words: Sequence[PrintedWord]) -> list[float]:
    """Return the heights at which no word stands, the widest white first; few are enough."""
    rows = rows_of(words)
    gaps = [
        (min(word.top for word in below) - max(word.bottom for word in above), place)
        for place, (above, below) in enumerate(pairwise(rows))
    ]
    widest = sorted(gaps, reverse=True)[:12]
    edges = [(gap, place) for gap, place in gaps if place < 6 or place >= len(gaps) - 12]
    places = dict.fromkeys(place for _, place in [*widest, *sorted(edges, reverse=True)])
    return [
        (max(word.middle for word in rows[place]) + min(word.middle for word in rows[place + 1])) / 2
        for place in places
    ]


def _side_by_side(words: Sequence[PrintedWord], gutter: float) -> list[list[PrintedWord]] | None:
    """Return the columns that white from top to bottom parts; None where it parts none, or cells of a table."""
    if len(words) < 2 * MIN_COLUMN_LINES * MIN_WORDS_A_LINE:
        return None
    in_order = sorted(words, key=lambda word: word.left)
    parts: list[list[PrintedWord]] = [[in_order[0]]]
    reached = in_order[0].right
    for word in in_order[1:]:
        if word.left - reached >= gutter:
            parts.append([])
        parts[-1].append(word)
        reached = max(reached, word.right)
    if len(parts) < 2 or not all(_is_column(part, words) for part in parts):
        return None
    return parts


def _is_column(part: Sequence[PrintedWord], words: Sequence[PrintedWord]) -> bool:
    rows = rows_of(part)
    height = max(w.bottom for w in words) - min(w.top for w in words)
    own_height = max(w.bottom for w in part) - min(w.top for w in part)
    return (
        len(rows) >= MIN_COLUMN_LINES
        and len(part) >= MIN_WORDS_A_LINE * len(rows)
        and own_height >= MIN_SIDE_BY_SIDE * height * (0.5 if len(rows) >= 2 * MIN_COLUMN_LINES else 1)
    )


def _opened(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return the lines of one column, those marked that a paragraph begins with."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    steps = [below.bottom - above.bottom for above, below in pairwise(lines)]
    leading = median(steps) if steps else 0.0
    indented = [line.left - left > INDENT * line.size for line in lines]
    hangs = sum(indented) > len(lines) / 2
    marked = [replace(lines[0], opens=indented[0] != hangs)]
    for place in range(1, len(lines)):
        line, above = lines[place], lines[place - 1]
        is_short = above.right < left + SHORT_LINE * (right - left)
        opens = (
            steps[place - 1] > PARAGRAPH_GAP * leading
            or (indented[place] != hangs and indented[place - 1] == hangs)
            or (is_short and above.words[-1].text[-1] in _STOPS)
            or abs(line.size - above.size) > 0.08 * above.size
            or line.bold != above.bold
        )
        marked.append(replace(line, opens=opens))
    return marked
