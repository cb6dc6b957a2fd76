"""Do the citations carry the claims, and do they point at the gold evidence?"""

from collections.abc import Callable, Sequence

from evals.metrics.spans import cited_places, gold_share, overlaps_any
from evals.metrics.support import Support, is_supported, quoth_support
from evals.rates import per_case
from evals.types import GivenClaim, Metric, Outcome, Values


def support_recall(outcomes: Sequence[Outcome], *, support: Support = quoth_support) -> Values:
    """Measure each claim: do all its citations together carry it? Citation recall of ALCE.

    T. Gao, H. Yen, J. Yu and D. Chen, EMNLP 2023, with `support` for their entailment model. What is judged
    is what stands at the cited places, whatever words the system under test gives for it.
    """
    return _of_claims(outcomes, lambda claim: [float(is_supported(claim, _cited_words(claim), support=support))])


def support_precision(outcomes: Sequence[Outcome], *, support: Support = quoth_support) -> Values:
    """Measure each citation: does its claim hold, and is the citation not superfluous? Citation precision of ALCE.

    T. Gao, H. Yen, J. Yu and D. Chen, EMNLP 2023. A citation is superfluous when it does not carry the
    claim alone and the others carry it without this one.
    """
    return _of_claims(outcomes, lambda claim: _needed(claim, support))


def _needed(claim: GivenClaim, support: Support) -> list[float]:
    words = _cited_words(claim)
    if not is_supported(claim, words, support=support):
        return [0.0] * len(words)
    alone = [is_supported(claim, [one], support=support) for one in words]
    without = [is_supported(claim, words[:place] + words[place + 1 :], support=support) for place in range(len(words))]
    return [float(carries or not others) for carries, others in zip(alone, without, strict=True)]


def claims_with_a_citation(outcomes: Sequence[Outcome]) -> Values:
    """Measure each claim: does it cite anything?"""
    return _of_claims(outcomes, lambda claim: [float(bool(claim.citations))])


def gold_precision(outcomes: Sequence[Outcome]) -> Values:
    """Measure each citation of a question that has an answer: does its place overlap gold evidence?"""
    answerable = [outcome for outcome in outcomes if outcome.case.answerable]
    return {
        outcome.case.id: [0.0]
        if outcome.answer.status == "failed"
        else [float(overlaps_any(place, outcome.case.evidence)) for place in cited_places(outcome.answer)]
        for outcome in answerable
    }


def gold_recall(outcome: Outcome) -> float | None:
    """Return the share of the gold places that are cited; 1 for any where any is enough."""
    return gold_share(outcome.case, cited_places(outcome.answer)) if outcome.case.answerable else None


def _of_claims(outcomes: Sequence[Outcome], measure: Callable[[GivenClaim], list[float]]) -> Values:
    return {outcome.case.id: _of_one(outcome, measure) for outcome in outcomes}


def _of_one(outcome: Outcome, measure: Callable[[GivenClaim], list[float]]) -> list[float]:
    if outcome.answer.status == "failed":
        return [0.0] if outcome.case.answerable else []
    return [number for claim in outcome.answer.claims for number in measure(claim)]


def _cited_words(claim: GivenClaim) -> list[str]:
    return [citation.standing for citation in claim.citations]


METRICS = (
    Metric("citation recall (ALCE)", "citations", support_recall),
    Metric("citation precision (ALCE)", "citations", support_precision),
    Metric("claims with a citation", "citations", claims_with_a_citation),
    Metric("citation precision (gold)", "citations", gold_precision),
    Metric("citation recall (gold)", "citations", per_case(gold_recall)),
)
