import pytest

from evals.metrics import all_rates, contains_gold, evidence_hit, normalised, rate, recall_at
from evals.types import Case, Cited, GoldEvidence, Outcome
from ingest.types import Span


def case(*, kind="fact", evidence=(("a.txt", 10, 20),), answers=("twaalf",), needs_all=False):
    gold = tuple(GoldEvidence(file, Span(start, end)) for file, start, end in evidence)
    return Case("c-1", kind, "nl", "Hoeveel?", (), tuple(answers), gold, needs_all)


def outcome(of, *, status="answered", passages=(), cited=(), text=""):
    return Outcome(
        case=of,
        status=status,
        reason=None,
        confidence=0.9,
        text=text,
        claims_text=text,
        passages=tuple(GoldEvidence(file, Span(start, end)) for file, start, end in passages),
        cited=tuple(Cited(file, Span(start, end), valid) for file, start, end, valid in cited),
        seconds=0.1,
    )


def value(name, outcomes):
    return next(item for item in all_rates(outcomes) if item.name == name)


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 1.0)])
def test_recall_counts_the_first_k_passages(k, expected):
    assert recall_at(outcome(case(), passages=[("a.txt", 20, 40), ("a.txt", 0, 11)]), k) == expected


def test_recall_of_a_question_about_two_texts_wants_both():
    both = case(kind="both", evidence=(("a.txt", 0, 5), ("b.txt", 0, 5)), needs_all=True)
    assert recall_at(outcome(both, passages=[("a.txt", 0, 9)]), 5) == 0.5


def test_a_citation_of_another_file_is_no_hit():
    assert evidence_hit(outcome(case(), cited=[("b.txt", 10, 20, True)])) == 0.0
    assert evidence_hit(outcome(case(), cited=[("a.txt", 19, 30, True)])) == 1.0


def test_gold_is_found_in_spite_of_case_points_and_diacritics():
    assert contains_gold(outcome(case(answers=["30.000"]), text="Er waren 30,000 mensen.")) == 1.0
    assert normalised("Plzeň, 1.108!") == "plzen 1108"


def test_a_list_wants_all_its_answers():
    of = case(kind="list", answers=["brood", "vrede"])
    assert contains_gold(outcome(of, text="Zij vroegen brood.")) == 0.0


def test_refusals_are_counted_on_both_sides():
    unanswerable = case(kind="unanswerable", evidence=(), answers=())
    outcomes = [
        outcome(case(), status="refused"),
        outcome(unanswerable, status="refused"),
        outcome(unanswerable, status="answered", cited=[("a.txt", 0, 3, True)]),
    ]
    precision, recall = value("refusal precision", outcomes), value("refusal recall", outcomes)
    assert (precision.numerator, precision.denominator) == (1, 2)
    assert (recall.numerator, recall.denominator) == (1, 2)


def test_a_wrong_pointer_is_counted():
    pointers = value("pointer validity", [outcome(case(), cited=[("a.txt", 0, 3, True), ("a.txt", 4, 6, False)])])
    assert (pointers.numerator, pointers.denominator) == (1, 2)


def test_the_interval_is_wilsons():
    share = rate("share", [1.0] * 9 + [0.0])
    assert (round(share.low, 3), round(share.high, 3)) == (0.596, 0.982)


def test_an_empty_denominator_has_no_value():
    assert rate("share", []).value is None
