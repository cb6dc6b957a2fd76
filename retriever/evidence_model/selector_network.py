"""The network of the sentence selector: a score for each sentence of a passage, one for none of them, and spans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from retriever.embedding.bert import BertEncoder
from retriever.evidence_model.network import EvidenceNetwork, make_batch, rows_by_length
from retriever.evidence_model.pairs import Pair

if TYPE_CHECKING:
    from transformers import BertModel

_CLOSED = -1e4
"""A logit that no other one is below, and that half a precision can hold."""


_BATCH_TOKENS = 1024  # what a layer makes of more falls out of the second-level cache


@dataclass(frozen=True, slots=True)
class SelectorBatch:
    """Windows as tensors; `inside` tells which tokens are in which sentence (window, sentence, token)."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    inside: Tensor


@dataclass(frozen=True, slots=True)
class SelectorScores:
    """Logits: of none of the sentences, of each sentence (rows are padded), and of each token as start and end."""

    none: Tensor
    sentences: Tensor
    start: Tensor
    end: Tensor


@dataclass(frozen=True, slots=True)
class SentenceWindow:
    """A question and a part of the passage with this number, and which of its tokens are in which sentence."""

    owner: int
    pair: Pair
    inside: np.ndarray


@dataclass(frozen=True, slots=True)
class WindowMargins:
    """Of a window: how far the logit of each sentence is above that of none, and logits of tokens as start and end."""

    window: SentenceWindow
    margins: np.ndarray
    start: np.ndarray
    end: np.ndarray


class SelectorNetwork(nn.Module):
    """The encoder of the reader-verifier with heads of its own.

    A sentence's score is what its best span says, as the reader's did, and what a head makes of its tokens: those are
    weighed by attention, beside the state of the first token. So it begins with all that the reader had learned.
    """

    def __init__(self, encoder: "BertEncoder | BertModel") -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.span = nn.Linear(hidden, 2)
        self.attention = nn.Linear(hidden, 1)
        self.sentence = _head(2 * hidden, hidden)
        self.none = _head(2 * hidden, hidden)
        for silent in (self.attention, self.sentence[-1], self.none[-1]):
            assert isinstance(silent, nn.Linear)
            nn.init.zeros_(silent.weight)
            nn.init.zeros_(silent.bias)

    @classmethod
    def from_reader(cls, reader: EvidenceNetwork) -> "SelectorNetwork":
        """Take the encoder and the span head of the reader-verifier over; it must not be used any more."""
        network = cls(reader.encoder)
        network.span = reader.span
        return network

    def forward(self, batch: SelectorBatch) -> SelectorScores:
        """Read a batch of windows."""
        # Without a mask where nothing is padded: the kernels are faster.
        mask = batch.mask if bool((batch.mask == 0).any()) else None
        states = self.encoder(batch.ids, attention_mask=mask, token_type_ids=batch.segments).last_hidden_state
        span = self.span(states).float()
        first = states[:, 0]
        inside = batch.inside
        pooled = self._pooled(states, inside)
        read = torch.cat([pooled, first.unsqueeze(1).expand_as(pooled)], dim=-1)
        passage = self._pooled(states, inside.any(1, keepdim=True)).squeeze(1)
        best = sum(_soft_maximum(span[..., side], inside) for side in (0, 1))
        return SelectorScores(
            none=span[:, 0].sum(-1) + self.none(torch.cat([passage, first], dim=-1)).squeeze(-1).float(),
            sentences=(best + self.sentence(read).squeeze(-1).float()).masked_fill(~inside.any(-1), _CLOSED),
            start=span[..., 0],
            end=span[..., 1],
        )

    @torch.inference_mode()
    def score(self, windows: Sequence[SentenceWindow]) -> Iterator[WindowMargins]:
        """Yield the scores of each window, batched by length."""
        for rows in rows_by_length([window.pair for window in windows], tokens=_BATCH_TOKENS):
            taken = [windows[row] for row in rows]
            device = self.span.weight.device
            pairs, inside = [one.pair for one in taken], [one.inside for one in taken]
            scores = self(make_selector_batch(pairs, inside, device, few_lengths=True))
            margins = (scores.sentences - scores.none.unsqueeze(1)).cpu().numpy()
            start, end = scores.start.cpu().numpy(), scores.end.cpu().numpy()
            for place, window in enumerate(taken):
                yield WindowMargins(window, margins[place], start[place], end[place])

    def _pooled(self, states: Tensor, inside: Tensor) -> Tensor:
        """Weigh the tokens of each group by attention; `inside` tells which tokens are in it (batch, group, token)."""
        logits = self.attention(states).squeeze(-1).float().unsqueeze(1).masked_fill(~inside, _CLOSED)
        return logits.softmax(-1).to(states.dtype) @ states


def make_selector_batch(
    windows: Sequence[Pair], inside: Sequence[np.ndarray], device: torch.device, *, few_lengths: bool = False
) -> SelectorBatch:
    """Pad windows as `make_batch` does, and to the most sentences; `inside`: see `tokens_of_sentences`."""
    batch = make_batch(windows, device, few_lengths=few_lengths)
    most = max(max(map(len, inside)), 1)
    padded = torch.zeros((len(windows), most, batch.ids.shape[1]), dtype=torch.bool)
    for row, found in enumerate(inside):
        padded[row, : found.shape[0], : found.shape[1]] = torch.from_numpy(found)
    return SelectorBatch(batch.ids, batch.segments, batch.mask, padded.to(device))


def _soft_maximum(logits: Tensor, inside: Tensor) -> Tensor:
    """Return the soft maximum of the logits of each group."""
    return logits.unsqueeze(1).masked_fill(~inside, _CLOSED).logsumexp(-1)


def _head(inputs: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 1))
