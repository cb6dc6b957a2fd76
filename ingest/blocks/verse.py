"""Verse: lines that end before the margin because the poet wants it, so that a sentence goes on over them."""

import re
from collections.abc import Sequence

from ingest.blocks.types import Block, Line

MIN_LINES = 3
MIN_WORDS, MAX_WORDS = 3, 14
MAX_STOPPED = 0.5
"""At most this share of the lines ends a sentence."""

_STOP = re.compile(r"[.!?][\"'”’»)]*$")
_NOT_VERSE = re.compile(r"\d|[-*+•–—|>#]\s|[(\[]")


def stanzas_of(paragraphs: Sequence[Sequence[Line]]) -> list[Block]:
    """Return the stanzas of a text, none unless there are two of them or one is the whole text."""
    stanzas = [paragraph for paragraph in paragraphs if _is_stanza(paragraph)]
    lines = sum(map(len, stanzas))
    if len(stanzas) < 2 and lines < 0.8 * sum(map(len, paragraphs)):
        return []
    return [Block("verse", stanza[0].start, stanza[-1].end, joined=True) for stanza in stanzas]


def _is_stanza(paragraph: Sequence[Line]) -> bool:
    if len(paragraph) < MIN_LINES or any(_NOT_VERSE.match(line.text) for line in paragraph):
        return False
    words = [len(line.text.split()) for line in paragraph]
    lower = sum(word[0].islower() for line in paragraph for word in line.text.split())
    capitals = sum(line.text.lstrip("\"'“‘’„")[:1].isupper() for line in paragraph)
    stopped = sum(bool(_STOP.search(line.text)) for line in paragraph)
    return (
        min(words) >= MIN_WORDS
        and max(words) <= MAX_WORDS
        and capitals >= 0.9 * len(paragraph)
        and lower >= sum(words) / 2
        and stopped <= MAX_STOPPED * len(paragraph)
    )
