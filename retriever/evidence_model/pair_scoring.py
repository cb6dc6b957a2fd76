"""Score pairs of texts with a checkpoint of the transformers library: windows, batches by length, one thread."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import torch

from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.network import rows_by_length
from retriever.evidence_model.pairs import MAX_QUESTION_TOKENS, STRIDE_TOKENS

Half = Literal[0, 1]
BATCH_TOKENS = 4096

_RESERVED_POSITIONS = 2
"""RoBERTa and its kin count positions from 2, and their configuration counts those two in."""


class TextPair(NamedTuple):
    """Two texts in the order in which a checkpoint reads them."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Window:
    """One pair, or as much of its long half as fits; `owner` is the number of the pair.

    `offsets` are those of the long half's tokens, in code points, beginning at the token position `start`.
    """

    owner: int
    ids: tuple[int, ...]
    segments: tuple[int, ...]
    start: int
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """What a checkpoint says of a window: `logits` of a classifier, or `begin` and `end` of each token."""

    window: Window
    logits: np.ndarray | None
    begin: np.ndarray | None
    end: np.ndarray | None


class PairScorer:
    """A checkpoint and its tokenizer; any thread may call it, one thread works."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model.eval()
        self._tokenizer = tokenizer
        positions = getattr(model.config, "max_position_embeddings", None) or READ_TOKENS + _RESERVED_POSITIONS
        self.max_tokens = min(READ_TOKENS, tokenizer.model_max_length, positions - _RESERVED_POSITIONS)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pair-scorer")

    def score(self, pairs: Sequence[TextPair], *, long_half: Half) -> list[WindowScores]:
        """Score each pair, a long one in windows that overlap in its long half; the other half may lose its end."""
        return self._thread.submit(lambda: list(self._score(pairs, long_half))).result()

    def _score(self, pairs: Sequence[TextPair], long_half: Half) -> Iterator[WindowScores]:
        windows = [
            window for owner, pair in enumerate(pairs) for window in self._windows(pair, owner, long_half=long_half)
        ]
        for rows in rows_by_length(windows, tokens=BATCH_TOKENS):
            yield from self._score_batch([windows[row] for row in rows])

    def _windows(self, pair: TextPair, owner: int, *, long_half: Half) -> Iterator[Window]:
        max_tokens = min(MAX_QUESTION_TOKENS, self.max_tokens // 3) if long_half else self.max_tokens // 2
        texts = [self._begin(text, max_tokens) if half != long_half else text for half, text in enumerate(pair)]
        short = len(self._tokenizer(texts[1 - long_half])["input_ids"])
        encoded = self._tokenizer(
            *texts,
            truncation="only_second" if long_half else "only_first",
            max_length=self.max_tokens,
            stride=min(STRIDE_TOKENS, max(self.max_tokens - short, 0) // 3),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_token_type_ids=True,
            verbose=False,
        )
        for row, ids in enumerate(encoded["input_ids"]):
            places = [place for place, half in enumerate(encoded.sequence_ids(row)) if half == long_half]
            yield Window(
                owner=owner,
                ids=tuple(ids),
                segments=tuple(encoded["token_type_ids"][row]),
                start=places[0] if places else 0,
                offsets=tuple(encoded["offset_mapping"][row][place] for place in places),
            )

    def _begin(self, text: str, count: int) -> str:
        """Return as much of a text as its first tokens make up."""
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        offsets = encoded["offset_mapping"]
        return text if len(offsets) <= count else text[: offsets[count - 1][1]]

    @torch.inference_mode()
    def _score_batch(self, windows: Sequence[Window]) -> Iterator[WindowScores]:
        longest = max(len(window.ids) for window in windows)
        padding = self._tokenizer.pad_token_id or 0
        batch = {
            "input_ids": _padded([window.ids for window in windows], longest, padding),
            "attention_mask": _padded([(1,) * len(window.ids) for window in windows], longest, 0),
        }
        if "token_type_ids" in self._tokenizer.model_input_names:
            batch["token_type_ids"] = _padded([window.segments for window in windows], longest, 0)
        output = self._model(**batch)
        rows = [output.get(name) for name in ("logits", "start_logits", "end_logits")]
        arrays = [None if tensor is None else tensor.float().numpy() for tensor in rows]
        for place, window in enumerate(windows):
            yield WindowScores(window, *(None if array is None else array[place] for array in arrays))


def _padded(rows: Sequence[tuple[int, ...]], longest: int, padding: int) -> torch.Tensor:
    return torch.tensor([row + (padding,) * (longest - len(row)) for row in rows])
