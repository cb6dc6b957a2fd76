"""Match the words of two texts by what an encoder makes of them in their sentences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retriever.evidence_model.types import MatchedWord

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class EncodedWord:
    """A word as it is written, and the mean of the vectors of its tokens."""

    word: str
    vector: np.ndarray


def encoded_words(text: str, offsets: Sequence[tuple[int, int]], states: np.ndarray) -> list[EncodedWord]:
    """Put tokens together to words.

    Args:
        text: The text.
        offsets: Where each token stands in it, in code points.
        states: The vector of each token, a row each.
    """
    found = []
    for match in WORD.finditer(text):
        rows = [row for row, (start, end) in enumerate(offsets) if start < match.end() and end > match.start()]
        if rows:
            found.append(EncodedWord(match.group(), states[rows].mean(axis=0)))
    return found


def matched_words(words: Sequence[EncodedWord], others: Sequence[EncodedWord]) -> list[MatchedWord]:
    """Give each word the cosine of the likest other one, once what all have in common is taken away.

    The words are matched as by SimAlign (M. Jalili Sabet, P. Dufter, F. Yvon and H. Schütze, Findings of EMNLP 2020),
    and the best cosine of each counts as in the precision of BERTScore (T. Zhang and others, ICLR 2020).
    """
    if not words or not others:
        return [MatchedWord(one.word, -1.0) for one in words]
    vectors = np.array([one.vector for one in (*words, *others)], dtype=np.float32)
    vectors -= vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    cosines = vectors[: len(words)] @ vectors[len(words) :].T
    return [MatchedWord(one.word, float(best)) for one, best in zip(words, cosines.max(axis=1), strict=True)]
