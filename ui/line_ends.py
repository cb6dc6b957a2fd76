"""Line ends that only wrap a line, told from those that an author meant, and folded by the style sheet."""

import re
from collections.abc import Iterator

from ui.markup import Html, element, escape, together

# A text whose longest line is this long was wrapped at the width of a page or screen, not by its author...
WRAPPED_WIDTH = range(45, 133)
# ...and a line shorter than this share of the longest is the last of a paragraph, a heading or a list.
FULL_LINE = 0.6
_LINE_END = re.compile(r"\r\n|\r|\n")
_LIST_ITEM = re.compile(r"[ \t]|[-*+•>#|]|\d+[.)]")


def wrapped_line_ends(whole: str, left: int, right: int) -> dict[int, str]:
    """Find the line ends that only wrap a line, and what they stand for.

    "word" is inside a word, "gap" is where a space stands already, "line" has to do as a space.
    """
    lines = list(_LINE_END.finditer(whole, left, right))
    longest = max((_line_length(whole, line_end) for line_end in lines), default=0)
    if longest not in WRAPPED_WIDTH:
        return {}
    wrapped = [line_end.start() for line_end in lines if _is_wrap(whole, line_end, FULL_LINE * longest)]
    spaced = sum(whole[start - 1] == " " for start in wrapped)
    # Where lines that end with a word end with a space too, a line without one breaks a word.
    habit = spaced * 2 >= len(wrapped)
    return {start: _stands_for(whole[start - 1], spaces_are_kept=habit) for start in wrapped}


def _line_length(whole: str, line_end: re.Match[str]) -> int:
    before = max(whole.rfind("\n", 0, line_end.start()), whole.rfind("\r", 0, line_end.start()))
    return line_end.start() - before - 1


def _is_wrap(whole: str, line_end: re.Match[str], shortest: float) -> bool:
    after = whole[line_end.end() : line_end.end() + 4]
    followed = bool(after) and after[0] not in "\r\n" and not _LIST_ITEM.match(after)
    return followed and _line_length(whole, line_end) >= shortest


def _stands_for(last: str, *, spaces_are_kept: bool) -> str:
    if last in " \t":
        return "gap"
    return "word" if last == "-" or (spaces_are_kept and last.isalpha()) else "line"


def with_line_ends(whole: str, start: int, end: int, line_ends: dict[int, str]) -> Html:
    """Write a stretch of a text as HTML that keeps every character."""
    return together(_pieces(whole, start, end, line_ends))


def _pieces(whole: str, start: int, end: int, line_ends: dict[int, str]) -> Iterator[Html]:
    """Keep every character; line ends are wrapped so that the style sheet can fold those that wrap a line."""
    done = start
    for match in _LINE_END.finditer(whole, start, end):
        yield escape(whole[done : match.start()])
        kind = line_ends.get(match.start())
        yield element("span", match[0], class_=f"{kind}-end" if kind else "paragraph-end")
        done = match.end()
    yield escape(whole[done:end])
