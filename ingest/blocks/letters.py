"""Letters and messages: the date above, whom they are to, and the name below, which hold for all between."""

import re
from collections.abc import Iterator, Sequence

from ingest.blocks.labels import is_date_line
from ingest.blocks.lines import paragraphs_of
from ingest.blocks.types import Block, BlockScope, Line
from ingest.types import Span

MAX_SALUTATION_WORDS = 6
MAX_SIGNATURE_LINES = 3
MAX_SIGNATURE_WORDS = 5
_SALUTATION = re.compile(r"[^\W\d_a-z][^.!?:;]*[,!]$")
_ENDS = re.compile(r"[.!?:;]$")
_SUBJECT = re.compile(r"(?:subject|onderwerp|betreft)\s*:", re.IGNORECASE)
SUBJECT_LEVEL = 6
_SENT_ON = re.compile(r"(?:date|datum|sent|verzonden)\s*:", re.IGNORECASE)
_SENT_BY = re.compile(r"(?:from|van|von|afzender|sender)\s*:", re.IGNORECASE)


def letter_blocks(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return the salutations and the signatures of letters."""
    blocks = []
    for start, end in _letters(paragraphs):
        salutation = paragraphs[start][-1]
        blocks.append(Block("label", salutation.start, salutation.end))
        signature = paragraphs[end - 1]
        if end - 1 > start and _is_signature(signature):
            blocks.append(Block("label", signature[0].start, signature[-1].end, joined=True))
    return blocks


def letter_scopes(lines: Sequence[Line], blocks: Sequence[Block]) -> Iterator[BlockScope]:
    """Yield what holds for the whole of each letter, and of each message under its sender and date."""
    paragraphs = paragraphs_of(lines)
    labels = [block for block in blocks if block.kind == "label" and not block.lasts]
    for start, end in _letters(paragraphs):
        first, last = paragraphs[start][-1].start, paragraphs[end - 1][-1].end
        for label in labels:
            if first <= label.start < last:
                yield BlockScope(Span(label.start, label.end), first, last)
    yield from _message_scopes(paragraphs)


def named_subject(block: Block, text: str) -> Block:
    """Return the line that says what a message is about as the heading that it is, any other block as it is."""
    is_subject = block.kind == "entry" and _SUBJECT.match(text, block.start, block.end)
    return Block("heading", block.start, block.end, level=SUBJECT_LEVEL) if is_subject else block


def _message_scopes(paragraphs: Sequence[Sequence[Line]]) -> Iterator[BlockScope]:
    heads = [place for place, paragraph in enumerate(paragraphs) if _is_message_head(paragraph)]
    for place, following in zip(heads, [*heads[1:], len(paragraphs)], strict=False):
        last = paragraphs[following - 1][-1].end
        for line in paragraphs[place]:
            if _SENT_BY.match(line.text) or _SENT_ON.match(line.text):
                yield BlockScope(Span(line.start, line.end), paragraphs[place][-1].end, last)


def _is_message_head(paragraph: Sequence[Line]) -> bool:
    texts = [line.text for line in paragraph]
    return any(map(_SENT_BY.match, texts)) and any(map(_SENT_ON.match, texts))


def _letters(paragraphs: Sequence[Sequence[Line]]) -> Iterator[tuple[int, int]]:
    """Yield where letters begin, with their salutation, and end, before the next date or salutation."""
    starts = [place for place, paragraph in enumerate(paragraphs) if _is_salutation(paragraph)]
    for start in starts:
        ends = (
            place
            for place in range(start + 1, len(paragraphs))
            if place in starts or is_date_line(paragraphs[place][0].text)
        )
        end = next(ends, len(paragraphs))
        dated = start > 0 and (is_date_line(paragraphs[start - 1][0].text) or _is_message_head(paragraphs[start - 1]))
        if end - start >= 2 and (dated or len(paragraphs[start]) > 1 or _is_signature(paragraphs[end - 1])):
            yield start, end


def _is_salutation(paragraph: Sequence[Line]) -> bool:
    text = paragraph[-1].text
    return (
        paragraph[-1].closes
        and len(paragraph) <= 2
        and len(text.split()) <= MAX_SALUTATION_WORDS
        and bool(_SALUTATION.match(text))
    )


def _is_signature(paragraph: Sequence[Line]) -> bool:
    return len(paragraph) <= MAX_SIGNATURE_LINES and all(
        len(line.text.split()) <= MAX_SIGNATURE_WORDS and not _ENDS.search(line.text) for line in paragraph
    )
