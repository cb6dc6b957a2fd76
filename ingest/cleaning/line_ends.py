"""What every line end of a text is: a paragraph break, a space, or the middle of a word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.cleaning.word_frequency import WORD

HYPHENS = "-\u2010"
# marks that scanners and typesetters put only where they broke a word
SOFT_HYPHENS = "\u00ad\u00ac"

# characters that are not seen: soft hyphens, zero-width and direction marks, fillers, tags, control characters
INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

_LINE_FEED = re.compile("\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]")
_LINE_OR_PAGE = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TRAILING_WORD = re.compile(WORD.pattern + r"$")
_FIRST_SIGN = re.compile(r"\w")
_HEADING = re.compile(r"#{1,6}\s")
_LIST_ITEM = re.compile(r"(?:[-*+•–—]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S|[|>]")
_TERMINAL = re.compile(r"[.!?…:][\"'”’»)\]]*\d{0,3}$")
_MAX_WORD_LENGTH = 40
_ALWAYS_LONG = 200


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The white space from the last visible character of a line to the first of the next.

    `continues` tells that the next line goes on in lower case, `begins_block` that a heading or list item is involved,
    `interrupted` that words lie between which belong to the page and not to the text.
    """

    start: int
    end: int
    line: str
    next_line: str
    hyphen: str
    left: str
    right: str
    spaced: bool
    blank: bool
    new_page: bool
    continues: bool
    begins_block: bool
    interrupted: bool = False

    @property
    def splits_letters(self) -> bool:
        """Tell whether letters stand on both sides, so that a word may go on over this line end."""
        return bool(self.left and self.right)


@dataclass(frozen=True, slots=True)
class LineLayout:
    """How a text is set: `wrapped` to a width in characters, or one paragraph to a line."""

    wrapped: bool
    width: int

    @classmethod
    def from_line_ends(cls, line_ends: Sequence[LineEnd]) -> "LineLayout":
        """Judge from the lines: in wrapped prose many lines begin in the middle of a sentence."""
        inner = [line_end for line_end in line_ends if not (line_end.blank or line_end.begins_block)]
        if not inner:
            return cls(wrapped=False, width=_ALWAYS_LONG)
        widths = sorted(len(line_end.line) for line_end in inner)
        continued = sum(line_end.continues for line_end in inner) / len(inner)
        return cls(wrapped=continued >= 0.3, width=widths[int(0.9 * (len(widths) - 1))])

    def breaks_paragraph(self, line_end: LineEnd) -> bool:
        """Tell whether a paragraph ends here."""
        terminal = _TERMINAL.search(line_end.line) is not None
        if line_end.blank and not (line_end.new_page or line_end.interrupted):
            return True
        if line_end.blank or line_end.new_page:
            return terminal or not (line_end.continues or line_end.interrupted)
        if line_end.hyphen:
            return False
        if line_end.begins_block:
            return self._begins_item(line_end, terminal=terminal)
        if line_end.continues:
            return False
        if not self.wrapped:
            return terminal or not 40 <= len(line_end.line) <= _ALWAYS_LONG
        return self._room(line_end) >= (0.25 if terminal else 0.5) * self.width

    def _begins_item(self, line_end: LineEnd, *, terminal: bool) -> bool:
        """Tell a list item from a line of prose that happens to begin with a dash or a number."""
        if terminal or not self.wrapped or _is_heading(line_end.line) or _is_heading(line_end.next_line):
            return True
        if _LIST_ITEM.match(line_end.line.lstrip()):
            return True
        return not line_end.continues and self._room(line_end) >= 0.25 * self.width

    def _room(self, line_end: LineEnd) -> int:
        """Return how many characters the line had left although the next word would have fitted."""
        return self.width - len(line_end.line) - 1 - len(line_end.next_line.split(maxsplit=1)[0])


def line_ends(text: str, gaps: Iterable[tuple[int, int]]) -> Iterator[LineEnd]:
    """Yield the line ends among the gaps of a text: runs of white space, invisible signs and what is set aside."""
    spans = [(start, end) for start, end in gaps if _LINE_OR_PAGE.search(text, start, end)]
    begin = 0
    for position, (start, end) in enumerate(spans):
        next_end = spans[position + 1][0] if position + 1 < len(spans) else len(text)
        if start > 0 and end < len(text):
            yield _line_end(text, text[begin:start], start, end, text[end:next_end])
        begin = end


def _line_end(text: str, line: str, start: int, end: int, next_line: str) -> LineEnd:
    gap = text[start:end]
    feeds = len(_LINE_FEED.findall(gap))
    first = _FIRST_SIGN.search(next_line)
    hyphen = _hyphen(line, gap)
    before = line[: len(line) - len(hyphen)] if hyphen in HYPHENS or hyphen == "\u00ac" else line
    left = _TRAILING_WORD.search(before[-_MAX_WORD_LENGTH:])
    right = WORD.match(next_line[:_MAX_WORD_LENGTH])
    return LineEnd(
        start=start,
        end=end,
        line=line,
        next_line=next_line,
        hyphen=hyphen,
        left=left[0] if left else "",
        right=right[0] if right else "",
        spaced=gap[0] in " \t\u00a0",
        blank=feeds > 1,
        interrupted=_FIRST_SIGN.search(gap) is not None,
        new_page="\f" in gap,
        continues=first is not None and first[0].islower(),
        begins_block=_is_heading(line) or _is_heading(next_line) or _LIST_ITEM.match(next_line) is not None,
    )


def _hyphen(line: str, gap: str) -> str:
    """Return the hyphen that ends the line, empty for none and for a dash."""
    if gap[0] == "\u00ad":
        return gap[0]
    if len(line) > 1 and line[-1] in HYPHENS + SOFT_HYPHENS and line[-2].isalnum():
        return line[-1]
    return ""


def _is_heading(line: str) -> bool:
    return _HEADING.match(line) is not None
