"""Find the best span of each sentence in the logits of a window."""

from collections.abc import Sequence

import numpy as np

from ingest.types import Span
from retriever.evidence_model.types import FoundSpan

MAX_ANSWER_TOKENS = 80
"""Tokens; answers of policies are whole sentences."""

LOWEST_MARGIN = -50.0
"""Of a sentence in which nothing was found."""

_NOTHING = float("-inf")


def best_span(
    start: np.ndarray, end: np.ndarray, offsets: Sequence[tuple[int, int]], text: str
) -> tuple[Span, float] | None:
    """Return the span with the highest sum of logits, in code points without outer blanks, and that sum.

    None where no token holds more than blanks.

    Args:
        start: Logits of the tokens, as many as `offsets`.
        end: The same for the last token of a span.
        offsets: Where each token stands in the text.
        text: What the offsets count in.
    """
    count = len(offsets)
    seen = np.cumsum([bool(text[left:right].strip()) for left, right in offsets])
    if not count or not seen[-1]:
        return None
    allowed = np.triu(np.ones((count, count), bool)) & ~np.triu(np.ones((count, count), bool), MAX_ANSWER_TOKENS)
    allowed &= seen[None, :] > np.concatenate([[0], seen[:-1]])[:, None]
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
    """Return the best span within each sentence; None for a sentence of which the window holds no word.

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
        tokens = slice(int(inside[0]), int(inside[-1]) + 1) if len(inside) else slice(0)
        best = best_span(start[tokens], end[tokens], offsets[tokens], text)
        found.append(best and FoundSpan(best[0], best[1] - nothing))
    return found


def better(one: FoundSpan | None, other: FoundSpan | None) -> FoundSpan | None:
    """Return the span with the higher margin: windows overlap, and see a sentence with more or less around it."""
    if one is None or other is None:
        return one or other
    return one if one.margin >= other.margin else other


def or_nothing(found: FoundSpan | None, sentence: Span) -> FoundSpan:
    """Return what was found, or the whole sentence with the lowest margin."""
    return found or FoundSpan(sentence, LOWEST_MARGIN)
