import pytest

from evals.metrics.follow_ups import METRICS
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

SAME_EVIDENCE, RECALL, RECALL_REWRITTEN = (metric.measure for metric in METRICS)

MISS, HIT = ("a.txt", 50, 60), ("a.txt", 0, 5)


def citing(start, end, passages=()):
    return make_answer(make_claim("Words.", cite("a.txt", start, end)), passages=passages)


def follow_up(answer, rewritten, id="c1"):
    return make_outcome(make_case(id, kind="follow-up", rewritten="In full?"), answer, rewritten=rewritten)


def test_both_forms_should_cite_the_same_characters():
    assert SAME_EVIDENCE([follow_up(citing(0, 10), citing(5, 35))]) == {"c1": (2 * 5 / 40,)}
    assert SAME_EVIDENCE([follow_up(make_answer(), make_answer())]) == {"c1": (1.0,)}
    assert SAME_EVIDENCE([follow_up(make_answer(), citing(0, 10))]) == {"c1": (0.0,)}


def test_recall_is_measured_for_each_form():
    outcome = follow_up(citing(0, 10, [MISS] * 5 + [HIT]), citing(0, 10, [MISS] * 4 + [HIT]))
    assert RECALL([outcome]) == {"c1": (0.0,)}
    assert RECALL_REWRITTEN([outcome]) == {"c1": (1.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_case_that_is_no_follow_up_or_was_not_asked_in_full_does_not_count(metric):
    outcomes = [
        make_outcome(make_case("a"), citing(0, 10, [HIT]), rewritten=citing(0, 10, [HIT])),
        follow_up(citing(0, 10, [HIT]), None, id="b"),
    ]
    assert metric.measure(outcomes) == {}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_failed_answer_counts_as_nothing(metric):
    assert metric.measure([follow_up(make_failure(), None)]) == {"c1": (0.0,)}


def test_a_failed_rewritten_form_counts_against_itself_only():
    outcome = follow_up(citing(0, 10, [HIT]), make_failure())
    assert SAME_EVIDENCE([outcome]) == RECALL_REWRITTEN([outcome]) == {"c1": (0.0,)}
    assert RECALL([outcome]) == {"c1": (1.0,)}


def test_an_unanswerable_follow_up_has_no_recall():
    case = make_refusal_case("c1", rewritten="In full?")
    outcome = make_outcome(case, make_answer(), rewritten=make_answer())
    assert RECALL([outcome]) == RECALL_REWRITTEN([outcome]) == {}
    assert SAME_EVIDENCE([outcome]) == {"c1": (1.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}
