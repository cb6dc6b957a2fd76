"""One step of learning to select: windows on several threads, bfloat16 weights, a float32 copy and its average."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch

from evals.selection.lessons import SelectionLesson
from evals.selection.loss import SPAN_WEIGHT, make_targets, selection_loss, span_loss
from evals.training.learning import parameter_groups
from retriever.evidence_model.selector_network import SelectorNetwork, make_selector_batch

_MAX_GRADIENT_NORM = 1.0
_AVERAGE_DECAY = 0.995
_FIRST_AVERAGE_DECAY = 0.9


@dataclass(frozen=True, slots=True)
class StepLosses:
    """Mean losses of one step a window; `right` is the share whose likeliest outcome is a right one."""

    selection: float
    span: float
    right: float


@dataclass(frozen=True, slots=True)
class _Share:
    """What one batch adds to a step."""

    gradients: tuple[torch.Tensor | None, ...]
    selection: float
    span: float
    right: int


class SelectionLearner:
    """Holds the network, the float32 copy of its trained weights, their moving average and the optimiser.

    Each thread computes a batch by itself on one core: on a busy machine that wastes nothing, whereas threads that
    share a batch wait for each other at every layer.
    """

    def __init__(
        self, network: SelectorNetwork, *, rate: float, device: torch.device, dtype: torch.dtype, threads: int
    ) -> None:
        self.device = device
        self.network = network.to(device)
        self._rate = rate
        named = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
        self.names = [name for name, _ in named]
        self._masters = [weight.detach().clone().float().requires_grad_() for _, weight in named]
        self._average = [master.detach().clone() for master in self._masters]
        network.to(dtype)
        self._trained = [weight for _, weight in named]
        self.optimiser = torch.optim.AdamW(
            parameter_groups(self.names, self._masters), lr=rate, betas=(0.9, 0.98), fused=True
        )
        self._threads = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self._moves = 0

    def step(self, batches: Sequence[Sequence[SelectionLesson]], share_of_rate: float) -> StepLosses:
        """Learn from some batches at once."""
        windows = sum(map(len, batches))
        shares = list(self._threads.map(lambda batch: self._share(batch, windows), batches))
        for place, master in enumerate(self._masters):
            found = [share.gradients[place].float() for share in shares if share.gradients[place] is not None]
            master.grad = torch.stack(found).sum(0) if found else None
        self._move(share_of_rate)
        return StepLosses(
            sum(share.selection for share in shares) / windows,
            sum(share.span for share in shares) / windows,
            sum(share.right for share in shares) / windows,
        )

    def weights(self) -> dict[str, torch.Tensor]:
        """Return the float32 copies by name."""
        return {name: master.detach().clone() for name, master in zip(self.names, self._masters, strict=True)}

    def averaged_weights(self) -> dict[str, torch.Tensor]:
        """Return the moving average of the weights by name."""
        return {name: average.clone() for name, average in zip(self.names, self._average, strict=True)}

    @property
    def moves(self) -> int:
        """How many steps the average has seen."""
        return self._moves

    def put_weights(
        self, weights: dict[str, torch.Tensor], averaged: dict[str, torch.Tensor], *, moves: int = 0
    ) -> None:
        """Put saved weights and their average in, as far as they are trained here."""
        parameters = dict(self.network.named_parameters())
        places = {name: place for place, name in enumerate(self.names)}
        with torch.no_grad():
            for name, saved in weights.items():
                parameters[name].copy_(saved)
                if name in places:
                    self._masters[places[name]].copy_(saved)
                    self._average[places[name]].copy_(averaged[name])
        self._moves = moves

    def _share(self, lessons: Sequence[SelectionLesson], windows: int) -> _Share:
        batch = make_selector_batch(
            [lesson.pair for lesson in lessons], [lesson.inside for lesson in lessons], self.device
        )
        scores = self.network(batch)
        targets = make_targets(lessons, scores.sentences.shape[1])
        losses = selection_loss(scores, targets)
        span = span_loss(scores, batch, targets)
        total = (losses.sum() + SPAN_WEIGHT * span) / windows
        gradients = torch.autograd.grad(total, self._trained, allow_unused=True)
        with torch.no_grad():
            best = torch.cat([scores.none.unsqueeze(1), scores.sentences], dim=1)
            likeliest = best.masked_fill(~targets.counted, float("-inf")).argmax(1, keepdim=True)
            right = int(targets.right.gather(1, likeliest).sum())
        return _Share(gradients, float(losses.detach().sum()), float(span.detach()), right)

    def _move(self, share_of_rate: float) -> None:
        torch.nn.utils.clip_grad_norm_(
            [master for master in self._masters if master.grad is not None], _MAX_GRADIENT_NORM
        )
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate * group["factor"] * share_of_rate
        self.optimiser.step()
        self._moves += 1
        decay = min(_AVERAGE_DECAY, max(_FIRST_AVERAGE_DECAY, 1 - 10 / self._moves))
        with torch.no_grad():
            for weight, master in zip(self._trained, self._masters, strict=True):
                weight.copy_(master)
            torch._foreach_lerp_(self._average, [master.detach() for master in self._masters], 1 - decay)
