"""Does the search find the passages that hold the answer?"""

from collections.abc import Sequence
from typing import Any

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, nDCG

from evals.metrics.spans import gold_share, overlaps
from evals.rates import per_case
from evals.types import Case, Metric, Outcome, Place, Values

DEPTH = 10
_FILLER = "none"


def recall_at(outcome: Outcome, k: int) -> float | None:
    """Return the share of the gold places that the first k passages overlap; 1 for any where any is enough.

    C. D. Manning, P. Raghavan and H. Schütze, Introduction to Information Retrieval (2008), section 8.4.
    """
    if not outcome.case.answerable:
        return None
    return gold_share(outcome.case, passages_of(outcome)[:k])


def passages_of(outcome: Outcome) -> tuple[Place, ...]:
    """Return what the search found; nothing for a failed answer."""
    return () if outcome.answer.status == "failed" else outcome.answer.passages


def reciprocal_rank(outcomes: Sequence[Outcome]) -> Values:
    """Measure 1 / rank of the first passage of ten that overlaps gold: E. M. Voorhees, TREC-8 (1999), 77-82."""
    return _by_ir_measures(outcomes, RR @ DEPTH)


def ndcg(outcomes: Sequence[Outcome]) -> Values:
    """Measure nDCG over ten passages: K. Järvelin and J. Kekäläinen, ACM TOIS 20 (2002) 422-446."""
    return _by_ir_measures(outcomes, nDCG @ DEPTH)


def _by_ir_measures(outcomes: Sequence[Outcome], measure: Any) -> Values:
    """Let `ir_measures` score the run: S. MacAvaney, C. Macdonald and I. Ounis, ECIR 2022."""
    answerable = [outcome for outcome in outcomes if outcome.case.answerable]
    judged = [Qrel(outcome.case.id, item, 1) for outcome in answerable for item in relevant_items(outcome.case)]
    found = [scored for outcome in answerable for scored in scored_items(outcome)]
    if not judged:
        return {}
    by_id = {one.query_id: (float(one.value),) for one in ir_measures.iter_calc([measure], judged, found)}
    return {outcome.case.id: by_id[outcome.case.id] for outcome in answerable}


def relevant_items(case: Case) -> list[str]:
    """Return what there is to find: each gold place, or one item where any of the places is enough."""
    return sorted({_item(case, number) for number in range(len(case.evidence))})


def ranked_items(case: Case, passages: Sequence[Place]) -> list[str]:
    """Turn passages into a ranking of relevant items and fillers.

    A passage stands, at its own rank, for the items that it is the first to overlap; a passage with nothing new fills
    its rank. Where one passage holds several items they take the next ranks too, and passages after it move down only
    when their own rank is taken. So the rank of the first find is exact, an item counts once, a perfect ranking scores
    1, and what has to be found does not depend on how the texts were cut into passages.
    """
    ranking: list[str] = []
    for rank, passage in enumerate(passages):
        held = (_item(case, number) for number, gold in enumerate(case.evidence) if overlaps(gold, passage))
        new = [item for item in dict.fromkeys(held) if item not in ranking]
        if new:
            ranking += [f"{_FILLER} {filled}" for filled in range(len(ranking), rank)]
            ranking += new
    return ranking


def scored_items(outcome: Outcome) -> list[ScoredDoc]:
    """Return the ranking with scores that fall with every rank, since equal ones would be sorted by name."""
    ranking = ranked_items(outcome.case, passages_of(outcome))
    return [ScoredDoc(outcome.case.id, item, float(-rank)) for rank, item in enumerate(ranking)]


def _item(case: Case, number: int) -> str:
    return f"gold {number:04}" if case.needs_all_evidence else "gold"


METRICS = (
    *(Metric(f"recall@{k}", "retrieval", per_case(lambda outcome, k=k: recall_at(outcome, k))) for k in (1, 5, DEPTH)),
    Metric(f"MRR@{DEPTH}", "retrieval", reciprocal_rank),
    Metric(f"nDCG@{DEPTH}", "retrieval", ndcg),
)
