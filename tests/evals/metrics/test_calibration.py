import numpy as np
import pytest

from evals.metrics.calibration import (
    CURVES,
    FIGURES,
    confidence_error,
    confidence_reliability,
    expected_error,
    reliability,
    support_error,
    support_forecasts,
    support_reliability,
)
from evals.rates import resampled
from evals.types import CurvePoint
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

GROUPS = [[(0.25, True)], [(0.21, False), (0.95, True)], [(1.0, True)]]


def test_the_error_is_the_distance_in_each_bin_by_its_count():
    # bin 0.2-0.3: said 0.46, came true 1 of 2; bin 0.9-1: said 1.95, came true 2
    assert expected_error(GROUPS) == pytest.approx((abs(0.46 - 1) + abs(1.95 - 2)) / 4)


def test_over_and_under_statement_in_one_bin_cancel_out_and_in_two_do_not():
    assert expected_error([[(0.45, False), (0.55, True)]]) == pytest.approx((0.45 + 0.45) / 2)
    assert expected_error([[(0.44, False), (0.46, True)]]) == pytest.approx(0.05)


@pytest.mark.parametrize(("chance", "together"), [(0.7, 0.61), (0.3, 0.21), (0.0, 0.1), (1.0, 0.91)])
def test_a_bin_holds_its_upper_edge(chance, together):
    assert len(reliability([[(chance, True), (together, False)]])) == 1


@pytest.mark.parametrize(("chance", "apart"), [(0.7, 0.71), (0.3, 0.31), (0.1, 0.11), (0.9, 0.91)])
def test_the_next_bin_begins_above_the_edge(chance, apart):
    assert len(reliability([[(chance, True), (apart, False)]])) == 2


def test_reliability_sets_what_came_true_against_what_was_said():
    low, high = reliability(GROUPS)
    assert low == CurvePoint(pytest.approx(0.23), 0.5, 2)
    assert high == CurvePoint(pytest.approx(0.975), 1.0, 2)


def confident(id, confidence, *, answerable):
    case = make_case(id) if answerable else make_refusal_case(id)
    return make_outcome(case, make_answer(confidence=confidence))


def test_confidence_is_held_against_whether_the_texts_answer():
    outcomes = [confident("a", 0.8, answerable=True), confident("b", 0.3, answerable=False)]
    outcomes.append(confident("c", None, answerable=True))
    figure = confidence_error(outcomes)
    assert figure.value == pytest.approx((0.2 + 0.3) / 2)
    assert (figure.count, figure.lower_is_better) == (2, True)
    assert confidence_reliability(outcomes).points == (CurvePoint(0.3, 0.0, 1), CurvePoint(0.8, 1.0, 1))


def claims():
    on, off = cite("a.txt", 0, 5), cite("a.txt", 50, 55)
    return [
        make_outcome(
            make_case("a"),
            make_answer(
                make_claim("On.", off, on, support=0.9),
                make_claim("Off.", off, support=0.9),
                make_claim("Unsaid.", on, support=None),
            ),
        ),
        make_outcome(make_case("b"), make_answer(make_claim("Unsaid.", on, support=None))),
        make_outcome(make_case("c"), make_failure()),
        make_outcome(make_refusal_case("d"), make_answer(make_claim("On.", on, support=0.4), status="partly")),
        make_outcome(make_case("e"), make_answer(make_claim("Kept back.", on, support=0.4), status="refused")),
    ]


def test_support_is_held_against_whether_the_claim_cites_gold():
    assert support_forecasts(claims()) == [[(0.9, True), (0.9, False)], [(0.4, False)]]
    figure = support_error(claims())
    assert figure.value == pytest.approx((0.8 + 0.4) / 3)
    assert figure.count == 3
    assert [point.count for point in support_reliability(claims()).points] == [1, 2]


def test_forecasts_of_several_cases_meet_in_their_bin_in_every_draw():
    outcomes = [confident(f"c{number}", 0.85, answerable=number % 3 > 0) for number in range(12)]
    groups = [[(0.85, number % 3 > 0)] for number in range(12)]
    drawn = [expected_error([groups[position] for position in row]) for row in resampled(12)]
    figure = confidence_error(outcomes)
    assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_the_interval_draws_whole_cases():
    groups = support_forecasts(claims())
    drawn = [expected_error([groups[position] for position in row]) for row in resampled(2)]
    figure = support_error(claims())
    assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_a_figure_of_no_outcomes_has_no_value(figure):
    assert (figure([]).value, figure([]).count, figure([]).low, figure([]).high) == (None, 0, 0.0, 1.0)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.__name__)
def test_a_curve_of_no_outcomes_has_no_points(curve):
    assert curve([]).points == ()


def test_no_forecasts_have_no_error():
    assert expected_error([]) is None
