from dataclasses import replace

import pytest

from evals.report.comparison import compare, flattened, paired_interval, sign_test
from evals.saved import SavedGold, Speed
from evals.types import Figure
from tests.evals.saved_runs import refusal_case, saved_case, saved_run, with_values

HIT = "evidence hit"


def change(before, after, name=HIT):
    return next(one for one in compare(before, after).metrics if one.name == name)


def test_a_metric_is_compared_over_its_pairs():
    changed = change(with_values(HIT, 0, 0, 1, 1, 1), with_values(HIT, 1, 1, 0, 1, 1))
    assert (changed.cases, changed.before, changed.after) == (5, 0.6, 0.8)
    assert changed.difference == pytest.approx(0.2)
    assert (changed.better, changed.worse, changed.p) == (2, 1, 1.0)
    assert changed.low < 0 < changed.difference < changed.high


def test_the_value_of_a_case_is_the_mean_of_its_numbers():
    before = saved_run(saved_case(values={HIT: (0.0, 1.0, 0.0, 1.0)}))
    after = saved_run(saved_case(values={HIT: (1.0,)}))
    changed = change(before, after)
    assert (changed.cases, changed.before, changed.after, changed.difference) == (1, 0.5, 1.0, 0.5)


def test_a_case_without_a_value_in_one_run_is_no_pair_of_that_metric():
    changed = change(with_values(HIT, 0, 1, None, 1), with_values(HIT, 1, None, None, 1))
    assert (changed.cases, changed.unpaired, changed.better, changed.worse) == (2, 1, 1, 0)
    assert (changed.rate_before.denominator, changed.rate_after.denominator) == (3, 2)


def test_a_metric_of_one_run_only_has_no_difference():
    changed = change(with_values("recall@5", 1, 1), with_values(HIT, 1, 1))
    assert (changed.cases, changed.before, changed.after, changed.difference) == (0, None, None, None)
    assert (changed.low, changed.high, changed.rate_before) == (-1.0, 1.0, None)
    assert change(with_values("recall@5", 1, 1), with_values(HIT, 1, 1), "recall@5").rate_after is None


def test_an_empty_tuple_of_numbers_is_no_value():
    before = saved_run(saved_case(values={HIT: ()}))
    assert change(before, with_values(HIT, 1)).cases == 0


@pytest.mark.parametrize(
    ("differences", "interval"),
    [
        ([], (-1, 1)),
        ([0.25, 0.25, 0.25], (0.25, 0.25)),
        ([0, 1], (0, 1)),
        # The mean is k/4 with k binomial (4, 1/4): P(k = 0) = 0.32, P(k <= 2) = 0.95, P(k <= 3) = 0.996.
        ([1, 0, 0, 0], (0, 0.75)),
    ],
)
def test_the_interval_of_a_difference(differences, interval):
    assert paired_interval(differences) == pytest.approx(interval)


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        (0, 0, 1.0),
        (3, 3, 1.0),
        (5, 0, 2 / 32),
        (0, 6, 2 / 64),
        (1, 5, 2 * (1 + 6) / 64),
        (8, 1, 2 * (1 + 9) / 512),
        (2000, 0, 0.0),
    ],
)
def test_the_exact_sign_test(better, worse, p):
    assert sign_test(better, worse) == pytest.approx(p, abs=1e-12)


def test_the_order_of_the_cases_does_not_matter():
    before, after = with_values(HIT, 0, 0, 1, 1, 0.5), with_values(HIT, 1, 0, 0, 1, 1)
    turned = replace(before, cases=before.cases[::-1]), replace(after, cases=after.cases[2:] + after.cases[:2])
    assert compare(before, after).metrics == compare(*turned).metrics


def test_cases_of_one_run_only_are_named_and_in_no_pair():
    compared = compare(
        with_values(HIT, 0, 1, 1), replace(with_values(HIT, 1), cases=(saved_case("c1"), saved_case("d")))
    )
    assert compared.only_before == ("c2", "c3")
    assert compared.only_after == ("d",)
    assert compared.pairs == 1


@pytest.mark.parametrize(
    "other",
    [
        {"question": "Something else?"},
        {"history": ("And before?",)},
        {"answers": ("258",)},
        {"gold": (SavedGold("a.txt", 10, 20, "the words of another text"),)},
        {"refusal": "near-miss"},
    ],
)
def test_a_case_that_asks_something_else_is_in_no_pair_and_warned_of(other):
    values = {HIT: (1.0,)}
    compared = compare(
        saved_run(saved_case(values=values), saved_case("c2", values=values)),
        saved_run(saved_case(values={HIT: (0.0,)}, right=False, **other), saved_case("c2", values=values)),
    )
    assert compared.altered == ("c1",)
    assert (compared.pairs, compared.metrics[0].cases, compared.became_wrong) == (1, 1, ())
    assert "another question, history, right answer or text: 1." in compared.warnings[0]


def test_the_answer_and_its_citations_may_differ():
    compared = compare(saved_run(saved_case(text="One.", citations=())), saved_run(saved_case(text="Two.")))
    assert (compared.altered, compared.warnings, compared.pairs) == ((), (), 1)


def test_cases_that_became_right_or_wrong():
    before = saved_run(saved_case("a"), saved_case("b", right=False), saved_case("c"), refusal_case("d", right=False))
    after = saved_run(saved_case("a", right=False), saved_case("b"), saved_case("c"), refusal_case("d", right=False))
    compared = compare(before, after)
    assert [case.id for case in compared.became_right] == ["b"]
    assert [(case.id, case.right) for case in compared.became_wrong] == [("a", False)]


def test_a_run_compared_with_itself_gives_no_warning_and_no_difference():
    run = with_values(HIT, 0, 1, 1)
    compared = compare(run, run)
    assert compared.warnings == ()
    assert [(one.difference, one.low, one.high, one.p) for one in compared.metrics] == [(0, 0, 0, 1)]


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"set": "other"}, "The question sets differ: tiny before, other after."),
        ({"system": "openai"}, "The systems differ: quoth before, openai after."),
        (
            {"settings": {"reader": "similarity", "search": {"depth": 20}}},
            "Settings differ: search.depth (not set before, 20 after); threshold (0.5 before, not set after).",
        ),
        (
            {"machine": {"platform": "Linux x86_64", "cores": "4"}},
            "Machines differ: cores (2 before, 4 after).",
        ),
        ({"cases": ()}, "The runs have no case in common: nothing can be compared."),
    ],
)
def test_what_makes_runs_hard_to_compare_is_said(fields, warning):
    run = with_values(HIT, 1)
    assert compare(run, replace(run, **fields)).warnings == (warning,)


@pytest.mark.parametrize(
    ("before", "after", "held_out"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_a_comparison_is_held_out_when_either_run_is(before, after, held_out):
    assert compare(saved_run(held_out=before), saved_run(held_out=after)).held_out is held_out


def test_figures_and_speed_stand_side_by_side():
    aurc, ece = Figure("AURC", "refusals", 0.2, 10, 0.1, 0.3), Figure("ECE", "calibration", 0.1, 10, 0.0, 0.2)
    better = replace(aurc, value=0.1)
    compared = compare(saved_run(figures=(aurc, ece)), saved_run(figures=(better,), speed=Speed(1, 9.0, 9.0, 9.0)))
    assert [(one.name, one.before, one.after) for one in compared.figures] == [
        ("AURC", aurc, better),
        ("ECE", ece, None),
    ]
    assert (compared.speed_before.median_seconds, compared.speed_after.median_seconds) == (0.1, 9.0)


def test_settings_within_settings_get_dotted_names():
    settings = {"threshold": 0.5, "search": {"depth": 20, "fused": True, "more": {}}, "reader": "é", "sets": ["a"]}
    assert flattened(settings) == {
        "threshold": "0.5",
        "search.depth": "20",
        "search.fused": "true",
        "search.more": "{}",
        "reader": "é",
        "sets": '["a"]',
    }
