"""The structure of a text, from its Markdown or from the evidence of its layout over the whole text."""

from collections.abc import Callable, Sequence

from ingest.blocks.contents import contents_blocks
from ingest.blocks.furniture import page_furniture
from ingest.blocks.headings import headings_of
from ingest.blocks.labels import bold_labels, records_of, standing_labels, turns_of
from ingest.blocks.letters import letter_blocks, letter_scopes, named_subject
from ingest.blocks.lines import lines_of, paragraphs_of
from ingest.blocks.mail import quote_marks, quoted_blocks
from ingest.blocks.markdown import markdown_blocks
from ingest.blocks.rows import rows_of, table_rules
from ingest.blocks.types import Block, Line, Structure
from ingest.blocks.verse import stanzas_of
from ingest.types import Mark, Span

Paragraphs = Sequence[Sequence[Line]]


def find_structure(text: str, media_type: str, marks: Sequence[Mark] = ()) -> Structure:
    """Find the blocks of a text: what its file says they are, and what the layout shows of the rest."""
    lines = lines_of(text)
    blocks = [Block(one.kind, one.start, one.end, one.level, header=one.header) for one in marks if one.kind != "aside"]
    aside = [Span(mark.start, mark.end) for mark in marks if mark.kind == "aside"]
    lines = _outside(lines, aside)
    blocks += contents_blocks(_free(lines, blocks))
    furniture = page_furniture(_free(lines, blocks)) | table_rules(lines)
    aside += [Span(line.start, line.end) for line in lines if line.number in furniture]
    lines = [line for line in lines if line.number not in furniture]
    if media_type.startswith("text/markdown"):
        blocks += markdown_blocks(text, lines)
    if quoted := quote_marks(_free(lines, blocks)):
        blocks += quoted_blocks(_free(lines, blocks))
        aside += quoted
        lines = [line for line in lines if Span(line.start, line.end) not in quoted]
    for find in _FINDERS:
        blocks += find(paragraphs_of(_free(lines, blocks)))
    if not any(mark.kind == "heading" for mark in marks):  # a file that says which they are says it of all
        blocks += headings_of(paragraphs_of(_free(lines, blocks)), blocks)
    blocks = sorted((named_subject(block, text) for block in blocks), key=lambda block: block.start)
    aside.sort(key=lambda span: span.start)
    return Structure(tuple(blocks), tuple(aside), tuple(letter_scopes(lines, blocks)))


def _outside(lines: Sequence[Line], aside: Sequence[Span]) -> list[Line]:
    starts = {span.start for span in aside}
    return [line for line in lines if line.start not in starts] if starts else list(lines)


def _free(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Line]:
    """Return the lines that are in no block."""
    taken = Structure(tuple(sorted(blocks, key=lambda block: block.start)))
    return [line for line in lines if not (taken.block_at(line.start) or taken.block_at(line.end - 1))]


def _each(find: Callable[[Sequence[Line]], list[Block]]) -> Callable[[Paragraphs], list[Block]]:
    return lambda paragraphs: [block for paragraph in paragraphs for block in find(paragraph)]


_FINDERS: tuple[Callable[[Paragraphs], list[Block]], ...] = (
    turns_of,
    _each(rows_of),
    bold_labels,
    records_of,
    standing_labels,
    letter_blocks,
    stanzas_of,
)
"""Each looks at what the ones before it have left; those with the plainest evidence come first."""
