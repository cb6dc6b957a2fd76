import math

import ir_measures
import pytest
from ir_measures import R

from evals.metrics.retrieval import (
    METRICS,
    ndcg,
    ranked_items,
    recall_at,
    reciprocal_rank,
    relevant_items,
    scored_items,
)
from tests.evals.outcomes import make_answer, make_case, make_failure, make_outcome, make_refusal_case, place

GOLD = [("a.txt", 0, 10), ("b.txt", 0, 10), ("c.txt", 0, 10)]
A, B, C = (place(file, 5, 20) for file in ("a.txt", "b.txt", "c.txt"))
MISS = place("a.txt", 10, 50)


def found(*passages, needs_all=True, gold=GOLD, id="c1"):
    return make_outcome(make_case(id, evidence=gold, needs_all=needs_all), make_answer(passages=passages))


@pytest.mark.parametrize(("k", "share"), [(1, 0.0), (2, 1 / 3), (3, 1 / 3), (5, 2 / 3)])
def test_recall_is_the_share_of_gold_places_in_the_first_k(k, share):
    assert recall_at(found(MISS, A, A, B), k) == pytest.approx(share)


@pytest.mark.parametrize(("k", "share"), [(1, 0.0), (2, 1.0)])
def test_one_place_is_enough_where_any_is(k, share):
    assert recall_at(found(MISS, B, needs_all=False), k) == share


def test_each_recall_has_the_k_of_its_name():
    found_at = {rank: found(*[MISS] * (rank - 1), A, needs_all=False) for rank in (1, 2, 5, 6, 10, 11)}
    for metric in METRICS[:3]:
        k = int(metric.name.removeprefix("recall@"))
        assert {rank: metric.measure([one])["c1"] for rank, one in found_at.items()} == {
            rank: (float(rank <= k),) for rank in found_at
        }


def test_the_first_find_decides_the_reciprocal_rank():
    assert reciprocal_rank([found(MISS, MISS, B, A)]) == {"c1": (pytest.approx(1 / 3),)}


def test_a_find_below_ten_passages_is_none():
    assert reciprocal_rank([found(*[MISS] * 10, A)]) == {"c1": (0.0,)}
    assert reciprocal_rank([found(*[MISS] * 9, A)]) == {"c1": (pytest.approx(0.1),)}


def test_ndcg_discounts_by_rank_and_counts_a_place_once():
    # A at rank 1, again at 2, B at 3; C is never found.
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg([found(A, A, B)]) == {"c1": (pytest.approx((1 + 1 / math.log2(4)) / ideal),)}


def test_alternatives_are_one_thing_to_find():
    assert relevant_items(found(needs_all=False).case) == ["gold"]
    assert ndcg([found(A, needs_all=False)]) == {"c1": (1.0,)}
    assert ndcg([found(MISS, A, B, needs_all=False)]) == {"c1": (pytest.approx(1 / math.log2(3)),)}


def test_one_passage_that_holds_all_places_is_a_perfect_ranking():
    gold = [("a.txt", 0, 10), ("a.txt", 30, 40)]
    assert ndcg([found(place("a.txt", 0, 50), MISS, gold=gold)]) == {"c1": (1.0,)}


def test_a_passage_with_several_places_does_not_move_those_far_below_it():
    gold = [("a.txt", 0, 10), ("a.txt", 30, 40), ("b.txt", 0, 10)]
    case = make_case(evidence=gold, needs_all=True)
    both = place("a.txt", 0, 50)
    assert ranked_items(case, [both, MISS, MISS, B]) == ["gold 0000", "gold 0001", "none 2", "gold 0002"]
    assert ranked_items(case, [both, B]) == ["gold 0000", "gold 0001", "gold 0002"]


def test_scores_fall_with_every_rank():
    scores = [scored.score for scored in scored_items(found(MISS, A, B))]
    assert scores == sorted(set(scores), reverse=True)
    assert len(scores) == 3


@pytest.mark.parametrize("k", [1, 5, 10])
def test_recall_agrees_with_ir_measures_where_a_passage_holds_one_place(k):
    outcomes = [
        found(MISS, C, MISS, A, MISS, B, id="c1"),
        found(*[MISS] * 7, A, MISS, B, C, id="c2"),
        found(B, id="c3", needs_all=False),
        found(id="c4"),
    ]
    judged = [ir_measures.Qrel(one.case.id, item, 1) for one in outcomes for item in relevant_items(one.case)]
    scored = [item for one in outcomes for item in scored_items(one)]
    theirs = {one.query_id: one.value for one in ir_measures.iter_calc([R @ k], judged, scored)}
    assert theirs == {one.case.id: pytest.approx(recall_at(one, k)) for one in outcomes}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_only_answerable_cases_count_and_a_failed_one_counts_as_nothing(metric):
    outcomes = [
        make_outcome(make_case("a"), make_answer(passages=[("a.txt", 0, 5)])),
        make_outcome(make_case("b"), make_failure()),
        make_outcome(make_refusal_case("c"), make_answer(passages=[("a.txt", 0, 5)])),
    ]
    assert {id: tuple(numbers) for id, numbers in metric.measure(outcomes).items()} == {"a": (1.0,), "b": (0.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_the_passages_of_a_failed_answer_do_not_count(metric):
    failed = make_outcome(make_case(), make_answer(status="failed", passages=[("a.txt", 0, 5)]))
    assert metric.measure([failed]) == {"c1": (0.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}
