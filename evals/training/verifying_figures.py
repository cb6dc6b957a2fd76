"""How well the verifier judges: per set, per kind of minimal pair, within a language and across two."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures import area_under_curve, balanced_accuracy, calibration_error
from evals.training.calibration import CROSSINGS, file_weights
from evals.training.examples import ClaimExample
from evals.training.metrics import (
    Figure,
    Measured,
    draws,
    measure,
    with_interval,
)
from evals.training.minimal_pairs import MINIMAL_PAIRS
from evals.training.reliability import Reliability, reliability_of
from retriever.evidence_model.calibration import crossing
from retriever.evidence_model.types import LABELS

EVIDENCE_SETS = ("fever_dev", "fever_symmetric", "climate_fever", "wice", "begin", "begin_topicalchat", "q2")
"""Sets whose evidence was written to inform, rather than for the task."""

_SUPPORTED = LABELS.index("supported")


@dataclass(frozen=True, slots=True)
class VerifyingFigures:
    """Figures of one group of claims; `balanced_accuracy` over the labels that occur, `supported` against the rest."""

    claims: int
    balanced_accuracy: Measured
    supported_balanced_accuracy: Measured
    supported_auc: Measured
    calibration_error: float


@dataclass(frozen=True, slots=True)
class EvidenceSetFigures:
    """The mean over the evidence sets, each alike."""

    sets: int
    claims: int
    balanced_accuracy: Measured
    supported_balanced_accuracy: Measured


def claim_group(example: ClaimExample) -> str:
    """Name the group that a claim is counted in."""
    if example.source == MINIMAL_PAIRS:
        return pair_group(example.kind, crossing(example.languages))
    return example.source


def pair_group(kind: str, where: str) -> str:
    """Name the group of minimal pairs of a kind, within a language or across two."""
    return f"pairs {kind} {where}"


class JudgedClaims:
    """Claims with the probabilities of their three verdicts."""

    def __init__(self, examples: Sequence[ClaimExample], probabilities: np.ndarray) -> None:
        self.examples = examples
        self.wanted = np.array([LABELS.index(example.label) for example in examples], int)
        self.given = probabilities.argmax(axis=1)
        self.said = probabilities[:, _SUPPORTED]
        self.supported = self.wanted == _SUPPORTED

    def rows_of_groups(self) -> dict[str, np.ndarray]:
        """Return the rows of each group, by name in order."""
        groups: dict[str, list[int]] = defaultdict(list)
        for row, example in enumerate(self.examples):
            groups[claim_group(example)].append(row)
        return {name: np.array(rows) for name, rows in sorted(groups.items())}

    def balanced_accuracy(self, rows: np.ndarray) -> float:
        """Return that of the three verdicts, over the labels that occur."""
        return balanced_accuracy(self.wanted[rows], self.given[rows])

    def supported_balanced_accuracy(self, rows: np.ndarray) -> float:
        """Return that of "supported" against the two others."""
        return balanced_accuracy(self.supported[rows], self.given[rows] == _SUPPORTED)


def verifying_figures(judged: JudgedClaims) -> dict[str, VerifyingFigures]:
    """Return the figures of each group by name."""
    return {name: _figures(judged, rows) for name, rows in judged.rows_of_groups().items()}


def evidence_set_figures(judged: JudgedClaims) -> EvidenceSetFigures:
    """Return the mean over the evidence sets."""
    groups = judged.rows_of_groups()
    sets = [groups[name] for name in EVIDENCE_SETS if name in groups]
    return EvidenceSetFigures(
        sets=len(sets),
        claims=sum(map(len, sets)),
        balanced_accuracy=_mean_over(sets, judged.balanced_accuracy),
        supported_balanced_accuracy=_mean_over(sets, judged.supported_balanced_accuracy),
    )


def verdict_reliability(judged: JudgedClaims) -> Mapping[str, Reliability]:
    """Return how far the probability of "supported" is right: of all claims, within a language, across two."""
    kinds = np.array([crossing(example.languages) for example in judged.examples])
    rows_of = {"all": np.arange(len(kinds)), **{kind: np.flatnonzero(kinds == kind) for kind in CROSSINGS}}
    return {
        kind: reliability_of(
            judged.said[rows],
            judged.supported[rows],
            weights=file_weights([claim_group(judged.examples[row]) for row in rows]),
        )
        for kind, rows in rows_of.items()
        if len(rows)
    }


def _figures(judged: JudgedClaims, rows: np.ndarray) -> VerifyingFigures:
    def supported_auc(drawn: np.ndarray) -> float:
        return area_under_curve(judged.said[rows[drawn]], judged.supported[rows[drawn]])

    return VerifyingFigures(
        claims=len(rows),
        balanced_accuracy=measure(lambda drawn: judged.balanced_accuracy(rows[drawn]), len(rows)),
        supported_balanced_accuracy=measure(lambda drawn: judged.supported_balanced_accuracy(rows[drawn]), len(rows)),
        supported_auc=measure(supported_auc, len(rows)),
        calibration_error=calibration_error(judged.said[rows], judged.supported[rows]),
    )


def _mean_over(sets: Sequence[np.ndarray], figure: Figure) -> Measured:
    """Return the mean of a figure over sets, each drawn for itself."""
    if not sets:
        return with_interval(np.nan, ())
    drawn = [draws(lambda chosen, rows=rows: figure(rows[chosen]), len(rows)) for rows in sets]
    return with_interval(np.mean([figure(rows) for rows in sets]), np.mean(drawn, axis=0))
