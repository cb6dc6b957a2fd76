"""Seconds an answer takes and the memory it needs; benchmarks to print, never tests."""

import math
import resource
import sys
from collections.abc import Sequence
from statistics import median

from evals.saved import Speed
from evals.types import Outcome


def speed(outcomes: Sequence[Outcome]) -> Speed:
    """Return the median and the 95th percentile (nearest rank) of the seconds, and the process's peak memory."""
    times = sorted(outcome.seconds for outcome in outcomes)
    if not times:
        return Speed(0, 0.0, 0.0, _peak_memory_mb())
    p95 = percentile(times, 0.95)
    return Speed(len(times), median(times), p95, _peak_memory_mb(), tuple(outcome.seconds for outcome in outcomes))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the number of a sorted sequence below which a share of them lie (nearest rank)."""
    return ordered[math.ceil(share * len(ordered)) - 1]


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)  # macOS counts bytes, Linux kilobytes
