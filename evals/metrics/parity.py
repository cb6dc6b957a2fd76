"""Does the same question in two languages get the same answer?"""

from collections.abc import Callable, Sequence

from evals.metrics.spans import character_f1, cited_places
from evals.types import GivenAnswer, Metric, Outcome, Values


def evidence_agreement(one: GivenAnswer, other: GivenAnswer) -> float:
    """Return the F1 of the cited characters; 1 for two refusals, 0 where one refuses or fails, or nothing is cited."""
    if "failed" in (one.status, other.status):
        return 0.0
    refused = [answer.status == "refused" for answer in (one, other)]
    if any(refused):
        return float(all(refused))
    return character_f1(cited_places(one), cited_places(other))


def same_status(one: GivenAnswer, other: GivenAnswer) -> float:
    """Return 1 when both answer, both answer in part or both refuse; a failure agrees with nothing."""
    return float(one.status == other.status != "failed")


def twins(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Outcome]]:
    """Return the pairs of outcomes whose cases are each other's twin, or one the other's, once and by id."""
    by_id = {outcome.case.id: outcome for outcome in outcomes}
    pairs = {
        (min(case_id, twin), max(case_id, twin))
        for case_id, outcome in by_id.items()
        if (twin := outcome.case.twin) in by_id and twin != case_id
    }
    return [(by_id[first], by_id[second]) for first, second in sorted(pairs)]


def per_pair(value: Callable[[GivenAnswer, GivenAnswer], float]) -> Callable[[Sequence[Outcome]], Values]:
    """Turn a function of two answers into a measure of a run, under the id that sorts first."""
    return lambda outcomes: {one.case.id: (value(one.answer, other.answer),) for one, other in twins(outcomes)}


METRICS = (
    Metric("same evidence in both languages", "parity", per_pair(evidence_agreement)),
    Metric("same status in both languages", "parity", per_pair(same_status)),
)
