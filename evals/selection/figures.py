"""How good a selector is on the questions of a set: the right sentence first, and answerable or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evals.selection.candidates import Candidates, FoundPassage
from evals.training.metrics import area_under_curve

Scored = Sequence[Sequence[float]]
"""A score for each sentence of each passage of a question."""

Scorer = Callable[[str, Sequence[FoundPassage]], Scored]


@dataclass(frozen=True, slots=True)
class SelectionFigures:
    """Figures on a set: of the `answerable` questions, those whose right sentence is first, or among the first two.

    `found`: those with a right sentence in any passage that was read. `auc`: how often the best sentence of an
    answerable question scores above that of an unanswerable one; NaN where all are answerable.
    """

    questions: int
    answerable: int
    found: int
    first: int
    first_two: int
    auc: float

    def __str__(self) -> str:
        share = 1 / max(self.answerable, 1)
        return (
            f"{self.questions:4d} questions, {self.answerable:4d} answerable, found {self.found * share:.3f}, "
            f"first {self.first * share:.3f}, first two {self.first_two * share:.3f}, AUC {self.auc:.3f}"
        )


def selection_figures(candidates: Sequence[Candidates], scorer: Scorer) -> SelectionFigures:
    """Score the sentences of each question and compare them with what is right."""
    asked = [one for one in candidates if one.answerable]
    best, ranks = [], []
    for one in candidates:
        scores = np.array([score for row in scorer(one.question, one.passages) for score in row])
        right = np.array([flag for passage in one.passages for flag in passage.right], bool)
        best.append(float(scores.max()) if len(scores) else float("-inf"))
        if one.answerable:
            ranks.append(int((scores > scores[right].max()).sum()) if right.any() else None)
    known = [rank for rank in ranks if rank is not None]
    return SelectionFigures(
        questions=len(candidates),
        answerable=len(asked),
        found=len(known),
        first=sum(rank == 0 for rank in known),
        first_two=sum(rank < 2 for rank in known),
        auc=area_under_curve([one.answerable for one in candidates], best),
    )


def untrained(question: str, passages: Sequence[FoundPassage]) -> Scored:
    """Score as the untrained reader did: log-odds."""
    return [[_log_odds(score) for score in passage.untrained] for passage in passages]


def beside_untrained(scorer: Scorer, weight: float) -> Scorer:
    """Add the log-odds of the untrained reader to other scores, as far as `weight` says."""

    def scored(question: str, passages: Sequence[FoundPassage]) -> Scored:
        return [
            [one + weight * other for one, other in zip(row, others, strict=True)]
            for row, others in zip(scorer(question, passages), untrained(question, passages), strict=True)
        ]

    return scored


def remembered(scorer: Scorer) -> Scorer:
    """Score each question once."""
    known: dict[tuple[str, int], Scored] = {}

    def scored(question: str, passages: Sequence[FoundPassage]) -> Scored:
        key = (question, hash(tuple(passage.text for passage in passages)))
        if key not in known:
            known[key] = scorer(question, passages)
        return known[key]

    return scored


def _log_odds(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))
