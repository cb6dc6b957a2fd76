"""Do the cited spans lie on the gold evidence?"""

from evals.metrics.spans import characters, cited_places, covered, gold_share, harmonic_mean, overlaps_any
from evals.rates import per_case
from evals.types import Metric, Outcome


def evidence_hit(outcome: Outcome) -> float | None:
    """Return 1 when a cited span shares a character with a gold place, for a question that has an answer."""
    if not outcome.case.answerable:
        return None
    return float(any(overlaps_any(cited, outcome.case.evidence) for cited in cited_places(outcome.answer)))


def all_evidence_cited(outcome: Outcome) -> float | None:
    """Return the share of the gold places that are cited, where a full answer cites each."""
    if not (outcome.case.answerable and outcome.case.needs_all_evidence):
        return None
    return gold_share(outcome.case, cited_places(outcome.answer))


def character_precision(outcome: Outcome) -> float | None:
    """Return the share of the cited characters that are gold, of the answers that cite; a failed answer has none right.

    As in the span measures of SQuAD (P. Rajpurkar et al., EMNLP 2016), with characters for words.
    """
    if not outcome.case.answerable:
        return None
    if outcome.answer.status == "failed":
        return 0.0
    cited = cited_places(outcome.answer)
    total = characters(cited)
    return covered(cited, outcome.case.evidence) / total if total else None


def character_recall(outcome: Outcome) -> float | None:
    """Return the share of the gold characters that are cited; of the best place where any is enough."""
    case = outcome.case
    if not case.answerable:
        return None
    cited = cited_places(outcome.answer)
    wanted = [case.evidence] if case.needs_all_evidence else [(place,) for place in case.evidence]
    return max(covered(places, cited) / characters(places) for places in wanted)


def character_f1(outcome: Outcome) -> float | None:
    """Return the harmonic mean of precision over all gold and recall; 0 for an answer that cites nothing."""
    recall = character_recall(outcome)
    return None if recall is None else harmonic_mean(character_precision(outcome) or 0.0, recall)


METRICS = (
    Metric("evidence hit", "evidence", per_case(evidence_hit)),
    Metric("all evidence cited", "evidence", per_case(all_evidence_cited)),
    Metric("character precision", "evidence", per_case(character_precision)),
    Metric("character recall", "evidence", per_case(character_recall)),
    Metric("character F1", "evidence", per_case(character_f1)),
)
