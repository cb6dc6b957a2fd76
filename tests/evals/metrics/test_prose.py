from dataclasses import replace

import pytest

from evals.metrics.prose import METRICS
from evals.types import GivenProse
from tests.evals.outcomes import cite, make_answer, make_case, make_claim, make_failure, make_outcome, make_refusal_case

BY_NAME = {metric.name: metric for metric in METRICS}
BREAD = "In June 1956 bread cost 3 zloty."


def sentence(text, *citations, kind="paraphrase"):
    return make_claim(text, *citations, kind=kind)


def outcome(prose, case=None, *, answer=None):
    given = answer or make_answer(*(prose.claims if prose else ()), status="answered")
    return make_outcome(case or make_case("c1"), replace(given, prose=prose))


def values(name, one):
    return list(BY_NAME[name].measure([one]).get(one.case.id, ()))


def prose(*claims, **fields):
    return GivenProse(**{"written": len(claims), "claims": claims} | fields)


def test_every_measure_of_an_answer_that_no_model_was_asked_for_is_over_nothing():
    assert all(values(name, outcome(None)) == [] for name in BY_NAME)


def test_a_failed_case_is_wrong_in_every_measure_and_one_without_an_answer_in_none():
    failed = make_outcome(make_case("c1"), make_failure())
    assert all(values(name, failed) == [0.0] for name in BY_NAME)
    refusal = make_outcome(make_refusal_case("c1"), make_failure())
    assert all(values(name, refusal) == [] for name in BY_NAME)


def test_the_sentences_shown_are_over_those_written():
    shown = sentence("Brood kostte 3 zloty.", cite("a.txt", 0, 10))
    assert values("sentences shown", outcome(prose(shown, written=3))) == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "kind", "carried"),
    [
        ("Brood kostte in juni 1956 drie zloty.", "paraphrase", 1.0),
        ("Brood kostte in juni 1956 vier zloty.", "paraphrase", 0.0),
        ("Brood kostte in juni 1957 3 zloty.", "inference", 0.0),
        (BREAD, "quotation", 1.0),
        ("In June 1956 bread cost 4 zloty.", "quotation", 0.0),
    ],
)
def test_a_sentence_is_carried_when_its_details_stand_where_it_cites(text, kind, carried):
    claim = sentence(text, cite("a.txt", 0, 10, BREAD), kind=kind)
    name = "numbers, dates and names in the evidence"
    assert values(name, outcome(prose(claim))) == [carried]
    assert values(f"{name} before the gate", outcome(prose(drafted=(claim,)))) == [carried]


def test_a_sentence_without_a_citation_is_not_carried():
    bare = sentence("Brood was duur.")
    assert values("numbers, dates and names in the evidence before the gate", outcome(prose(drafted=(bare,)))) == [0.0]


def test_sentences_and_citations_on_gold_are_counted_apart():
    both = sentence("Brood was duur.", cite("a.txt", 5, 15), cite("b.txt", 0, 10))
    neither = sentence("Brood was op.", cite("b.txt", 0, 10))
    one = outcome(prose(both, neither))
    assert values("sentences that cite gold", one) == [1.0, 0.0]
    assert values("citations of prose on gold", one) == [1.0, 0.0, 0.0]


def test_gold_is_no_measure_where_the_texts_have_no_answer():
    one = outcome(prose(sentence("Brood was duur.", cite("a.txt", 0, 10))), make_refusal_case("c1"))
    assert values("sentences that cite gold", one) == values("citations of prose on gold", one) == []


def test_words_in_quotation_marks_are_held_against_what_stands_there():
    right = sentence("Zij schreven: “bread cost 3 zloty”.", cite("a.txt", 0, 10, BREAD))
    wrong = sentence("Zij schreven: “bread cost 9 zloty”.", cite("a.txt", 0, 10, BREAD))
    assert values("quotations in prose verbatim", outcome(prose(right, wrong))) == [1.0, 0.0]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Het brood kostte in de zomer van dat jaar drie zloty, en dat was voor velen te veel.", "paraphrase", [1.0]),
        ("Bread cost three zloty in the summer of that year, which was too much for many.", "paraphrase", [0.0]),
        (
            "Toen schreef men: “Bread cost three zloty in the summer of that year”, en dat was veel.",
            "paraphrase",
            [1.0],
        ),
        ("“Bread cost three zloty in the summer of that year.”", "paraphrase", []),
        (BREAD, "quotation", []),
    ],
    ids=["Dutch", "English", "a quotation within", "a quotation alone", "kind quotation"],
)
def test_the_language_is_that_of_the_models_own_words(text, kind, expected):
    one = outcome(prose(sentence(text, cite("a.txt", 0, 10), kind=kind)), make_case("c1", language="nl"))
    assert values("answered in the language asked", one) == expected


def test_an_answer_that_fell_back_is_not_in_prose():
    assert values("answered in prose", outcome(prose(written=2, fallback="nothing_stood"))) == [0.0]
    assert values("answered in prose", outcome(prose(sentence("Brood was duur.")))) == [1.0]
