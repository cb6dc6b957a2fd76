"""Does the system know when the texts do not say?"""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from evals.metrics.spans import cited_places, overlaps_any
from evals.rates import per_case, resampled
from evals.types import Curve, CurvePoint, Figure, Metric, Outcome, RefusalSort

SECTION = "refusals"
_INTERVAL = (0.025, 0.975)


def refusal_precision(outcome: Outcome) -> float | None:
    """Return 1 for a refusal of a question that the texts do not answer, 0 for one that they do."""
    return float(not outcome.case.answerable) if outcome.answer.status == "refused" else None


def refusal_recall(outcome: Outcome) -> float | None:
    """Return 1 when a question that the texts do not answer is refused."""
    return None if outcome.case.answerable else float(outcome.answer.status == "refused")


def refusal_recall_of(sort: RefusalSort) -> Callable[[Outcome], float | None]:
    """Keep refusal recall to the questions that are unanswerable for one reason."""
    return lambda outcome: refusal_recall(outcome) if outcome.case.refusal == sort else None


def _bets(outcomes: Sequence[Outcome]) -> list[tuple[float, bool]]:
    """Return confidence and error of each answer given under force, most confident first."""
    bets = [
        (outcome.answer.confidence, not _cites_gold(outcome))
        for outcome in outcomes
        if outcome.forced is not None and outcome.answer.confidence is not None
    ]
    return sorted(bets, key=lambda bet: -bet[0])


def _cites_gold(outcome: Outcome) -> bool:
    return any(overlaps_any(place, outcome.case.evidence) for place in cited_places(outcome.forced))


def risk_coverage(outcomes: Sequence[Outcome]) -> Curve:
    """Draw the share of wrong answers among those given, against the share of questions that are answered.

    R. El-Yaniv and Y. Wiener, JMLR 11 (2010) 1605-1641. An answer is wrong unless it cites gold evidence, so any answer
    to an unanswerable question is. Questions of equal confidence are accepted together. Left out are the outcomes
    without confidence or without an answer given under force; a point's count says how many are accepted.
    """
    bets = _bets(outcomes)
    points, accepted, wrong = [], 0, 0
    for _, group in groupby(bets, key=lambda bet: bet[0]):
        errors = [error for _, error in group]
        accepted, wrong = accepted + len(errors), wrong + sum(errors)
        points.append(CurvePoint(accepted / len(bets), wrong / accepted, accepted))
    return Curve("risk and coverage", "questions answered", "answers wrong", tuple(points))


def area_under_risk_coverage(outcomes: Sequence[Outcome]) -> Figure:
    """Return AURC, the mean risk over all coverages: Y. Geifman and R. El-Yaniv, NIPS 2017, and with Uziel, ICLR 2019.

    Inside a group of equal confidence the risk is that of the whole group.
    """
    bets = _bets(outcomes)
    confidences, errors = np.array([bet[0] for bet in bets]), np.array([bet[1] for bet in bets], dtype=float)
    ends = np.flatnonzero(np.append(np.diff(confidences) != 0, bool(bets)))

    def area(times: np.ndarray) -> np.ndarray:
        accepted, wrong = times.cumsum(axis=1)[:, ends], (times * errors).cumsum(axis=1)[:, ends]
        gained = np.diff(accepted, axis=1, prepend=0)
        return (gained * wrong / np.maximum(accepted, 1)).sum(axis=1) / len(bets)

    return _figure("area under risk-coverage (AURC)", len(bets), area, lower_is_better=True)


def confidence_auc(outcomes: Sequence[Outcome]) -> Figure:
    """Return how often an answerable question has more confidence than an unanswerable one, ties counting half.

    The area under the ROC curve: J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29-36.
    """
    known = [outcome for outcome in outcomes if outcome.answer.confidence is not None]
    confidences = np.array([outcome.answer.confidence for outcome in known])
    answerable = np.array([outcome.case.answerable for outcome in known], dtype=bool)
    ahead = confidences[answerable][:, None] - confidences[~answerable][None, :]
    wins = (np.sign(ahead) + 1) / 2

    def area(times: np.ndarray) -> np.ndarray:
        positive, negative = times[:, answerable], times[:, ~answerable]
        pairs = positive.sum(axis=1) * negative.sum(axis=1)
        won = ((positive @ wins) * negative).sum(axis=1)
        return won[pairs > 0] / pairs[pairs > 0]

    both = bool(answerable.any() and not answerable.all())
    return _figure("confidence AUC (ROC)", len(known), area if both else None, lower_is_better=False)


def _figure(
    name: str, count: int, measure: Callable[[np.ndarray], np.ndarray] | None, *, lower_is_better: bool
) -> Figure:
    """Measure once and with the cases drawn again; `measure` takes how often each case counts, by row."""
    if not count or measure is None:
        return Figure(name, SECTION, None, count, 0.0, 1.0, lower_is_better)
    value = float(measure(np.ones((1, count)))[0])
    low, high = np.quantile(measure(times_drawn(count)), _INTERVAL)
    return Figure(name, SECTION, value, count, float(low), float(high), lower_is_better)


def times_drawn(count: int) -> np.ndarray:
    """Return how often each position is drawn in every resample: float array of shape (resamples, count)."""
    drawn = resampled(count)
    return np.stack([np.bincount(row, minlength=count) for row in drawn]).astype(float)


METRICS = (
    Metric("refusal precision", SECTION, per_case(refusal_precision)),
    Metric("refusal recall", SECTION, per_case(refusal_recall)),
    Metric("refusal recall (topic absent)", SECTION, per_case(refusal_recall_of("topic-absent"))),
    Metric("refusal recall (near miss)", SECTION, per_case(refusal_recall_of("near-miss"))),
    Metric("refusal recall (false premise)", SECTION, per_case(refusal_recall_of("false-premise"))),
)
FIGURES = (area_under_risk_coverage, confidence_auc)
CURVES = (risk_coverage,)
