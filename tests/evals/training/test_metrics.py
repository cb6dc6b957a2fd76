import numpy as np
import pytest

from evals.measures import area_under_curve, balanced_accuracy, calibration_error
from evals.training.metrics import (
    exact_match,
    gain_at_ten,
    measure,
    measure_mean,
    reliability,
    token_f1,
)


@pytest.mark.parametrize(
    ("said", "answers", "f1", "exact"),
    [
        ("the Red Army", ["Red Army"], 1, 1),
        ("Red Army of Poland", ["Red Army"], 2 / 3, 0),
        ("Poland", ["Red Army", "poland."], 1, 1),
        ("Poland", ["Red Army"], 0, 0),
        ("", [], 1, 1),
        ("Poland", [], 0, 0),
        ("", ["Poland"], 0, 0),
        ("北京市", ["北京"], 0.8, 0),
    ],
)
def test_answers_are_compared_by_words(said, answers, f1, exact):
    assert token_f1(said, answers) == pytest.approx(f1)
    assert exact_match(said, answers) == exact


def test_balanced_accuracy_weighs_classes_alike():
    assert balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0]) == 0.5


def test_area_under_curve_counts_ties_half():
    assert area_under_curve([0.4, 0.4], [True, False]) == 0.5
    assert area_under_curve([0.9, 0.2, 0.3], [True, True, False]) == 0.5
    assert np.isnan(area_under_curve([0.4], [True]))


def test_calibration_error_is_the_distance_to_what_was_true():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([0.95] * 4, [True, True, False, False]) == pytest.approx(0.45)


def test_gain_falls_with_the_place():
    assert gain_at_ten([3, 1, 2], 3) == 1
    assert gain_at_ten([1, 3, 2], 3) == pytest.approx(0.6309, abs=1e-4)
    assert gain_at_ten(range(20), 15) == 0


def test_the_interval_holds_the_mean_and_narrows_with_more():
    few, many = measure_mean([0, 1] * 20), measure_mean([0, 1] * 500)
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high


def test_a_figure_is_drawn_over_whole_examples():
    wanted, given = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    found = measure(lambda rows: balanced_accuracy(wanted[rows], given[rows]), 4)
    assert found.value == pytest.approx(5 / 6) and found.low <= found.value <= found.high


def test_nothing_measured_is_no_number():
    found = measure_mean([])
    assert np.isnan([found.value, found.low, found.high]).all()


def test_reliability_tells_what_was_said_and_what_was_true():
    low, high = reliability([0.12, 0.18, 0.91], [False, True, True], weights=[1, 1, 2])
    assert (low.count, low.share, low.said, low.true) == (2, 0.5, pytest.approx(0.15), 0.5)
    assert (high.count, high.share, high.true) == (1, 0.5, 1)
