"""Three answers instead of two: of what is called answered, unsure or refused, how much is so?"""

from collections.abc import Callable

from evals.metrics.spans import cited_places, overlaps_any
from evals.rates import per_case
from evals.types import GivenAnswer, Metric, Outcome

SECTION = "bands"
ANSWERED = ("answered", "partly")


def cites_gold(answer: GivenAnswer, outcome: Outcome) -> bool:
    """Tell whether an answer cites a right place."""
    return any(overlaps_any(place, outcome.case.evidence) for place in cited_places(answer))


def right_first(outcome: Outcome) -> float | None:
    """Return 1 when the sentence that is quoted first is a right one, asked without leave to refuse."""
    if not outcome.case.answerable or (outcome.forced is None and not outcome.error):
        return None
    if outcome.forced is None:
        return 0.0
    first = [citation.place for citation in outcome.forced.citations[:1]]
    return float(any(overlaps_any(place, outcome.case.evidence) for place in first))


def answered_is_right(outcome: Outcome) -> float | None:
    """Return 1 for an answer that cites a right place; None unless the question was answered."""
    return float(cites_gold(outcome.answer, outcome)) if outcome.answer.status in ANSWERED else None


def unsure_is_right(outcome: Outcome) -> float | None:
    """Return 1 when one of the places offered is a right one; None unless the answer was unsure."""
    return float(cites_gold(outcome.answer, outcome)) if outcome.answer.status == "unsure" else None


def share_of(*statuses: str, answerable: bool) -> Callable[[Outcome], float | None]:
    """Return a measure: of the questions with an answer in the texts, or of those without, how many end so."""

    def value(outcome: Outcome) -> float | None:
        return float(outcome.answer.status in statuses) if outcome.case.answerable == answerable else None

    return value


METRICS = (
    Metric("right sentence first", SECTION, per_case(right_first)),
    Metric("of answered, right", SECTION, per_case(answered_is_right)),
    Metric("of unsure, right place offered", SECTION, per_case(unsure_is_right)),
    Metric("of answerable, answered", SECTION, per_case(share_of(*ANSWERED, answerable=True))),
    Metric("of answerable, not refused", SECTION, per_case(share_of(*ANSWERED, "unsure", answerable=True))),
    Metric("of unanswerable, not answered", SECTION, per_case(share_of("unsure", "refused", answerable=False))),
    Metric("of unanswerable, refused", SECTION, per_case(share_of("refused", answerable=False))),
)
