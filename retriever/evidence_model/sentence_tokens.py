"""Which tokens of a window belong to which sentence of its passage."""

from collections.abc import Sequence

import numpy as np

from ingest.types import Span
from retriever.evidence_model.pairs import Pair


def tokens_of_sentences(window: Pair, sentences: Sequence[Span]) -> np.ndarray:
    """Return a row for each sentence that tells which tokens of a window are its own; none of the question's are.

    Args:
        window: A question and a part of a passage.
        sentences: Where the sentences stand in the passage, in any order; they may overlap.
    """
    # A token may begin with the blank before its sentence, so its middle says where it belongs.
    middles = np.full(len(window.ids), -1.0)
    if window.offsets:
        middles[window.first : window.first + len(window.offsets)] = np.mean(window.offsets, axis=1)
    starts = np.array([sentence.start for sentence in sentences]).reshape(-1, 1)
    ends = np.array([sentence.end for sentence in sentences]).reshape(-1, 1)
    return (middles >= starts) & (middles < ends)
