"""The blocks of a Markdown text, as markdown-it-py reads it: headings, list items, table rows and code."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.blocks.types import Block, Line
from ingest.types import BlockKind, Span

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"[^\s:]+\s?:")
_KINDS: Mapping[str, BlockKind] = {"heading_open": "heading", "fence": "code", "code_block": "code"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def markdown_blocks(text: str, lines: Sequence[Line]) -> list[Block]:
    """Return the blocks that Markdown marks; paragraphs and quoted lines are left to the layout."""
    source = text.splitlines()
    front = _FRONT_MATTER.match(text)
    hidden = max((line.number for line in lines if front and line.start < front.end()), default=-1)
    # the parser ends lines at fewer signs than are line ends here
    shown = "\n".join(["", *[""] * hidden, *source[hidden + 1 :]] if front else source).replace("\0", " ")
    blocks = list(_blocks(_parser().parse(shown), {line.number: line for line in lines if line.number > hidden}))
    return [*_front_matter([line for line in lines if line.number <= hidden]), *blocks]


def _front_matter(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the keys of a front matter with their values; the first one names the text."""
    keyed = [line for line in lines if _KEY.match(line.text)]
    for line in keyed:
        head = None if line is keyed[0] else Span(keyed[0].start, keyed[0].end)
        yield Block("entry", line.start, line.end, header=head)


def _blocks(tokens: Sequence[Token], lines: Mapping[int, Line]) -> Iterator[Block]:
    header: Span | None = None
    inside: Counter[str] = Counter()
    for token in tokens:
        inside[token.type.removesuffix("_open").removesuffix("_close")] += token.nesting
        kind = _kind(token, inside)
        span = _span(token, lines) if kind else None
        if kind is None or span is None:
            continue
        if kind == "header":
            header = span
        level = int(token.tag[1:]) if kind == "heading" else 0
        yield Block(kind, span.start, span.end, level=level, header=header if kind in ("header", "row") else None)


def _kind(token: Token, inside: Mapping[str, int]) -> BlockKind | None:
    """Tell what begins with a token; nothing inside quoted lines, whose marks the layout reads."""
    if inside["blockquote"]:
        return None
    if token.type == "tr_open":
        return "header" if inside["thead"] else "row"
    if token.type == "paragraph_open" and inside["list_item"]:
        return "item"
    return _KINDS.get(token.type)


def _span(token: Token, lines: Mapping[int, Line]) -> Span | None:
    own = [lines[number] for number in range(*(token.map or (0, 0))) if number in lines]
    return Span(own[0].start, own[-1].end) if own else None
