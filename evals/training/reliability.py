"""How far probabilities come true: a table of bins and the expected calibration error."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.measures import calibration_error
from evals.training.metrics import ReliabilityBin, reliability


@dataclass(frozen=True, slots=True)
class Reliability:
    """The expected calibration error of so many probabilities, and the bins it is made of."""

    count: int
    calibration_error: float
    bins: tuple[ReliabilityBin, ...]


def reliability_of(said: Sequence[float], true: Sequence[bool], *, weights: Sequence[float]) -> Reliability:
    """Compare probabilities with what was true."""
    bins = reliability(said, true, weights=weights)
    return Reliability(len(said), calibration_error(said, true, weights=weights), tuple(bins))
