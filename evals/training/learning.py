"""One step of learning: the losses of the tasks, and bfloat16 weights with a float32 copy that is moved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from evals.training.learning_weights import LearningWeights
from evals.training.targets import IGNORED, Lesson
from retriever.embedding.model_loading import choose_dtype
from retriever.evidence_model.network import EvidenceNetwork, Scores, make_batch

_TASK_WEIGHTS = {"span": 1.0, "relevance": 0.5, "verdict": 1.0}
_WARM_UP = 0.06
_FIRST, _LOWEST = 0.01, 0.02


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean losses of one step; NaN where a step holds no such target."""

    span: float
    relevance: float
    verdict: float


@dataclass(frozen=True, slots=True)
class Targets:
    """What the network should say of a batch, a number a pair; IGNORED where nothing is asked."""

    start: torch.Tensor
    end: torch.Tensor
    relevant: torch.Tensor
    label: torch.Tensor

    def counts(self) -> dict[str, int]:
        """Return how many pairs of the batch teach each task."""
        asked = {"span": self.start, "relevance": self.relevant, "verdict": self.label}
        return {name: int((target != IGNORED).sum()) for name, target in asked.items()}


class Learner(LearningWeights):
    """Learns the reader and the verifier."""

    def __init__(self, network: EvidenceNetwork, *, rate: float, device: torch.device, dtype: torch.dtype) -> None:
        self.network = network
        super().__init__(network, rate=rate, device=device, dtype=dtype)

    def step(self, lessons: Sequence[Lesson], spent: float) -> Losses:
        """Learn from one batch; `spent` (0..1) is how much of the round is behind."""
        targets = make_targets(lessons, self.device)
        batch = make_batch([lesson.pair for lesson in lessons], self.device)
        losses = task_losses(self.network(batch), targets)
        total = sum(_TASK_WEIGHTS[name] * loss for name, loss in losses.items())
        (total / len(lessons)).backward()
        for weight, master in zip(self._trained, self._masters, strict=True):
            master.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        self._move(rate_at(spent))
        counts = targets.counts()
        return Losses(
            **{name: float(loss.detach()) / counts[name] if counts[name] else math.nan for name, loss in losses.items()}
        )


def task_losses(scores: Scores, targets: Targets) -> dict[str, torch.Tensor]:
    """Return the summed loss of each task; a pair counts where it has a target."""
    span = functional.cross_entropy(scores.start, targets.start, ignore_index=IGNORED, reduction="sum")
    span = span + functional.cross_entropy(scores.end, targets.end, ignore_index=IGNORED, reduction="sum")
    known = targets.relevant != IGNORED
    relevance = functional.binary_cross_entropy_with_logits(
        scores.relevant[known], targets.relevant[known].float(), reduction="sum"
    )
    verdict = functional.cross_entropy(scores.label, targets.label, ignore_index=IGNORED, reduction="sum")
    return {"span": span / 2, "relevance": relevance, "verdict": verdict}


def make_targets(lessons: Sequence[Lesson], device: torch.device) -> Targets:
    """Put the targets of lessons side by side."""
    rows = [(lesson.start, lesson.end, lesson.relevant, lesson.label) for lesson in lessons]
    return Targets(*torch.tensor(rows, device=device).unbind(1))


def freeze(network: EvidenceNetwork, *, layers: int) -> None:
    """Leave the word embeddings as they are, and so many of the lowest layers with all that is below them."""
    embeddings = network.encoder.embeddings
    # To learn what is below frozen layers would mean to go back through all of them.
    lower = [embeddings.position_embeddings, embeddings.token_type_embeddings, embeddings.LayerNorm]
    frozen = [embeddings.word_embeddings, *network.encoder.encoder.layer[:layers], *(lower if layers else ())]
    for module in frozen:
        module.requires_grad_(requires_grad=False)


def rate_at(spent: float) -> float:
    """Return the share of the learning rate: a short rise, then a straight fall."""
    if spent < _WARM_UP:
        return max(spent / _WARM_UP, _FIRST)
    return max(1 - (spent - _WARM_UP) / (1 - _WARM_UP), _LOWEST)


def best_device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the device computes in it."""
    return torch.bfloat16 if device.type == "cuda" else choose_dtype("auto")
