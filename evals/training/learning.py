"""One step of learning: the losses of the tasks, and bfloat16 weights with a float32 copy that is moved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from evals.training.targets import IGNORED, Lesson
from retriever.embedding.model_loading import choose_dtype
from retriever.evidence_model.network import EvidenceNetwork, Scores, make_batch

_TASK_WEIGHTS = {"span": 1.0, "relevance": 0.5, "verdict": 1.0}
_WARM_UP = 0.06
_FIRST, _LOWEST = 0.01, 0.02
_WEIGHT_DECAY = 0.01
_MAX_GRADIENT_NORM = 1.0
_HEAD_FACTOR = 5.0


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


class Learner:
    """Holds the network, the float32 copy of its trained weights and the optimiser."""

    def __init__(self, network: EvidenceNetwork, *, rate: float, device: torch.device, dtype: torch.dtype) -> None:
        self.device = device
        self.network = network.to(device)
        self._rate = rate
        named = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
        self._masters = [weight.detach().clone().float().requires_grad_() for _, weight in named]
        network.to(dtype)
        self._trained = [weight for _, weight in named]
        self.names = [name for name, _ in named]
        groups = parameter_groups(self.names, self._masters)
        self.optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)

    def step(self, lessons: Sequence[Lesson], spent: float) -> Losses:
        """Learn from one batch; `spent` (0..1) is how much of the round is behind."""
        targets = make_targets(lessons, self.device)
        batch = make_batch([lesson.pair for lesson in lessons], self.device)
        losses = task_losses(self.network(batch), targets)
        total = sum(_TASK_WEIGHTS[name] * loss for name, loss in losses.items())
        (total / len(lessons)).backward()
        self._move(spent)
        counts = targets.counts()
        return Losses(
            **{name: float(loss.detach()) / counts[name] if counts[name] else math.nan for name, loss in losses.items()}
        )

    def trained_weights(self) -> dict[str, torch.Tensor]:
        """Return the float32 copies by name."""
        return {name: master.detach().cpu() for name, master in zip(self.names, self._masters, strict=True)}

    def put_weights(self, weights: dict[str, torch.Tensor]) -> None:
        """Put saved weights in, as far as they are trained here."""
        parameters = dict(self.network.named_parameters())
        masters = dict(zip(self.names, self._masters, strict=True))
        with torch.no_grad():
            for name, saved in weights.items():
                parameters[name].copy_(saved)
                if name in masters:
                    masters[name].copy_(saved)

    def _move(self, spent: float) -> None:
        for weight, master in zip(self._trained, self._masters, strict=True):
            master.grad = None if weight.grad is None else weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self._masters, _MAX_GRADIENT_NORM)
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate * group["factor"] * rate_at(spent)
        self.optimiser.step()
        with torch.no_grad():
            for weight, master in zip(self._trained, self._masters, strict=True):
                weight.copy_(master)


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


def parameter_groups(names: Sequence[str], masters: Sequence[torch.Tensor]) -> list[dict]:
    """Put heads apart, which learn faster, and biases and norms, which do not decay."""
    groups: dict[tuple[float, float], list[torch.Tensor]] = {}
    for name, master in zip(names, masters, strict=True):
        factor = 1.0 if name.startswith("encoder.") else _HEAD_FACTOR
        decay = _WEIGHT_DECAY if master.dim() > 1 and "embeddings" not in name else 0.0
        groups.setdefault((factor, decay), []).append(master)
    return [{"params": found, "factor": factor, "weight_decay": decay} for (factor, decay), found in groups.items()]
