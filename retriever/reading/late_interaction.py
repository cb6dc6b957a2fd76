"""Late interaction: each word of a question finds the word of a sentence that is likest to it in its surroundings.

O. Khattab and M. Zaharia, ColBERT, SIGIR 2020; K. Santhanam et al., ColBERTv2, NAACL 2022.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import Passage, Sentence
from retriever.embedding.kept_states import KeptStates


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How like a question the sentences of one passage are, and the passage as a whole: mean cosines, -1..1."""

    sentences: np.ndarray
    passage: float


def likenesses(question: np.ndarray, passages: Sequence[KeptStates], starts: Sequence[Sequence[int]]) -> list[Likeness]:
    """Compare the states of a question's telling words with those of passages.

    States are centred on the mean of those that are read: what all of them share tells nothing (J. Mu and P. Viswanath,
    All-but-the-Top, ICLR 2018).

    Args:
        question: One row for each token.
        passages: What is kept of each.
        starts: Where its sentences begin, in the text of the passage.
    """
    rows = np.concatenate([passage.matrix for passage in passages])
    if not len(rows) or not len(question):
        return [Likeness(np.zeros(len(places)), 0.0) for places in starts]
    centre = rows.mean(axis=0)
    cosines = _unit(rows - centre) @ _unit(question - centre).T
    found, first = [], 0
    for passage, places in zip(passages, starts, strict=True):
        last = first + len(passage.matrix)
        found.append(_likeness(cosines[first:last], passage.starts, places))
        first = last
    return found


def sentence_starts(passage: Passage, sentences: Sequence[Sentence]) -> list[int]:
    """Return where each sentence of a passage begins in its search text."""
    starts, position = [], 0
    for sentence in sentences:
        found = passage.search_text.find(sentence.search_text, position)
        starts.append(max(found, position))
        position = starts[-1] + len(sentence.search_text)
    return starts


def _likeness(cosines: np.ndarray, tokens: np.ndarray, places: Sequence[int]) -> Likeness:
    """Take the best of each sentence for each token of the question (MaxSim), and the mean of these."""
    scores = np.zeros(len(places))
    if not len(tokens):
        return Likeness(scores, 0.0)
    owners = np.maximum(np.searchsorted(places, tokens, side="right") - 1, 0)
    present, firsts = np.unique(owners, return_index=True)
    best = np.maximum.reduceat(cosines, firsts, axis=0)
    scores[present] = best.mean(axis=1)
    return Likeness(scores, float(best.max(axis=0).mean()))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
