"""Which tokens of a window belong to which sentence of its passage."""

from collections.abc import Sequence

import numpy as np

from ingest.types import Span
from retriever.evidence_model.pairs import Pair

NO_SENTENCE = -1
"""Of the tokens of the question, and of those between sentences."""


def sentences_of_tokens(window: Pair, sentences: Sequence[Span]) -> np.ndarray:
    """Return for each token of a window the number of its sentence.

    Args:
        window: A question and a part of a passage.
        sentences: Where the sentences of the passage stand in it, in order.
    """
    found = np.full(len(window.ids), NO_SENTENCE)
    if not window.offsets or not sentences:
        return found
    # A token may begin with the blank before its sentence, so its middle says where it belongs.
    middles = np.array([(left + right) / 2 for left, right in window.offsets])
    numbers = np.searchsorted([sentence.start for sentence in sentences], middles, side="right") - 1
    ends = np.array([sentence.end for sentence in sentences])
    inside = (numbers >= 0) & (middles < ends[numbers])
    found[window.first : window.first + len(window.offsets)] = np.where(inside, numbers, NO_SENTENCE)
    return found
