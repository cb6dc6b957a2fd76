"""Headings in plain text: short lines by themselves, ordered by how they are set and by what comes first."""

import re
from collections.abc import Sequence
from typing import Literal

from ingest.blocks.labels import article_rest, is_date_line
from ingest.blocks.types import Block, Line

MAX_WORDS = 10
MAX_CHARACTERS = 80
MIN_FOLLOWING_WORDS = 8

Style = Literal["capitals", "article", "date", "title"]

_TITLE = re.compile(r"[^\W_][^\n]{0,78}[^\s.,;:!…\"”’)\]]$|[^\W_][^\n]{0,78}\w\)$")
_LIST_ITEM = re.compile(r"(?:[-*+•–—|>]|\(?\w{1,3}[.)])\s")
_SENTENCE = re.compile(r"[.!?”\"'’)*_]$")


def headings_of(paragraphs: Sequence[Sequence[Line]], blocks: Sequence[Block]) -> list[Block]:
    """Return the headings among free paragraphs; the first style that a text has is its highest level."""
    starts = {block.start for block in blocks if block.kind not in ("heading", "contents")}
    found: list[tuple[Line, Style]] = []
    for place, paragraph in enumerate(paragraphs):
        following = paragraphs[place + 1] if place + 1 < len(paragraphs) else ()
        above_block = bool(starts) and _next_start(paragraph[-1], starts, following)
        style = _style(paragraph, following, above_block=above_block)
        if style:
            found.append((paragraph[0], style))
    order = list(dict.fromkeys(style for _, style in found))
    return [Block("heading", line.start, line.end, level=1 + order.index(style)) for line, style in found]


def _next_start(line: Line, starts: set[int], following: Sequence[Line]) -> bool:
    """Tell whether a block comes next, before any free paragraph."""
    end = following[0].start if following else float("inf")
    return any(line.end <= start < end for start in starts)


def _style(paragraph: Sequence[Line], following: Sequence[Line], *, above_block: bool) -> Style | None:
    line, text = paragraph[0], paragraph[0].text
    if line.opens and is_date_line(text) and (following or above_block or len(paragraph) > 1):
        return "date"
    if not line.is_alone or len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS:
        return None
    rest = article_rest(text)
    if rest is not None and not _SENTENCE.search(rest):
        return "article"
    if not _TITLE.match(text) or text[0].islower() or _LIST_ITEM.match(text):
        return None
    letters = [sign for sign in text if sign.isalpha()]
    if len(letters) > 2 and all(sign.isupper() for sign in letters):
        return "capitals"
    return "title" if above_block or (following and _opens_text(following)) else None


def _opens_text(following: Sequence[Line]) -> bool:
    """Tell whether a paragraph is one that a heading may stand above: whole sentences, or a list."""
    words = sum(len(line.text.split()) for line in following)
    is_prose = words >= MIN_FOLLOWING_WORDS and bool(_SENTENCE.search(following[-1].text))
    return is_prose or bool(_LIST_ITEM.match(following[0].text))
