import pytest

from evals.metrics.citations import METRICS, support_precision, support_recall
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

RECALL, PRECISION, WITH_CITATION, GOLD_PRECISION, GOLD_RECALL = (metric.measure for metric in METRICS)


def all_words(text, quotes):
    """Support a claim when every word of it is in some quote."""
    known = {word for quote in quotes for word in quote.split()}
    return float(bool(quotes) and set(text.split()) <= known)


def answered(*claims, **fields):
    return make_outcome(make_case(**fields), make_answer(*claims))


def paraphrase(text, *quotes):
    return make_claim(text, *(cite("a.txt", 0, 5, quote) for quote in quotes), kind="paraphrase")


def precision_of(text, *quotes):
    return support_precision([answered(paraphrase(text, *quotes))], support=all_words)["c1"]


def test_recall_asks_whether_all_citations_together_carry_the_claim():
    outcome = answered(paraphrase("a b", "a", "b"), paraphrase("a c", "a", "b"), paraphrase("a"))
    assert support_recall([outcome], support=all_words) == {"c1": [1.0, 0.0, 0.0]}


def test_two_citations_that_carry_a_claim_only_together_are_both_right():
    assert precision_of("a b", "a", "b") == [1.0, 1.0]


def test_a_citation_that_carries_nothing_is_superfluous():
    assert precision_of("a", "a", "b") == [1.0, 0.0]
    assert precision_of("a b", "c", "a", "b") == [0.0, 1.0, 1.0]


def test_two_citations_that_each_carry_the_claim_are_both_right():
    assert precision_of("a", "a", "a b") == [1.0, 1.0]


def test_no_citation_of_an_unsupported_claim_is_right():
    assert precision_of("a c", "a", "b") == [0.0, 0.0]


def test_a_claim_without_citations_has_none_to_be_right():
    assert precision_of("a") == []


def test_a_paraphrase_is_judged_by_its_numbers_and_a_quotation_by_its_words():
    claims = [
        make_claim("There were 12 of them.", cite("a.txt", 0, 5, "We saw twaalf men."), kind="paraphrase"),
        make_claim("There were 13 of them.", cite("a.txt", 0, 5, "We saw twaalf men."), kind="paraphrase"),
        make_claim("saw twaalf men", cite("a.txt", 0, 5, "We saw twaalf men.")),
        make_claim("saw 12 men", cite("a.txt", 0, 5, "We saw twaalf men.")),
    ]
    assert RECALL([answered(*claims)]) == {"c1": [1.0, 0.0, 1.0, 0.0]}
    assert PRECISION([answered(*claims)]) == {"c1": [1.0, 0.0, 1.0, 0.0]}


def test_what_stands_at_the_place_is_judged():
    claim = make_claim("saw men", cite("a.txt", 0, 5, "We saw men.", standing="Another line."))
    assert RECALL([answered(claim)]) == {"c1": [0.0]}


def test_a_pointer_to_nothing_carries_nothing():
    claim = make_claim("A claim without details.", cite("a.txt", 0, 0, "", standing=""), kind="paraphrase")
    assert RECALL([answered(claim)]) == PRECISION([answered(claim)]) == {"c1": [0.0]}


def test_claims_that_cite_nothing_are_counted():
    assert WITH_CITATION([answered(paraphrase("a", "a", "b"), paraphrase("b"))]) == {"c1": [1.0, 0.0]}


def test_gold_precision_is_by_citation():
    claims = [make_claim("One.", cite("a.txt", 9, 12), cite("a.txt", 10, 12)), make_claim("Two.", cite("b.txt", 0, 5))]
    assert GOLD_PRECISION([answered(*claims)]) == {"c1": [1.0, 0.0, 0.0]}


@pytest.mark.parametrize(("needs_all", "share"), [(False, 1.0), (True, 0.5)], ids=["any", "all"])
def test_gold_recall_is_by_gold_place(needs_all, share):
    gold = [("a.txt", 0, 10), ("b.txt", 0, 10)]
    outcome = answered(make_claim("One.", cite("a.txt", 0, 3)), evidence=gold, needs_all=needs_all)
    assert GOLD_RECALL([outcome]) == {"c1": (share,)}


def test_citations_where_a_refusal_was_due_are_left_to_the_refusals():
    wrong = make_outcome(make_refusal_case(), make_answer(make_claim("One.", cite("a.txt", 0, 3))))
    assert GOLD_PRECISION([wrong]) == GOLD_RECALL([wrong]) == {}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_failed_answer_counts_once_where_an_answer_was_due(metric):
    outcomes = [make_outcome(make_case("a"), make_failure()), make_outcome(make_refusal_case("b"), make_failure())]
    measured = metric.measure(outcomes)
    assert list(measured["a"]) == [0.0]
    assert list(measured.get("b", ())) == []


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}
