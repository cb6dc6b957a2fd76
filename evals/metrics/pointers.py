"""Does every pointer lead to exactly the words that are given for it?"""

from collections.abc import Callable, Sequence

from evals.types import GivenCitation, Metric, Outcome, Values


def stands_in_file(citation: GivenCitation) -> bool:
    """Tell whether the words stand at the place, in the file as read without the system under test."""
    return citation.quote == citation.standing != ""


def resolves(citation: GivenCitation) -> bool:
    """Tell whether the system's API gives the words for the pointer, byte for byte."""
    return citation.quote == citation.resolved != ""


def validity_in_file(outcomes: Sequence[Outcome]) -> Values:
    """Measure each citation against the file: `text[start:end] == quote`."""
    return _each(outcomes, stands_in_file)


def validity_by_api(outcomes: Sequence[Outcome]) -> Values:
    """Measure each citation against the API; empty for a system that has none, so that no pointer resolves."""
    citations = (citation for outcome in outcomes for citation in outcome.answer.citations)
    if all(citation.resolved is None for citation in citations):
        return {}
    return _each(outcomes, resolves)


def _each(outcomes: Sequence[Outcome], holds: Callable[[GivenCitation], bool]) -> Values:
    return {outcome.case.id: _of_one(outcome, holds) for outcome in outcomes}


def _of_one(outcome: Outcome, holds: Callable[[GivenCitation], bool]) -> list[float]:
    if outcome.answer.status == "failed":
        return [0.0] if outcome.case.answerable else []
    return [float(holds(citation)) for citation in outcome.answer.citations]


METRICS = (
    Metric("pointer validity (file)", "pointers", validity_in_file),
    Metric("pointer validity (API)", "pointers", validity_by_api),
)
