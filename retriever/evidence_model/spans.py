"""Find the best span of each sentence in the logits of a window."""

from collections.abc import Sequence

import numpy as np

from ingest.types import Span
from retriever.evidence_model.types import FoundSpan

LONGEST_ANSWER = 80
"""Tokens; answers of policies are whole sentences."""

LOWEST_MARGIN = -50.0
"""Of a sentence in which nothing was found."""

_NOTHING = float("-inf")


def best_span(start: np.ndarray, end: np.ndarray, offsets: Sequence[tuple[int, int]], text: str) -> tuple[Span, float]:
    """Return the span with the highest sum of logits, in code points without outer blanks, and that sum.

    Args:
        start: Logits of the tokens, as many as `offsets`, at least one.
        end: The same for the last token of a span.
        offsets: Where each token stands in the text.
        text: What the offsets count in.
    """
    count = len(offsets)
    allowed = np.triu(np.ones((count, count), bool)) & ~np.triu(np.ones((count, count), bool), LONGEST_ANSWER)
    sums = np.where(allowed, start[:, None] + end[None, :], _NOTHING)
    left, right = divmod(int(sums.argmax()), count)
    words = text[offsets[left][0] : offsets[right][1]]
    begin = offsets[left][0] + len(words) - len(words.lstrip())
    return Span(begin, begin + len(words.strip())), float(sums[left, right])


def best_spans_of_sentences(
    start: np.ndarray,
    end: np.ndarray,
    nothing: float,
    offsets: Sequence[tuple[int, int]],
    text: str,
    sentences: Sequence[Span],
) -> list[FoundSpan | None]:
    """Return the best span within each sentence; None for a sentence of which the window holds no token.

    Args:
        start: Logits of the window's tokens, as many as `offsets`.
        end: The same for the last token of a span.
        nothing: The sum of logits of "not here".
        offsets: Where each token stands in the text.
        text: The passage.
        sentences: Their places in the text.
    """
    found: list[FoundSpan | None] = []
    middles = np.array([(left + right) / 2 for left, right in offsets])
    for sentence in sentences:
        # A token may begin with the blank before its sentence, so its middle says where it belongs.
        inside = np.flatnonzero((middles >= sentence.start) & (middles < sentence.end))
        if not len(inside):
            found.append(None)
            continue
        tokens = slice(int(inside[0]), int(inside[-1]) + 1)
        span, total = best_span(start[tokens], end[tokens], offsets[tokens], text)
        found.append(FoundSpan(span, total - nothing))
    return found


def better(one: FoundSpan | None, other: FoundSpan | None) -> FoundSpan | None:
    """Return the span with the higher margin: windows overlap, and see a sentence with more or less around it."""
    if one is None or other is None:
        return one or other
    return one if one.margin >= other.margin else other


def or_nothing(found: FoundSpan | None, sentence: Span) -> FoundSpan:
    """Return what was found, or the whole sentence with the lowest margin."""
    return found or FoundSpan(sentence, LOWEST_MARGIN)
