"""Train on a mixture in rounds of so many tokens, writing a learning curve and checkpoints."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evals.training.checkpoints import Progress, load_checkpoint, save_checkpoint
from evals.training.learning import Learner, Losses
from evals.training.learning_curve import forget_points, write_point
from evals.training.mixture import Mixture
from evals.training.targets import Lesson

_SECONDS_BETWEEN_CHECKPOINTS = 240
_STEPS_BETWEEN_POINTS = 25


@dataclass(frozen=True, slots=True)
class Budget:
    """When training ends: after rounds of so many tokens, the last of them after so many minutes at the latest.

    The learning rate rises and falls once a round. Tokens alone give the same weights each time; minutes depend on
    the machine.
    """

    rounds: tuple[int, ...]
    minutes: float | None = None

    def round_of(self, tokens: int) -> int:
        """Return the number of the round that is next after so many tokens."""
        for number in range(len(self.rounds) - 1):
            if tokens < sum(self.rounds[: number + 1]):
                return number
        return len(self.rounds) - 1

    def is_last(self, number: int) -> bool:
        """Tell whether no round follows."""
        return number == len(self.rounds) - 1

    def spent(self, tokens: int, minutes: float) -> float:
        """Return how much of the round is behind (0..1), and 1 only at the end of the last one.

        Args:
            tokens: Those of all rounds.
            minutes: Those of the last round.
        """
        number = self.round_of(tokens)
        by_tokens = (tokens - sum(self.rounds[:number])) / self.rounds[number]
        by_time = minutes / self.minutes if self.minutes and self.is_last(number) else 0.0
        return min(max(by_tokens, by_time), 1.0)


@dataclass(frozen=True, slots=True)
class _BatchStep:
    """A batch and its place in the stream."""

    chunk: int
    batch: int
    lessons: list[Lesson]


def train(learner_of_round: Callable[[int], Learner], mixture: Mixture, *, budget: Budget, folder: Path) -> Progress:
    """Train round after round until the budget is spent; the checkpoint in the folder is gone on from, and the result.

    Args:
        learner_of_round: Makes a learner for the round with this number.
        mixture: What is learned from.
        budget: When to end.
        folder: Where the checkpoint and the learning curve are.
    """
    progress = load_checkpoint(folder, None, Progress())
    while budget.spent(progress.tokens, progress.round_seconds / 60) < 1:
        learner = learner_of_round(budget.round_of(progress.tokens))
        progress = load_checkpoint(folder, learner, Progress())
        progress = _train_round(learner, mixture, budget=budget, folder=folder, progress=progress)
    return progress


def _train_round(learner: Learner, mixture: Mixture, *, budget: Budget, folder: Path, progress: Progress) -> Progress:
    number = budget.round_of(progress.tokens)
    learner.network.train()
    forget_points(folder, after=progress.steps)
    clock = saved = time.monotonic()
    losses: list[Losses] = []
    spent = 0.0
    for step in _steps(mixture, progress):
        over = budget.round_of(progress.tokens) != number
        spent = 1.0 if over else budget.spent(progress.tokens, progress.round_seconds / 60)
        if spent >= 1:
            break
        losses.append(learner.step(step.lessons, spent))
        now = time.monotonic()
        progress = _moved_on(progress, step, now - clock, last_round=budget.is_last(number))
        clock = now
        if len(losses) == _STEPS_BETWEEN_POINTS:
            write_point(folder, progress, losses, spent=spent)
            losses = []
        if now - saved > _SECONDS_BETWEEN_CHECKPOINTS:
            save_checkpoint(folder, learner, progress)
            saved = now
    if losses:
        write_point(folder, progress, losses, spent=spent)
    save_checkpoint(folder, learner, progress)
    return progress


def _steps(mixture: Mixture, progress: Progress) -> Iterator[_BatchStep]:
    """Yield the endless stream from where training has come."""
    chunk, first = progress.chunk, progress.batch
    while True:
        for number, lessons in enumerate(mixture.batches(chunk)):
            if number >= first:
                yield _BatchStep(chunk, number, lessons)
        chunk, first = chunk + 1, 0


def _moved_on(progress: Progress, step: _BatchStep, seconds: float, *, last_round: bool) -> Progress:
    return replace(
        progress,
        chunk=step.chunk,
        batch=step.batch + 1,
        steps=progress.steps + 1,
        tokens=progress.tokens + sum(len(lesson.pair.ids) for lesson in step.lessons),
        examples=progress.examples + len(step.lessons),
        seconds=progress.seconds + seconds,
        round_seconds=progress.round_seconds + (seconds if last_round else 0.0),
    )
