"""How good a selector is on the questions of a set: the right sentence first, its words, and answerable or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from evals.measures import area_under_curve
from evals.selection.candidates import Candidates, FoundPassage
from evals.training.metrics import token_f1
from ingest.types import Span
from retriever.evidence_model.types import PassageSelection, SelectedSentence

Scorer = Callable[[str, Sequence[FoundPassage]], Sequence[PassageSelection]]


@dataclass(frozen=True, slots=True)
class SelectionFigures:
    """Figures on a set: of the `answerable` questions, those whose right sentence is first, or among the first two.

    `found`: those with a right sentence in any passage that was read. `auc`: how often the best sentence of an
    answerable question scores above that of an unanswerable one. `words`: the F1 of the words that are said to answer
    in the best of the right sentences. NaN where there is nothing to measure.
    """

    questions: int
    answerable: int
    found: int
    first: int
    first_two: int
    auc: float
    words: float

    def row(self) -> list[int | float]:
        """Return the figures as a table has them, shares of the answerable questions."""
        share = 1 / max(self.answerable, 1)
        shares = [count * share for count in (self.found, self.first, self.first_two)]
        return [self.questions, self.answerable, *shares, self.auc, self.words]


HEAD = ("questions", "answerable", "found", "first", "first two", "answerable or not, AUC", "words, F1")


def selection_figures(candidates: Sequence[Candidates], scorer: Scorer) -> SelectionFigures:
    """Score the sentences of each question and compare them with what is right."""
    best, ranks, words = [], [], []
    for one in candidates:
        read = scorer(one.question, one.passages)
        scores = np.array([sentence.score for passage in read for sentence in passage.sentences])
        right = np.array([flag for passage in one.passages for flag in passage.right], bool)
        best.append(float(scores.max()) if len(scores) else float("-inf"))
        if one.answerable and right.any():
            ranks.append(int((scores > scores[right].max()).sum()))
            words.append(token_f1(_words(one, read), one.answers))
    return SelectionFigures(
        questions=len(candidates),
        answerable=sum(one.answerable for one in candidates),
        found=len(ranks),
        first=sum(rank == 0 for rank in ranks),
        first_two=sum(rank < 2 for rank in ranks),
        auc=area_under_curve(best, [one.answerable for one in candidates]),
        words=fmean(words) if words else float("nan"),
    )


def untrained(question: str, passages: Sequence[FoundPassage]) -> list[PassageSelection]:
    """Score as the untrained reader did, by log-odds; the words are the whole sentence."""
    return [
        PassageSelection(
            tuple(
                SelectedSentence(_log_odds(score), Span(*sentence), 0.0)
                for score, sentence in zip(passage.untrained, passage.sentences, strict=True)
            )
        )
        for passage in passages
    ]


def beside_untrained(scorer: Scorer, weight: float) -> Scorer:
    """Add the log-odds of the untrained reader to other scores, as far as `weight` says."""

    def scored(question: str, passages: Sequence[FoundPassage]) -> list[PassageSelection]:
        return [
            PassageSelection(
                tuple(
                    replace(one, score=one.score + weight * other.score)
                    for one, other in zip(ours.sentences, theirs.sentences, strict=True)
                )
            )
            for ours, theirs in zip(scorer(question, passages), untrained(question, passages), strict=True)
        ]

    return scored


def remembered(scorer: Scorer) -> Scorer:
    """Score each question once."""
    known: dict[tuple[str, tuple[str, ...]], Sequence[PassageSelection]] = {}

    def scored(question: str, passages: Sequence[FoundPassage]) -> Sequence[PassageSelection]:
        key = (question, tuple(passage.text for passage in passages))
        if key not in known:
            known[key] = scorer(question, passages)
        return known[key]

    return scored


def _words(one: Candidates, read: Sequence[PassageSelection]) -> str:
    """Return the words that answer in the best of the right sentences."""
    right = [
        (sentence.score, passage.text[sentence.span.start : sentence.span.end])
        for passage, selection in zip(one.passages, read, strict=True)
        for flag, sentence in zip(passage.right, selection.sentences, strict=True)
        if flag
    ]
    return max(right)[1]


def _log_odds(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))
