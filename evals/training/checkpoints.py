"""Keep what training has reached, so that a stop loses little."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch

from evals.training.learning_weights import LearningWeights

CHECKPOINT = "checkpoint.pt"


Reached = TypeVar("Reached")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far training has come.

    The next batch is number `batch` of chunk `chunk`. `round_seconds` counts the last round alone.
    """

    chunk: int = 0
    batch: int = 0
    steps: int = 0
    tokens: int = 0
    examples: int = 0
    seconds: float = 0.0
    round_seconds: float = 0.0


def save_checkpoint(folder: Path, learner: LearningWeights, progress: Any, *, name: str = CHECKPOINT) -> None:
    """Write weights, optimiser and progress; a reader sees the old checkpoint or the new one."""
    aside = folder / f"{name}.new"
    torch.save({**learner.state(), "progress": asdict(progress)}, aside)
    aside.replace(folder / name)


def load_checkpoint(
    folder: Path, learner: LearningWeights | None, start: Reached, *, name: str = CHECKPOINT
) -> Reached:
    """Take up the checkpoint of a folder and return how far it had come; without one, begin at `start`.

    Without a learner it is only looked at.
    """
    path = folder / name
    if not path.exists():
        return start
    state = torch.load(path, map_location="cpu", weights_only=True)
    if learner:
        learner.put_state(state)
    return type(start)(**state["progress"])
