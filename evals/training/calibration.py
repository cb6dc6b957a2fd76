"""Fit probabilities to scores on a part of its own, and choose where to refuse."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from evals.measures import balanced_accuracy
from evals.training.predicting import SpanReading
from retriever.evidence_model.calibration import answered_features, crossing, logistic, softmax

CROSSINGS = ("within", "across")

_MIN_OF_A_KIND = 150


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What happens at one threshold: the share that is answered, the share of those that is wrong, and the mean score.

    The score counts an answer by its F1 and a refusal as right where there is no answer. `balanced_accuracy` is that
    of refusing: whether there is an answer, whatever it is.
    """

    threshold: float
    coverage: float
    risk: float
    score: float
    balanced_accuracy: float


def fit_answered(readings: Sequence[SpanReading], answerable: Sequence[bool], weights: Sequence[float]) -> np.ndarray:
    """Fit the weights of margin and relevance and the bias, by Newton's method with a little shrinking."""
    wanted, weight = np.asarray(answerable, float), np.asarray(weights, float)
    features = answered_features(*zip(*((reading.margin, reading.relevance) for reading in readings), strict=True))
    fitted = np.array([0.1, 0.1, 0.0])
    ridge = np.diag([1e-3, 1e-3, 1e-6]) * weight.sum()
    for _ in range(50):
        said = logistic(features @ fitted)
        slope = features.T @ (weight * (said - wanted)) + ridge @ fitted
        curve = (features * (weight * said * (1 - said))[:, None]).T @ features + ridge
        fitted = fitted - np.linalg.solve(curve, slope)
    return fitted


def fit_temperature(
    logits: np.ndarray, labels: Sequence[int], languages: Sequence[str], weights: Sequence[float]
) -> dict[str, float]:
    """Fit one temperature within a language and one across two; a kind with few claims takes that of all."""
    if not len(labels):
        return dict.fromkeys(CROSSINGS, 1.0)
    kinds = np.array([crossing(pair) for pair in languages])
    wanted, weight = np.asarray(labels), np.asarray(weights, float)
    everything = _best_temperature(logits, wanted, weight)
    found = {}
    for kind in CROSSINGS:
        rows = kinds == kind
        enough = rows.sum() >= _MIN_OF_A_KIND
        found[kind] = _best_temperature(logits[rows], wanted[rows], weight[rows]) if enough else everything
    return found


def risk_coverage(
    confidences: Sequence[float], scores: Sequence[float], answerable: Sequence[bool], *, points: int = 40
) -> list[RiskPoint]:
    """Return the curve over thresholds at equal steps of coverage; `scores` are the F1 if the span is given."""
    confidence, score, has_answer = (np.asarray(values, float) for values in (confidences, scores, answerable))
    curve = []
    for threshold in np.unique(np.quantile(confidence, np.linspace(0, 1, points + 1))):
        given = confidence >= threshold
        right = np.where(given, score, 1 - has_answer)
        curve.append(
            RiskPoint(
                threshold=float(threshold),
                coverage=float(given.mean()),
                risk=float(1 - score[given].mean()),
                score=float(right.mean()),
                balanced_accuracy=balanced_accuracy(has_answer, given),
            )
        )
    return curve


def choose_point(curve: Sequence[RiskPoint]) -> RiskPoint:
    """Return the point at which answers and refusals together are right most often; the lower risk on a tie."""
    return max(curve, key=lambda point: (round(point.score, 4), -point.risk))


def file_weights(sources: Sequence[str]) -> list[float]:
    """Weigh every source alike, whatever its number of lines."""
    counts = {source: sources.count(source) for source in set(sources)}
    return [1 / counts[source] for source in sources]


def _best_temperature(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    def loss(heat: float) -> float:
        said = softmax(logits / heat)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(np.maximum(said, 1e-12))).sum())

    return float(minimize_scalar(loss, bounds=(0.2, 10.0), method="bounded").x)
