"""One step of learning to select: windows on several threads, bfloat16 weights, a float32 copy and its average."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch

from evals.selection.lessons import SelectionLesson
from evals.selection.loss import SPAN_WEIGHT, make_targets, selection_loss, span_loss
from evals.training.learning_weights import LearningWeights
from retriever.evidence_model.selector_network import SelectorNetwork, make_selector_batch

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


class SelectionLearner(LearningWeights):
    """Learns the selector, and keeps the moving average of its weights.

    Each thread computes a batch by itself on one core: on a busy machine that wastes nothing, whereas threads that
    share a batch wait for each other at every layer.
    """

    def __init__(
        self, network: SelectorNetwork, *, rate: float, device: torch.device, dtype: torch.dtype, threads: int
    ) -> None:
        self.network = network
        super().__init__(network, rate=rate, device=device, dtype=dtype)
        self._average = [master.detach().clone() for master in self._masters]
        self._threads = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self._moves = 0

    def step(self, batches: Sequence[Sequence[SelectionLesson]], share: float) -> StepLosses:
        """Learn from some batches at once."""
        windows = sum(map(len, batches))
        shares = list(self._threads.map(lambda batch: self._share(batch, windows), batches))
        for place, master in enumerate(self._masters):
            found = [share.gradients[place].float() for share in shares if share.gradients[place] is not None]
            master.grad = torch.stack(found).sum(0) if found else None
        self._move(share)
        return StepLosses(
            sum(share.selection for share in shares) / windows,
            sum(share.span for share in shares) / windows,
            sum(share.right for share in shares) / windows,
        )

    def averaged_weights(self) -> dict[str, torch.Tensor]:
        """Return the moving average of the weights by name."""
        return {name: average.clone() for name, average in zip(self.names, self._average, strict=True)}

    def state(self) -> dict[str, Any]:
        """Return all that a checkpoint keeps."""
        return {**super().state(), "averaged": self.averaged_weights(), "moves": self._moves}

    def put_state(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint, and from its averages as far as they are of weights that learn here."""
        super().put_state(state)
        self._moves = state["moves"]
        with torch.no_grad():
            for name, average in zip(self.names, self._average, strict=True):
                average.copy_(state["averaged"].get(name, average))

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

    def _move(self, share: float) -> None:
        super()._move(share)
        self._moves += 1
        decay = min(_AVERAGE_DECAY, max(_FIRST_AVERAGE_DECAY, 1 - 10 / self._moves))
        with torch.no_grad():
            torch._foreach_lerp_(self._average, [master.detach() for master in self._masters], 1 - decay)
