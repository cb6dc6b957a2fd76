"""How good is what a language model wrote, before the gate and after it?"""

from collections.abc import Callable, Sequence

from evals.metrics.quotes import verbatim_shares
from evals.metrics.spans import overlaps_any
from evals.metrics.support import is_supported
from evals.rates import per_case
from evals.types import Case, GivenClaim, GivenProse, Metric, Outcome, Values
from retriever.claim_check import language_of
from retriever.words.patterns import QUOTED


def details_carried(claim: GivenClaim, _case: Case) -> list[float]:
    """Return 1 for a sentence whose numbers, dates and names stand where it cites, and for a quotation that does."""
    return [float(is_supported(claim, [citation.standing for citation in claim.citations]))]


def cites_gold(claim: GivenClaim, case: Case) -> list[float]:
    """Return 1 for a sentence that cites gold evidence; nothing for a question without an answer."""
    return [float(any(citations_on_gold(claim, case)))] if case.answerable else []


def citations_on_gold(claim: GivenClaim, case: Case) -> list[float]:
    """Return 1 for each citation that overlaps gold evidence; nothing for a question without an answer."""
    if not case.answerable:
        return []
    return [float(overlaps_any(citation.place, case.evidence)) for citation in claim.citations]


def quotations_verbatim(claim: GivenClaim, _case: Case) -> list[float]:
    """Return 1 for each quotation in a sentence that stands where it cites."""
    return verbatim_shares([claim])


def answered_in_prose(outcome: Outcome) -> float | None:
    """Return 1 where prose is shown, and 0 where a model was asked and quotations had to do."""
    if outcome.answer.status == "failed":
        return 0.0 if outcome.case.answerable else None
    return float(bool(outcome.answer.prose.claims)) if outcome.answer.prose else None


def in_the_language_asked(outcome: Outcome) -> float | None:
    """Return 1 where the model's own words, quotations left out, are in the language of the question."""
    if outcome.answer.status == "failed":
        return 0.0 if outcome.case.answerable else None
    claims = outcome.answer.prose.claims if outcome.answer.prose else ()
    words = " ".join(QUOTED.sub(" ", claim.text) for claim in claims if claim.kind != "quotation")
    return float(language_of(words) == outcome.case.language) if any(map(str.isalpha, words)) else None


def sentences_shown(prose: GivenProse, _case: Case) -> list[float]:
    """Return 1 for each sentence written that is shown, and 0 for each other."""
    return [float(place < len(prose.claims)) for place in range(prose.written)]


def _each(measure: Callable[[GivenProse, Case], list[float]]) -> Callable[[Sequence[Outcome]], Values]:
    def of_one(outcome: Outcome) -> list[float]:
        if outcome.answer.status == "failed":
            return [0.0] if outcome.case.answerable else []
        return measure(outcome.answer.prose, outcome.case) if outcome.answer.prose else []

    return lambda outcomes: {outcome.case.id: of_one(outcome) for outcome in outcomes}


def _both(name: str, measure: Callable[[GivenClaim, Case], list[float]]) -> tuple[Metric, Metric]:
    def of(sentences: Callable[[GivenProse], Sequence[GivenClaim]]) -> Callable[[Sequence[Outcome]], Values]:
        return _each(lambda prose, case: [number for claim in sentences(prose) for number in measure(claim, case)])

    return (
        Metric(f"{name} before the gate", "prose", of(lambda prose: prose.drafted)),
        Metric(name, "prose", of(lambda prose: prose.claims)),
    )


METRICS = (
    Metric("answered in prose", "prose", per_case(answered_in_prose)),
    Metric("sentences shown", "prose", _each(sentences_shown)),
    *_both("numbers, dates and names in the evidence", details_carried),
    *_both("sentences that cite gold", cites_gold),
    *_both("citations of prose on gold", citations_on_gold),
    *_both("quotations in prose verbatim", quotations_verbatim),
    Metric("answered in the language asked", "prose", per_case(in_the_language_asked)),
)
