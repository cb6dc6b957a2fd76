import pytest

from evals.metrics.evidence import (
    METRICS,
    all_evidence_cited,
    character_f1,
    character_precision,
    character_recall,
    evidence_hit,
)
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

TWO = [("a.txt", 0, 10), ("b.txt", 0, 30)]


def cited(*places, evidence=TWO, needs_all=False):
    claims = [make_claim("Words.", cite(*one)) for one in places]
    return make_outcome(make_case(evidence=evidence, needs_all=needs_all), make_answer(*claims))


def test_a_hit_is_one_shared_character():
    assert evidence_hit(cited(("a.txt", 9, 30))) == 1.0
    assert evidence_hit(cited(("a.txt", 10, 30))) == 0.0
    assert evidence_hit(cited(("c.txt", 0, 10))) == 0.0


def test_all_evidence_is_asked_for_only_where_all_is_needed():
    assert all_evidence_cited(cited(("a.txt", 0, 1), needs_all=True)) == 0.5
    assert all_evidence_cited(cited(("a.txt", 0, 1))) is None


def test_precision_is_over_cited_characters_counted_once():
    assert character_precision(cited(("a.txt", 5, 15), ("a.txt", 5, 25))) == 5 / 20


def test_precision_knows_no_answer_without_citations():
    assert character_precision(cited()) is None
    assert character_precision(make_outcome(make_case(), make_failure())) == 0.0


def test_recall_is_of_the_best_place_where_any_is_enough():
    assert character_recall(cited(("a.txt", 2, 10), ("b.txt", 0, 3))) == 0.8


def test_recall_is_of_all_places_where_all_are_needed():
    assert character_recall(cited(("a.txt", 2, 10), ("b.txt", 0, 3), needs_all=True)) == 11 / 40


def test_f1_weighs_both():
    # precision 8 / 16, recall 8 / 10
    assert character_f1(cited(("a.txt", 2, 18))) == pytest.approx(2 * 0.5 * 0.8 / 1.3)
    assert character_f1(cited()) == 0.0


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_failed_answer_counts_as_nothing_and_an_unanswerable_case_not_at_all(metric):
    outcomes = [
        make_outcome(make_case("a", needs_all=True), make_failure()),
        make_outcome(make_refusal_case("b", needs_all=True), make_answer(make_claim("W.", cite("a.txt", 0, 5)))),
    ]
    assert metric.measure(outcomes) == {"a": (0.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}
