"""Keep what training has reached, so that a stop loses little."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from evals.training.learning import Learner

CHECKPOINT = "checkpoint.pt"


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


def save_checkpoint(folder: Path, learner: Learner, progress: Progress) -> None:
    """Write weights, optimiser and progress; a reader sees the old checkpoint or the new one."""
    state = {
        "weights": learner.trained_weights(),
        "optimiser": learner.optimiser.state_dict(),
        "progress": asdict(progress),
    }
    aside = folder / f"{CHECKPOINT}.new"
    torch.save(state, aside)
    aside.replace(folder / CHECKPOINT)


def load_checkpoint(folder: Path, learner: Learner) -> Progress:
    """Take up the checkpoint of a folder; without one, begin at the beginning.

    When other layers learn than before, the weights are taken over and the optimiser begins anew.
    """
    state = _read(folder)
    if state is None:
        return Progress()
    learner.put_weights(state["weights"])
    if list(state["weights"]) == learner.names:
        learner.optimiser.load_state_dict(state["optimiser"])
    return Progress(**state["progress"])


def read_progress(folder: Path) -> Progress:
    """Return how far the checkpoint of a folder has come."""
    state = _read(folder)
    return Progress(**state["progress"]) if state else Progress()


def _read(folder: Path) -> dict[str, Any] | None:
    path = folder / CHECKPOINT
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None
