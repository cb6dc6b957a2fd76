"""The search view of a text: a cleaned copy for searching, with a map that leads every character back."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.blocks.types import PROSE, Structure
from ingest.cleaning.broken_words import line_end_edits
from ingest.cleaning.line_ends import INVISIBLE, line_ends
from ingest.cleaning.note_marks import note_marks
from ingest.types import Edit, Span

_GAP = re.compile(rf"[\s{INVISIBLE}]{{2,}}|[^\S ]|[{INVISIBLE}]")
_INVISIBLE = re.compile(rf"[{INVISIBLE}]+")


@dataclass(frozen=True, slots=True)
class SearchView:
    """A text as it is searched: `edits`, in reading order, lead from `original` to `text`.

    `view_starts` and `text_starts` hold where every edit begins in the view and in the original.
    """

    text: str
    edits: tuple[Edit, ...]
    original: str = field(repr=False)
    view_starts: tuple[int, ...] = field(repr=False, compare=False)
    text_starts: tuple[int, ...] = field(repr=False, compare=False)

    @classmethod
    def from_edits(cls, text: str, edits: Iterable[Edit]) -> "SearchView":
        """Build the view of a text from edits that were decided earlier."""
        edits = tuple(edits)
        pieces: list[str] = []
        view_starts: list[int] = []
        position = length = 0
        for edit in edits:
            view_starts.append(length + edit.start - position)
            length = view_starts[-1] + len(edit.replacement)
            pieces += (text[position : edit.start], edit.replacement)
            position = edit.end
        pieces.append(text[position:])
        return cls("".join(pieces), edits, text, tuple(view_starts), tuple(edit.start for edit in edits))

    def slice(self, start: int, end: int) -> str:
        """Return the view of `text[start:end]` of the original."""
        return self.text[self.to_view(start) : self._to_view(end, past_edit=True)]

    def to_text(self, start: int, end: int) -> Span:
        """Return where the characters `start:end` of the view stand in the original; an edit counts as a whole."""
        first = self._to_text(start)
        return Span(first.start, self._to_text(end - 1).end if end > start else first.start)

    def to_view(self, position: int) -> int:
        """Return where the original position stands in the view; inside an edit, where the edit begins."""
        return self._to_view(position, past_edit=False)

    def _to_text(self, position: int) -> Span:
        index = bisect_right(self.view_starts, position) - 1
        if index < 0:
            return Span(position, position + 1)
        edit, offset = self.edits[index], position - self.view_starts[index]
        if offset < len(edit.replacement):
            return Span(edit.start, edit.end)
        original = edit.end + offset - len(edit.replacement)
        return Span(original, original + 1)

    def _to_view(self, position: int, *, past_edit: bool) -> int:
        index = bisect_right(self.text_starts, position) - 1
        if index < 0:
            return position
        edit, view_start = self.edits[index], self.view_starts[index]
        if position >= edit.end:
            return view_start + len(edit.replacement) + position - edit.end
        return view_start + len(edit.replacement) if past_edit and position > edit.start else view_start


def search_view(text: str, language: str, structure: Structure = PROSE) -> SearchView:
    """Decide what the view of a text is; `language` (ISO 639-1) chooses the word list."""
    gaps = list(_with_aside(_gaps(text), structure.aside))
    breaks = line_end_edits(text, list(line_ends(text, gaps)), language, structure)
    decided = {edit.end: edit for edit in breaks}
    spaces = [decided.get(end) or _space_edit(text, start, end, structure) for start, end in gaps]
    marks = [Edit(mark.start, mark.end, "") for mark in note_marks(text)]
    letters = [*_folded_letters(text), *_composed_letters(text)]
    edits = _in_order([*spaces, *marks], letters)
    return SearchView.from_edits(text, (edit for edit in edits if text[edit.start : edit.end] != edit.replacement))


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Yield the runs of white space and invisible characters that are more than one space between words."""
    if text[:1] == " " and _GAP.match(text) is None:
        yield 0, 1
    for match in _GAP.finditer(text):
        yield match.span()
    if len(text) > 1 and text[-1] == " " and not (text[-2].isspace() or _INVISIBLE.match(text[-2])):
        yield len(text) - 1, len(text)


def _with_aside(gaps: Iterable[tuple[int, int]], aside: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield the gaps with what is set aside as parts of them: those that touch are one."""
    start, end = -1, -1
    for next_start, next_end in sorted([*gaps, *((span.start, span.end) for span in aside)]):
        if next_start > end:
            if end >= 0:
                yield start, end
            start, end = next_start, next_end
        end = max(end, next_end)
    if end >= 0:
        yield start, end


def _space_edit(text: str, start: int, end: int, structure: Structure) -> Edit:
    if start == 0 or end == len(text) or _INVISIBLE.fullmatch(text, start, end):
        return Edit(start, end, "")
    block = structure.block_at(start - 1) if structure.blocks else None
    # white space parts the cells of a row where no sign does
    parts_cells = block is not None and block.kind in ("row", "header") and end - start > 1
    return Edit(start, end, "\t" if parts_cells else " ")


def _folded_letters(text: str) -> Iterator[Edit]:
    """Yield the letters that stand for other letters: ligatures, the Dutch ij, full-width and old forms."""
    folds = {sign: fold for sign in set(text) if not sign.isascii() and (fold := _fold(sign)) != sign}
    if folds:
        for match in re.finditer("[" + re.escape("".join(sorted(folds))) + "]", text):
            yield Edit(match.start(), match.end(), folds[match[0]])


def _fold(sign: str) -> str:
    if sign in "\u2010\u2011":
        return "-"
    # raised letters stay (1º, 2ᵉ), and so does everything that holds a digit
    if not sign.isalpha() or unicodedata.category(sign) == "Lm" or sign in "ªº":
        return sign
    folded = unicodedata.normalize("NFKC", sign)
    return folded if folded.isalpha() else sign


def _composed_letters(text: str) -> Iterator[Edit]:
    """Yield letters that are written as a base and combining marks but have a form of their own."""
    marks = "".join(sorted(sign for sign in set(text) if unicodedata.combining(sign)))
    if marks:
        for match in re.finditer(rf"[^\W\d_][{re.escape(marks)}]+", text):
            yield Edit(match.start(), match.end(), unicodedata.normalize("NFKC", match[0]))


def _in_order(first: Sequence[Edit], second: Sequence[Edit]) -> Iterator[Edit]:
    """Yield all edits in reading order; where two overlap, the one from `first` stays."""
    taken = sorted(first, key=lambda edit: edit.start)
    blocked = [(edit.start, edit.end) for edit in taken]
    starts = [start for start, _ in blocked]
    for edit in second:
        index = bisect_right(starts, edit.end - 1) - 1
        if index < 0 or blocked[index][1] <= edit.start:
            taken.append(edit)
    position = 0
    for edit in sorted(taken, key=lambda edit: (edit.start, -edit.end)):
        if edit.start >= position:
            yield edit
            position = edit.end
