"""Are the numbers that a system gives for its certainty worth what they say?"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

import numpy as np

from evals.metrics.spans import overlaps_any
from evals.rates import resampled
from evals.types import Curve, CurvePoint, Figure, GivenClaim, Metric, Outcome

SECTION = "calibration"
BINS = 10
_EDGES = [number / BINS for number in range(1, BINS)]
_INTERVAL = (0.025, 0.975)

Forecast = tuple[float, bool]
"""What was said to be the chance, and what came of it."""


def confidence_forecasts(outcomes: Sequence[Outcome]) -> list[list[Forecast]]:
    """Return for each case the confidence that the texts answer the question, and whether they do."""
    return [
        [(outcome.answer.confidence, outcome.case.answerable)]
        for outcome in outcomes
        if outcome.answer.confidence is not None
    ]


def support_forecasts(outcomes: Sequence[Outcome]) -> list[list[Forecast]]:
    """Return for each answered case the support of its claims, and whether a cited span of the claim overlaps gold."""
    answered = [outcome for outcome in outcomes if outcome.answer.status in ("answered", "partly", "unsure")]
    of_cases = (
        [(claim.support, _cites_gold(claim, outcome)) for claim in outcome.answer.claims if claim.support is not None]
        for outcome in answered
    )
    return [forecasts for forecasts in of_cases if forecasts]


def _cites_gold(claim: GivenClaim, outcome: Outcome) -> bool:
    return any(overlaps_any(citation.place, outcome.case.evidence) for citation in claim.citations)


def expected_error(groups: Sequence[Sequence[Forecast]]) -> float | None:
    """Return ECE: the mean distance between the chance said and the share that came true, over ten bins by count.

    M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015; bins as in C. Guo et al., ICML 2017: of equal width, each
    with its upper edge.
    """
    excess, counts = _by_bin(groups)
    return float(np.abs(excess.sum(axis=0)).sum() / counts.sum()) if groups else None


def _by_bin(groups: Sequence[Sequence[Forecast]]) -> tuple[np.ndarray, np.ndarray]:
    """Return by group and bin how much more was said than came true, and how many forecasts there are."""
    excess, counts = np.zeros((len(groups), BINS)), np.zeros(len(groups))
    for row, forecasts in enumerate(groups):
        counts[row] = len(forecasts)
        for chance, came_true in forecasts:
            excess[row, _bin(chance)] += chance - came_true
    return excess, counts


def _bin(chance: float) -> int:
    return bisect_left(_EDGES, chance)


def reliability(groups: Sequence[Sequence[Forecast]]) -> tuple[CurvePoint, ...]:
    """Return for each bin that is not empty the mean chance said and the share that came true."""
    bins: dict[int, list[Forecast]] = {}
    for forecasts in groups:
        for forecast in forecasts:
            bins.setdefault(_bin(forecast[0]), []).append(forecast)
    return tuple(
        CurvePoint(
            sum(chance for chance, _ in held) / len(held),
            sum(came_true for _, came_true in held) / len(held),
            len(held),
        )
        for _, held in sorted(bins.items())
    )


def _figure(name: str, groups: Sequence[Sequence[Forecast]]) -> Figure:
    count = sum(len(forecasts) for forecasts in groups)
    if not count:
        return Figure(name, SECTION, None, 0, 0.0, 1.0)
    excess, counts = _by_bin(groups)
    drawn = resampled(len(groups))
    errors = np.array([np.abs(excess[row].sum(axis=0)).sum() / counts[row].sum() for row in drawn])
    low, high = np.quantile(errors, _INTERVAL)
    return Figure(name, SECTION, expected_error(groups), count, float(low), float(high))


def confidence_error(outcomes: Sequence[Outcome]) -> Figure:
    """Return the ECE of the confidence that the texts answer the question."""
    return _figure("calibration error of confidence (ECE)", confidence_forecasts(outcomes))


def support_error(outcomes: Sequence[Outcome]) -> Figure:
    """Return the ECE of the support of claims; cases are drawn whole for the interval."""
    return _figure("calibration error of support (ECE)", support_forecasts(outcomes))


def confidence_reliability(outcomes: Sequence[Outcome]) -> Curve:
    """Draw the share of questions that the texts answer against the confidence that they do.

    A. Niculescu-Mizil and R. Caruana, ICML 2005.
    """
    points = reliability(confidence_forecasts(outcomes))
    return Curve("reliability of confidence", "confidence", "questions that the texts answer", points)


def support_reliability(outcomes: Sequence[Outcome]) -> Curve:
    """Draw the share of claims that cite gold against their support: A. Niculescu-Mizil and R. Caruana, ICML 2005."""
    points = reliability(support_forecasts(outcomes))
    return Curve("reliability of support", "support", "claims that cite gold", points)


METRICS: tuple[Metric, ...] = ()
FIGURES: tuple[Callable[[Sequence[Outcome]], Figure], ...] = (confidence_error, support_error)
CURVES: tuple[Callable[[Sequence[Outcome]], Curve], ...] = (confidence_reliability, support_reliability)
