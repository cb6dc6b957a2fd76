import numpy as np
import pytest

from evals.rates import RESAMPLES, bootstrap_interval, per_case, rate, resampled, wilson_interval
from evals.types import Metric
from tests.evals.outcomes import make_answer, make_case, make_outcome

METRIC = Metric("share", "section", lambda outcomes: {})


def test_the_interval_is_wilsons_for_one_yes_or_no_a_case():
    share = rate(METRIC, {f"c{number}": (float(number > 0),) for number in range(10)})
    assert (share.numerator, share.denominator, share.interval) == (9.0, 10, "Wilson")
    assert (round(share.low, 3), round(share.high, 3)) == (0.596, 0.982)


@pytest.mark.parametrize(
    "values",
    [{"a": (0.5,), "b": (1.0,)}, {"a": (1.0, 0.0), "b": (1.0,)}],
    ids=["a fraction", "several numbers a case"],
)
def test_all_else_is_bootstrapped(values):
    assert rate(METRIC, values).interval == "bootstrap"


def test_a_rate_is_over_all_numbers():
    share = rate(METRIC, {"a": (1.0, 0.0, 0.0), "b": (1.0,), "c": ()})
    assert (share.numerator, share.denominator, share.value) == (2.0, 4, 0.5)


def test_an_empty_denominator_has_no_value_and_says_nothing():
    share = rate(METRIC, {})
    assert share.value is None
    assert (share.denominator, share.low, share.high) == (0, 0.0, 1.0)


def test_wilson_does_not_claim_certainty_for_all_or_none():
    assert wilson_interval(4, 4)[0] == pytest.approx(0.5101, abs=1e-4)
    assert wilson_interval(0, 4)[1] == pytest.approx(0.4899, abs=1e-4)


def test_a_share_of_all_leaves_doubt_about_the_cases_that_were_not_asked():
    share = rate(METRIC, {"a": (1.0, 1.0), "b": (1.0,)})
    assert (share.interval, share.denominator) == ("Wilson", 3)
    assert (share.low, share.high) == (pytest.approx(wilson_interval(2, 2)[0]), 1.0)


def test_groups_are_drawn_whole():
    # Two groups: every resample is all ones, all zeros, or one of each (mean 0.1 for the weights 1 and 9).
    assert bootstrap_interval([[1.0], [0.0] * 9]) == (0.0, 1.0)


def test_equal_groups_leave_no_doubt():
    assert bootstrap_interval([[0.25], [0.25]]) == (0.25, 0.25)


def test_every_draw_is_the_same():
    assert resampled(7).shape == (RESAMPLES, 7)
    assert np.array_equal(resampled(7), resampled(7))
    assert set(np.unique(resampled(7))) == set(range(7))


def test_a_case_that_does_not_count_is_left_out():
    outcomes = [make_outcome(make_case(id), make_answer()) for id in ("a", "b")]
    measure = per_case(lambda outcome: 0.5 if outcome.case.id == "a" else None)
    assert measure(outcomes) == {"a": (0.5,)}
