"""Shares with their intervals."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from evals.types import Metric, Outcome, Rate, Values

Z_95 = 1.959964
RESAMPLES = 2000
SEED = 20561023


def per_case(value: Callable[[Outcome], float | None]) -> Callable[[Sequence[Outcome]], Values]:
    """Turn a function of one outcome into a measure of a run; None where the case does not count."""

    def measure(outcomes: Sequence[Outcome]) -> Values:
        found = ((outcome.case.id, value(outcome)) for outcome in outcomes)
        return {case_id: (one,) for case_id, one in found if one is not None}

    return measure


def rate(metric: Metric, values: Values) -> Rate:
    """Average all numbers; Wilson's interval for one yes or no a case, a bootstrap over the cases for all else.

    Where every number is 0, or every one is 1, a bootstrap would draw the same again and show no doubt at all; Wilson's
    interval over the cases is given then.
    """
    groups = [of_case for of_case in values.values() if of_case]
    numbers = [number for of_case in groups for number in of_case]
    count, total = len(numbers), float(sum(numbers))
    single = len(numbers) == len(groups) and all(number in (0, 1) for number in numbers)
    if single or total in (0, count):
        low, high = wilson_interval(total * len(groups) / count if count else 0, len(groups))
        return Rate(metric.name, metric.section, total, count, low, high, "Wilson")
    low, high = bootstrap_interval(groups)
    return Rate(metric.name, metric.section, total, count, low, high, "bootstrap")


def wilson_interval(successes: float, count: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share: E. B. Wilson, JASA 22 (1927) 209-212; (0, 1) for a count of 0."""
    if not count:
        return 0.0, 1.0
    share = successes / count
    centre = (share + Z_95**2 / (2 * count)) / (1 + Z_95**2 / count)
    half = Z_95 * math.sqrt(share * (1 - share) / count + Z_95**2 / (4 * count**2)) / (1 + Z_95**2 / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap_interval(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over all numbers, resampling whole groups.

    B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13. The seed is fixed.
    """
    if not groups:
        return 0.0, 1.0
    sums, sizes = np.array([sum(group) for group in groups]), np.array([len(group) for group in groups])
    drawn = resampled(len(groups))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def resampled(count: int) -> np.ndarray:
    """Draw positions 0..count-1 with replacement: int array of shape (RESAMPLES, count), the same in every run."""
    return np.random.default_rng(SEED).integers(0, count, size=(RESAMPLES, count))
