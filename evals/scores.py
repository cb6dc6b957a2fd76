"""Everything that is measured on a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.metrics import (
    answers,
    bands,
    calibration,
    citations,
    evidence,
    follow_ups,
    parity,
    pointers,
    prose,
    quotes,
    refusals,
    retrieval,
)
from evals.rates import rate
from evals.types import Curve, Figure, Metric, Outcome, Rate, Values

METRICS: tuple[Metric, ...] = (
    *retrieval.METRICS,
    *evidence.METRICS,
    *answers.METRICS,
    *citations.METRICS,
    *quotes.METRICS,
    *pointers.METRICS,
    *bands.METRICS,
    *refusals.METRICS,
    *follow_ups.METRICS,
    *parity.METRICS,
)
FIGURES: tuple[Callable[[Sequence[Outcome]], Figure], ...] = (*refusals.FIGURES, *calibration.FIGURES)
CURVES: tuple[Callable[[Sequence[Outcome]], Curve], ...] = (*refusals.CURVES, *calibration.CURVES)

HEADLINES = (
    "recall@5",
    "evidence hit",
    "contains gold",
    "citation precision (gold)",
    "refusal precision",
    "refusal recall",
    "pointer validity (file)",
)
"""The rates that stand in short tables."""


@dataclass(frozen=True, slots=True)
class RunScores:
    """What was measured on one run; `values` leads from a metric's name to its numbers by case."""

    rates: tuple[Rate, ...]
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...]
    values: dict[str, Values]


def score(outcomes: Sequence[Outcome]) -> RunScores:
    """Measure a run in every way; prose where a language model was asked for any."""
    metrics = (*METRICS, *prose.METRICS) if any(outcome.answer.prose for outcome in outcomes) else METRICS
    values = {metric.name: metric.measure(outcomes) for metric in metrics}
    return RunScores(
        rates=tuple(rate(metric, values[metric.name]) for metric in metrics),
        figures=tuple(figure(outcomes) for figure in FIGURES),
        curves=tuple(curve(outcomes) for curve in CURVES),
        values=values,
    )


def is_right(outcome: Outcome, evidence_hits: Values) -> bool:
    """Tell whether the gold evidence was cited, or an unanswerable question refused."""
    if outcome.error:
        return False
    if not outcome.case.answerable:
        return outcome.answer.status == "refused"
    return any(evidence_hits.get(outcome.case.id, ()))
