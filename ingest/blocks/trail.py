"""Where each sentence stands: its block, and the headings, labels and questions above it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ingest.blocks.types import Block, Structure
from ingest.types import ASKS, BlockKind, Span

_MARKDOWN_HEADING = re.compile(r"(?P<level>#{1,6})\s+\S")
_LIST_ITEM = re.compile(r"(?:[-*+•–—|]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_LEADS_IN = re.compile(r":[\"'”’»)*_]*$")


@dataclass(frozen=True, slots=True)
class SplitSentence:
    """A sentence, as a span of the document and as it is searched; `opens`: a paragraph begins with it."""

    span: Span
    text: str
    opens: bool


@dataclass(frozen=True, slots=True)
class StandingPlace:
    """Where a sentence stands; see `Sentence`."""

    kind: BlockKind
    block: int
    trail: tuple[Span, ...]


@dataclass(slots=True)
class _Above:
    """What stands above the block that is read now."""

    headings: list[tuple[int, Span]] = field(default_factory=list)
    label: Span | None = None
    lead_ins: dict[int, Span] = field(default_factory=dict)
    question: Span | None = None

    def spans(self, kind: BlockKind, block: Block | None) -> list[Span]:
        """Return what a block of a kind stands under, highest first."""
        own = [span for _, span in self.headings]
        own += [self.label] if self.label else []
        own += [block.header] if block and block.header and kind in ("row", "entry") else []
        if kind == "mail":
            return own + [self.lead_ins[depth] for depth in sorted(self.lead_ins) if block and depth <= block.level]
        own += [self.lead_ins[0]] if 0 in self.lead_ins else []
        return own + ([self.question] if self.question else [])


def standing_places(sentences: Sequence[SplitSentence], structure: Structure) -> list[StandingPlace]:
    """Return where each sentence stands, in their order."""
    above = _Above()
    places: list[StandingPlace] = []
    for number, group in enumerate(_paragraphs(sentences)):
        block = structure.block_at(group[0].span.start)
        kind, level = _kind(group, block)
        if kind == "heading":
            above.headings = [one for one in above.headings if one[0] < level]
            above.label = above.question = None
            above.lead_ins = {}
        elif kind not in ("item", "row", "header", "mail", "entry"):
            above.lead_ins = {0: above.lead_ins[0]} if 0 in above.lead_ins and places[-1].kind != "item" else {}
        places += _of_block(group, block, kind, number, above, structure)
        _go_below(above, group, block, kind, level)
    return places


def _paragraphs(sentences: Sequence[SplitSentence]) -> Iterator[list[SplitSentence]]:
    count = 0

    def number(sentence: SplitSentence) -> int:
        nonlocal count
        count += sentence.opens
        return count

    for _, group in groupby(sentences, key=number):
        yield list(group)


def _kind(group: Sequence[SplitSentence], block: Block | None) -> tuple[BlockKind, int]:
    text = group[0].text
    if block:
        return block.kind, block.level
    heading = _MARKDOWN_HEADING.match(text) if len(group) == 1 else None
    if heading:
        return "heading", len(heading["level"])
    return ("item" if _LIST_ITEM.match(text) else "paragraph"), 0


def _of_block(
    group: Sequence[SplitSentence],
    block: Block | None,
    kind: BlockKind,
    number: int,
    above: _Above,
    structure: Structure,
) -> Iterator[StandingPlace]:
    label = block.label if block else None
    if label and kind == "entry":
        above.label = label
    trail = above.spans(kind, block)
    for sentence in group:
        scoped = [scope.label for scope in structure.scopes if scope.start <= sentence.span.start < scope.end]
        spans = sorted({*trail, *scoped}, key=lambda span: span.start)
        # a sentence is not its own label, nor is the one that the label is the beginning of
        spans = [one for one in spans if not (sentence.span.start < one.end and one.start < sentence.span.end)]
        is_label = label is not None and kind in ("entry", "mail") and sentence.span.end <= label.end
        yield StandingPlace("label" if is_label else kind, number, tuple(spans))


def _go_below(above: _Above, group: Sequence[SplitSentence], block: Block | None, kind: BlockKind, level: int) -> None:
    """Note what the next blocks stand under now."""
    whole = Span(group[0].span.start, group[-1].span.end)
    last = group[-1]
    asks, leads_in = bool(ASKS.search(last.text)), bool(_LEADS_IN.search(last.text))
    if kind == "heading":
        above.headings.append((level, whole))
        return
    if kind == "label" and block and block.lasts:
        above.label, above.question = whole, None
        return
    if kind == "entry" and not (block and block.lasts):
        above.label = None
    depth = block.level if block and kind == "mail" else 0
    above.lead_ins = {
        one: span
        for one, span in above.lead_ins.items()
        if one < depth or (one == depth == 0 and kind in ("item", "row", "header", "entry"))
    }
    if leads_in:
        above.lead_ins[depth] = last.span
    # a question at the end of a paragraph of prose is answered there or nowhere
    above.question = last.span if asks and len(group) == 1 else None
