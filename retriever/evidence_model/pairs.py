"""Turn a question and a passage, or a claim and its evidence, into token pairs as XLM-R reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from retriever.embedding.shared_tokenizer import shared_tokenizer

BEGIN, PADDING, END = 0, 1, 2
QUESTION, PASSAGE, CLAIM, EVIDENCE = range(4)
"""Segments: they tell the two halves of a pair apart, and the two tasks."""

MAX_QUESTION_TOKENS = 64
STRIDE_TOKENS = 96


@dataclass(frozen=True, slots=True)
class Pair:
    """One input of the network.

    `offsets` are those of the tokens in the second text, in code points, beginning at the token position `first`.
    """

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    first: int = 0
    offsets: tuple[tuple[int, int], ...] = ()


class PairTokenizer:
    """Cuts pairs of texts into tokens, at most `max_tokens` a pair."""

    def __init__(self, tokenizer: Tokenizer, *, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self.max_tokens = max_tokens

    @classmethod
    def from_folder(cls, folder: Path, *, max_tokens: int) -> "PairTokenizer":
        """Load the tokenizer of an unpacked model."""
        return cls(shared_tokenizer(folder), max_tokens=max_tokens)

    def reading_windows(self, question: str, passage: str) -> list[Pair]:
        """Cut a passage into windows that overlap, each after the question."""
        question_ids = self._ids(question)[: min(MAX_QUESTION_TOKENS, self.max_tokens // 2)]
        encoded = self._tokenizer.encode(passage, add_special_tokens=False)
        size = max(self.max_tokens - len(question_ids) - 4, 1)
        step = max(size - STRIDE_TOKENS, size // 2, 1)
        windows = []
        for start in range(0, max(len(encoded.ids), 1), step):
            ids, offsets = encoded.ids[start : start + size], encoded.offsets[start : start + size]
            windows.append(_pair(question_ids, ids, (QUESTION, PASSAGE), offsets=offsets))
            if start + size >= len(encoded.ids):
                break
        return windows

    def claim_pair(self, claim: str, evidence: str) -> Pair:
        """Put a claim before its evidence; evidence that is too long loses its end."""
        claim_ids = self._ids(claim)[: self.max_tokens // 2]
        evidence_ids = self._ids(evidence)[: self.max_tokens - len(claim_ids) - 4]
        return _pair(claim_ids, evidence_ids, (CLAIM, EVIDENCE))

    def count(self, text: str) -> int:
        """Return how many tokens a text has by itself."""
        return len(self._ids(text))

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids


def _pair(
    first: Sequence[int],
    second: Sequence[int],
    segments: tuple[int, int],
    *,
    offsets: Sequence[tuple[int, int]] = (),
) -> Pair:
    ids = (BEGIN, *first, END, END, *second, END)
    before = len(first) + 3
    return Pair(
        ids=ids,
        segments=(segments[0],) * (before - 1) + (segments[1],) * (len(ids) - before + 1),
        first=before,
        offsets=tuple(offsets),
    )
