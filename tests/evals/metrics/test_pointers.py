import pytest

from evals.metrics.pointers import METRICS
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

IN_FILE, BY_API = (metric.measure for metric in METRICS)


def cited(*citations, id="c1"):
    return make_outcome(make_case(id), make_answer(make_claim("Words.", *citations)))


def test_the_words_must_stand_in_the_file():
    outcome = cited(cite("a.txt", 0, 5), cite("a.txt", 1, 6, "words", standing="ords "))
    assert IN_FILE([outcome]) == {"c1": [1.0, 0.0]}


def test_an_empty_pointer_is_wrong():
    outcome = cited(cite("a.txt", 5, 5, "", standing=""))
    assert IN_FILE([outcome]) == BY_API([outcome]) == {"c1": [0.0]}


def test_the_api_must_give_the_words():
    outcome = cited(cite("a.txt", 0, 5), cite("a.txt", 0, 5, resolved="ords "), cite("a.txt", 0, 5, resolved=None))
    assert BY_API([outcome]) == {"c1": [1.0, 0.0, 0.0]}


def test_file_and_api_are_measured_apart():
    outcome = cited(cite("a.txt", 0, 5, standing="ords "))
    assert IN_FILE([outcome]) == {"c1": [0.0]}
    assert BY_API([outcome]) == {"c1": [1.0]}


def test_a_system_without_an_api_is_not_measured_by_one():
    outcomes = [cited(cite("a.txt", 0, 5, resolved=None)), make_outcome(make_case("c2"), make_failure())]
    assert BY_API(outcomes) == {}
    assert IN_FILE(outcomes) == {"c1": [1.0], "c2": [0.0]}


def test_one_pointer_that_resolves_shows_that_there_is_an_api():
    outcomes = [cited(cite("a.txt", 0, 5, resolved=None)), cited(cite("a.txt", 0, 5), id="c2")]
    assert BY_API(outcomes) == {"c1": [0.0], "c2": [1.0]}


def test_a_failed_answer_counts_once_where_an_answer_was_due():
    outcomes = [cited(cite("a.txt", 0, 5)), make_outcome(make_case("c2"), make_failure())]
    outcomes.append(make_outcome(make_refusal_case("c3"), make_failure()))
    assert IN_FILE(outcomes) == BY_API(outcomes) == {"c1": [1.0], "c2": [0.0], "c3": []}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}
