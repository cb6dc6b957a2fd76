"""A row of a table as a sentence: each cell behind the name of its column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Sentence, Span

_CUTS = tuple(re.compile(pattern) for pattern in (r"\s*\|\s*", r"\t", r"\s*;\s*", r"\s*,\s*"))


@dataclass(frozen=True, slots=True)
class Reworded:
    """A sentence with column names put in; `pieces` pair places in `text` with places in its search text."""

    text: str
    pieces: tuple[tuple[Span, Span], ...]

    def origin(self, words: Span) -> Span | None:
        """Return where words of `text` stand in the search text; None for words that were put in."""
        for here, there in self.pieces:
            if here.start <= words.start and words.end <= here.end:
                return Span(there.start + words.start - here.start, there.start + words.end - here.start)
        return None


def named_cells(sentence: Sentence) -> Reworded:
    """Return a row with the names of its columns; any other sentence as it is."""
    row = sentence.search_text
    if cells := _columns(sentence):
        return _named(cells, row)
    whole = Span(0, len(row))
    return Reworded(row, ((whole, whole),))


def columns(sentence: Sentence) -> list[tuple[str, str]]:
    """Return the cells of a row, each with the name of its column; none of any other sentence."""
    return [(name, sentence.search_text[cell.start : cell.end]) for name, cell in _columns(sentence)]


def _columns(sentence: Sentence) -> list[tuple[str, Span]]:
    if sentence.kind == "row" and sentence.context:
        for cut in _CUTS:
            names, cells = _cells(sentence.context[-1], cut), list(_places(sentence.search_text, cut))
            if len(names) == len(cells) > 1:
                return list(zip(names, cells, strict=True))
    return []


def _cells(text: str, cut: re.Pattern[str]) -> list[str]:
    return [text[place.start : place.end] for place in _places(text, cut)]


def _places(text: str, cut: re.Pattern[str]) -> Iterator[Span]:
    """Yield where the cells stand; a sign at the edge of the row begins or ends none."""
    position = 0
    for match in [*cut.finditer(text), None]:
        start, end = position, match.start() if match else len(text)
        position = match.end() if match else end
        at_edge = start == end and (start == 0 or match is None)
        if not at_edge:
            yield Span(start, end)


def _named(cells: Sequence[tuple[str, Span]], row: str) -> Reworded:
    text, pieces = "", []
    for name, cell in cells:
        if cell.start == cell.end:
            continue
        text += f"{', ' if text else ''}{name}: "
        start = len(text)
        text += row[cell.start : cell.end]
        pieces.append((Span(start, len(text)), cell))
    return Reworded(f"{text}.", tuple(pieces))
