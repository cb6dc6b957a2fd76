"""Is a follow-up answered as the same question asked in full is?"""

from dataclasses import replace

from evals.metrics.parity import evidence_agreement
from evals.metrics.retrieval import recall_at
from evals.rates import per_case
from evals.types import Metric, Outcome

K = 5


def agreement_with_rewritten(outcome: Outcome) -> float | None:
    """Return how far the answer and that to the rewritten form cite the same characters; 1 when both refuse.

    A rewrite by hand as the mark to reach: A. Elgohary, D. Peskov and J. Boyd-Graber, CANARD, EMNLP 2019.
    """
    if not _is_measured(outcome):
        return None
    return evidence_agreement(outcome.answer, outcome.rewritten) if outcome.rewritten else 0.0


def recall_in_conversation(outcome: Outcome) -> float | None:
    """Return recall@5 of the follow-up, as asked in its conversation."""
    return recall_at(outcome, K) if _is_measured(outcome) else None


def recall_rewritten(outcome: Outcome) -> float | None:
    """Return recall@5 of the rewritten form, asked alone."""
    if not _is_measured(outcome):
        return None
    return recall_at(replace(outcome, answer=outcome.rewritten or outcome.answer), K)


def _is_measured(outcome: Outcome) -> bool:
    """Tell whether both forms were asked; a failed answer counts although nothing more was asked after it."""
    asked = outcome.rewritten is not None or outcome.answer.status == "failed"
    return outcome.case.rewritten is not None and asked


METRICS = (
    Metric("same evidence as rewritten", "follow-ups", per_case(agreement_with_rewritten)),
    Metric("follow-up recall@5", "follow-ups", per_case(recall_in_conversation)),
    Metric("rewritten recall@5", "follow-ups", per_case(recall_rewritten)),
)
