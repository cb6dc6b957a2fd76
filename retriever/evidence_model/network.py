"""The network: the encoder of multilingual-e5-small, and heads for spans, relevance and verdicts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn

from retriever.embedding.bert import BertEncoder
from retriever.embedding.encoding import rounded
from retriever.evidence_model.pairs import PADDING, Pair

if TYPE_CHECKING:
    from transformers import BertModel  # what training builds on; it names its parameters alike

SEGMENTS = 4
FROZEN = "encoder.embeddings.word_embeddings.weight"
"""Two thirds of the encoder, and at hand wherever Quoth is: never trained, so never shipped."""

MAX_POSITIONS = 512

_BATCH_TOKENS = 1024  # what a layer makes of more falls out of the second-level cache


class HasTokens(Protocol):
    """One input of a network, whatever stands beside its tokens."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of its tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs as tensors; `mask` is 1 where there is a token, `readable` true where a span may start or end."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    readable: Tensor


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say: logits per token for start and end, per pair for relevance and the three verdicts."""

    start: Tensor
    end: Tensor
    relevant: Tensor
    label: Tensor


class EvidenceNetwork(nn.Module):
    """One encoder with the heads of reader and verifier."""

    def __init__(self, encoder: "BertEncoder | BertModel") -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.span = nn.Linear(hidden, 2)
        self.relevance = _head(hidden, 1)
        self.verdict = _head(hidden, 3)

    @classmethod
    def from_folder(cls, folder: Path) -> "EvidenceNetwork":
        """Build the network on an unpacked encoder, to read with and not to train, with untrained heads."""
        return cls(BertEncoder.from_folder(folder, segments=SEGMENTS))

    def forward(self, batch: Batch) -> Scores:
        """Read a batch of pairs."""
        # Without a mask where nothing is padded: the kernels are faster.
        mask = batch.mask if bool((batch.mask == 0).any()) else None
        states = self.encoder(batch.ids, attention_mask=mask, token_type_ids=batch.segments).last_hidden_state
        span = self.span(states).float()
        closed = torch.finfo(torch.float32).min
        weights = batch.mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        summary = torch.cat([states[:, 0], mean], dim=-1)
        return Scores(
            start=span[..., 0].masked_fill(~batch.readable, closed),
            end=span[..., 1].masked_fill(~batch.readable, closed),
            relevant=self.relevance(summary).squeeze(-1).float(),
            label=self.verdict(summary).float(),
        )

    @torch.inference_mode()
    def score(self, pairs: Sequence[Pair]) -> Iterator[tuple[int, Scores]]:
        """Yield the number and the scores of each pair, batched by length; a row of scores is as long as its pair."""
        for rows in rows_by_length(pairs, tokens=_BATCH_TOKENS):
            scores = self(make_batch([pairs[row] for row in rows], self.span.weight.device, few_lengths=True))
            start, end, relevant, label = (
                tensor.cpu() for tensor in (scores.start, scores.end, scores.relevant, scores.label)
            )
            for place, row in enumerate(rows):
                length = len(pairs[row].ids)
                yield row, Scores(start[place, :length], end[place, :length], relevant[place], label[place])


def rows_by_length(pairs: Sequence[HasTokens], *, tokens: int) -> Iterator[list[int]]:
    """Put pairs of about equal length together, at most so many tokens a batch, padding included."""
    batch: list[int] = []
    for row in sorted(range(len(pairs)), key=lambda row: len(pairs[row].ids)):
        if batch and (len(batch) + 1) * len(pairs[row].ids) > tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def make_batch(pairs: Sequence[Pair], device: torch.device, *, few_lengths: bool = False) -> Batch:
    """Pad pairs to the longest of them; with `few_lengths` to what `rounded` says."""
    longest = max(len(pair.ids) for pair in pairs)
    if few_lengths:
        longest = rounded(longest, MAX_POSITIONS)
    ids = torch.full((len(pairs), longest), PADDING)
    segments = torch.zeros((len(pairs), longest), dtype=torch.long)
    readable = torch.zeros((len(pairs), longest), dtype=torch.bool)
    readable[:, 0] = True
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        segments[row, : len(pair.ids)] = torch.tensor(pair.segments)
        readable[row, pair.first : len(pair.ids) - 1] = True
    lengths = torch.tensor([len(pair.ids) for pair in pairs])
    mask = (torch.arange(longest) < lengths.unsqueeze(1)).long()
    return Batch(*(tensor.to(device) for tensor in (ids, segments, mask, readable)))


def _head(hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2 * hidden, hidden), nn.Tanh(), nn.Linear(hidden, outputs))
