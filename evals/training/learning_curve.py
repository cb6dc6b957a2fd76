"""Write the learning curve while training goes on, and read it back for the report."""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.training.checkpoints import Progress
from evals.training.learning import Losses

logger = logging.getLogger(__name__)

CURVE = "curve.jsonl"


def write_point(folder: Path, progress: Progress, losses: Sequence[Losses], *, spent: float) -> None:
    """Append the mean losses of the last steps."""
    point = {**asdict(progress), "seconds": round(progress.seconds, 1), "spent": round(spent, 4)}
    for task in ("span", "relevance", "verdict"):
        known = [value for value in (getattr(step, task) for step in losses) if not math.isnan(value)]
        point[task] = round(sum(known) / len(known), 4) if known else None
    logger.info("%s", point)
    with (folder / CURVE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(point) + "\n")


def read_curve(folder: Path, *, name: str = CURVE) -> list[dict[str, Any]]:
    """Return the points of a folder, in order; none where there is no curve."""
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def forget_points(folder: Path, *, after: int, name: str = CURVE) -> None:
    """Drop the points of steps that no checkpoint holds: they are taken again."""
    points = read_curve(folder, name=name)
    kept = [point for point in points if point["steps"] <= after]
    if len(kept) < len(points):
        (folder / name).write_text("".join(json.dumps(point) + "\n" for point in kept), encoding="utf-8")
