"""Train the selector on a mixture, writing checkpoints and a learning curve; a stop loses nothing."""

import json
import logging
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType

from safetensors.torch import save_file

from evals.selection.learner import SelectionLearner, StepLosses
from evals.selection.lessons import SelectionLesson
from evals.selection.recipe import SelectionRecipe
from evals.training.checkpoints import load_checkpoint, save_checkpoint
from evals.training.learning_curve import forget_points
from evals.training.mixture import Mixture

logger = logging.getLogger(__name__)

CHECKPOINT = "selector-checkpoint.pt"
SELECTOR_CURVE = "selector-curve.jsonl"
_SECONDS_BETWEEN_CHECKPOINTS = 240
_TOKENS_BETWEEN_SNAPSHOTS = 500_000
_STEPS_BETWEEN_POINTS = 25


@dataclass(frozen=True, slots=True)
class SelectionProgress:
    """How far training has come: the next batch is number `batch` of chunk `chunk`."""

    chunk: int = 0
    batch: int = 0
    steps: int = 0
    tokens: int = 0
    windows: int = 0
    seconds: float = 0.0


class _Stop:
    """Remembers that somebody asked the process to end."""

    def __init__(self) -> None:
        self.asked = False
        self._before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def forget(self) -> None:
        """Let the signals do again what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


def train_selector(
    learner: SelectionLearner, mixture: Mixture, *, recipe: SelectionRecipe, folder: Path
) -> SelectionProgress:
    """Train until the recipe's tokens are learned from or a signal asks to stop; go on from the folder's checkpoint."""
    progress = load_checkpoint(folder, learner, SelectionProgress(), name=CHECKPOINT)
    learner.network.train()
    forget_points(folder, after=progress.steps, name=SELECTOR_CURVE)
    stop = _Stop()
    began = clock = saved = time.monotonic()
    losses: list[StepLosses] = []
    for place, batches in _steps(mixture, progress, recipe.batches_a_step):
        share = recipe.rate_after(progress.tokens, time.monotonic() - began)
        if stop.asked or share is None:
            break
        losses.append(learner.step(batches, share))
        now = time.monotonic()
        before, progress = progress, _moved_on(progress, place, batches, now - clock)
        clock = now
        if len(losses) == _STEPS_BETWEEN_POINTS:
            _write_point(folder, progress, losses)
            losses = []
        if progress.tokens // _TOKENS_BETWEEN_SNAPSHOTS > before.tokens // _TOKENS_BETWEEN_SNAPSHOTS:
            save_snapshot(learner, folder / f"average-{progress.tokens // 1000}k.safetensors")
        if now - saved > _SECONDS_BETWEEN_CHECKPOINTS:
            save_checkpoint(folder, learner, progress, name=CHECKPOINT)
            saved = now
    if losses:
        _write_point(folder, progress, losses)
    save_checkpoint(folder, learner, progress, name=CHECKPOINT)
    stop.forget()
    return progress


def save_snapshot(learner: SelectionLearner, path: Path) -> None:
    """Write the averaged weights in half precision."""
    save_file({name: weight.half().contiguous() for name, weight in learner.averaged_weights().items()}, path)


def _steps(
    mixture: Mixture, progress: SelectionProgress, size: int
) -> Iterator[tuple[SelectionProgress, list[list[SelectionLesson]]]]:
    """Yield the endless stream from where training has come, so many batches at a time, and the place after them."""
    chunk, first = progress.chunk, progress.batch
    while True:
        batches = mixture.batches(chunk)
        for start in range(first, len(batches), size):
            taken = batches[start : start + size]
            yield replace(progress, chunk=chunk, batch=start + len(taken)), taken
        chunk, first = chunk + 1, 0


def _moved_on(
    progress: SelectionProgress, place: SelectionProgress, batches: list[list[SelectionLesson]], seconds: float
) -> SelectionProgress:
    return SelectionProgress(
        chunk=place.chunk,
        batch=place.batch,
        steps=progress.steps + 1,
        tokens=progress.tokens + sum(len(lesson.pair.ids) for batch in batches for lesson in batch),
        windows=progress.windows + sum(map(len, batches)),
        seconds=progress.seconds + seconds,
    )


def _write_point(folder: Path, progress: SelectionProgress, losses: list[StepLosses]) -> None:
    means = {name: round(sum(getattr(loss, name) for loss in losses) / len(losses), 4) for name in StepLosses.__slots__}
    point = {**asdict(progress), "seconds": round(progress.seconds), **means}
    with (folder / SELECTOR_CURVE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(point) + "\n")
    logger.info("%s", point)
