"""Public sets of evidence and claim, on which a verifier is measured."""

import gzip
import json
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from evals.cases import CaseError
from evals.measures import area_under_curve, balanced_accuracy, calibration_error
from evals.metrics.support import Support
from evals.rates import SEED, rate, resampled
from evals.types import Figure, Metric, Rate, Values

SECTION = "verifier"
LIKELIER_THAN_NOT = 0.5

ClaimLabel = Literal["supported", "refuted", "not_enough"]


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """Evidence and a claim, and what people (or the rules that made the set) say of the two."""

    id: str
    evidence: str
    claim: str
    label: ClaimLabel
    evidence_language: str
    claim_language: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How a verifier did on a set of pairs: a rate for each class, and figures over both."""

    rates: tuple[Rate, ...]
    figures: tuple[Figure, ...]


def load_pairs(path: Path, *, limit: int = 500, seed: int = SEED, without: Collection[str] = ()) -> list[LabelledClaim]:
    """Draw pairs from a gzip of JSON Lines, in the order of the file, none of them with an id in `without`.

    Raises:
        CaseError: there is no such file, or a line of it is wrong; the line is named.
    """
    if not path.exists():
        raise CaseError(f"{path.name} is not in {path.parent.name}/ of the data folder.")
    pairs = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                pairs.append(_pair(json.loads(line)))
            except (KeyError, TypeError, ValueError) as error:
                raise CaseError(f"{path.name}, line {number}: {error}") from error
    pairs = [pair for pair in pairs if pair.id not in without]
    drawn = random.Random(seed).sample(range(len(pairs)), min(limit, len(pairs)))
    return [pairs[number] for number in sorted(drawn)]


def measure_support(pairs: Sequence[LabelledClaim], support: Support) -> Judged:
    """Measure a verifier on pairs; from LIKELIER_THAN_NOT on a claim is supported. An empty class gives no figure.

    Balanced accuracy is the mean of both rates (K. H. Brodersen et al., ICPR 2010), so that a set with few supported
    claims is not won by believing nothing. AUC is the chance that a supported claim gets more support than
    another, ties counting half (J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29-36).
    """
    scores = np.array([support(pair.claim, [pair.evidence]) for pair in pairs], float)
    labels = np.array([pair.label == "supported" for pair in pairs], bool)
    right = (scores >= LIKELIER_THAN_NOT) == labels
    rates = tuple(
        _rate(name, {pair.id: (float(right[n]),) for n, pair in enumerate(pairs) if labels[n] == label})
        for name, label in (("supported claims judged supported", True), ("other claims judged unsupported", False))
    )
    figures = (
        _figure("balanced accuracy", _balanced_accuracy, scores, labels, lower_is_better=False),
        _figure("AUC of the support", area_under_curve, scores, labels, lower_is_better=False),
        _figure("ECE of the support", calibration_error, scores, labels, lower_is_better=True),
    )
    return Judged(rates, figures)


def _balanced_accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    one_class = labels.all() or not labels.any()
    return float("nan") if one_class else balanced_accuracy(labels, scores >= LIKELIER_THAN_NOT)


def _rate(name: str, values: Values) -> Rate:
    return rate(Metric(name, SECTION, lambda _outcomes: values), values)


def _figure(
    name: str,
    measure: Callable[[np.ndarray, np.ndarray], float],
    scores: np.ndarray,
    labels: np.ndarray,
    *,
    lower_is_better: bool,
) -> Figure:
    """Measure all pairs, and pairs drawn with replacement for the interval."""
    value, low, high = measure(scores, labels), 0.0, 1.0
    if not np.isnan(value):
        measured = [measure(scores[drawn], labels[drawn]) for drawn in resampled(len(scores))]
        low, high = (float(bound) for bound in np.nanquantile(measured, [0.025, 0.975]))
    return Figure(name, SECTION, None if np.isnan(value) else value, len(scores), low, high, lower_is_better)


def _pair(fields: Mapping[str, Any]) -> LabelledClaim:
    if fields["label"] not in get_args(ClaimLabel):
        raise ValueError(f"{fields['label']!r} is no label")
    return LabelledClaim(
        id=fields["id"],
        evidence=fields["premise"],
        claim=fields["hypothesis"],
        label=fields["label"],
        evidence_language=fields["lang_premise"],
        claim_language=fields["lang_hypothesis"],
    )
