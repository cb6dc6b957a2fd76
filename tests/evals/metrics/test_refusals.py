from itertools import pairwise

import numpy as np
import pytest

from evals.metrics.refusals import (
    FIGURES,
    METRICS,
    area_under_risk_coverage,
    confidence_auc,
    risk_coverage,
    times_drawn,
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

PRECISION, RECALL, TOPIC_ABSENT, NEAR_MISS, FALSE_PREMISE = (metric.measure for metric in METRICS)

RIGHT = make_answer(make_claim("Words.", cite("a.txt", 0, 5)))
WRONG = make_answer(make_claim("Words.", cite("a.txt", 20, 25)))
REFUSED = make_answer()


def outcomes():
    return [
        make_outcome(make_case("a"), REFUSED),
        make_outcome(make_case("b"), make_answer(make_claim("Words."), status="partly")),
        make_outcome(make_case("c"), WRONG),
        make_outcome(make_refusal_case("d", refusal="topic-absent"), REFUSED),
        make_outcome(make_refusal_case("e", refusal="near-miss"), WRONG),
        make_outcome(make_refusal_case("f", refusal="near-miss"), REFUSED),
        make_outcome(make_refusal_case("g", refusal="false-premise"), make_failure()),
        make_outcome(make_case("h", refusal="false-premise"), make_failure()),
    ]


def test_precision_is_over_refusals():
    assert PRECISION(outcomes()) == {"a": (0.0,), "d": (1.0,), "f": (1.0,)}


def test_recall_is_over_unanswerable_cases_and_a_failure_is_no_refusal():
    assert RECALL(outcomes()) == {"d": (1.0,), "e": (0.0,), "f": (1.0,), "g": (0.0,)}


def test_recall_is_told_apart_by_sort():
    assert TOPIC_ABSENT(outcomes()) == {"d": (1.0,)}
    assert NEAR_MISS(outcomes()) == {"e": (0.0,), "f": (1.0,)}
    assert FALSE_PREMISE(outcomes()) == {"g": (0.0,)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_outcomes_are_nothing_to_measure(metric):
    assert metric.measure([]) == {}


def bet(id, confidence, forced, case=None):
    return make_outcome(case or make_case(id), make_answer(confidence=confidence), forced=forced)


def bets():
    return [
        bet("a", 0.1, WRONG, make_refusal_case("a")),
        bet("b", 0.8, WRONG),
        bet("c", 0.9, RIGHT),
        bet("d", 0.8, RIGHT),
    ]


def test_risk_is_the_share_wrong_of_those_accepted_and_ties_enter_together():
    assert risk_coverage(bets()).points == (
        CurvePoint(1 / 4, 0.0, 1),
        CurvePoint(3 / 4, 1 / 3, 3),
        CurvePoint(1.0, 1 / 2, 4),
    )


def test_the_area_is_risk_by_coverage_gained():
    figure = area_under_risk_coverage(bets())
    assert figure.value == pytest.approx(1 / 2 * 1 / 3 + 1 / 4 * 1 / 2)
    assert (figure.count, figure.lower_is_better) == (4, True)


def test_any_answer_to_an_unanswerable_question_is_wrong():
    assert area_under_risk_coverage([bet("a", 0.5, RIGHT, make_refusal_case("a"))]).value == 1.0


def test_a_forced_refusal_is_wrong():
    assert area_under_risk_coverage([bet("a", 0.5, REFUSED)]).value == 1.0


def test_cases_without_confidence_or_forced_answer_are_left_out_and_not_counted():
    left_out = [bet("x", None, RIGHT), bet("y", 0.5, None)]
    assert area_under_risk_coverage([*bets(), *left_out]) == area_under_risk_coverage(bets())
    assert risk_coverage([*bets(), *left_out]) == risk_coverage(bets())


def area_by_hand(outcomes):
    points = [CurvePoint(0.0, 0.0, 0), *risk_coverage(outcomes).points]
    return sum((after.x - before.x) * after.y for before, after in pairwise(points))


def auc_by_hand(outcomes):
    yes = [one.answer.confidence for one in outcomes if one.case.answerable]
    no = [one.answer.confidence for one in outcomes if not one.case.answerable]
    wins = [1.0 if up > down else 0.5 if up == down else 0.0 for up in yes for down in no]
    return sum(wins) / len(wins) if wins else None


def test_the_interval_of_the_area_is_that_of_drawing_cases_again():
    cases = sorted(bets(), key=lambda outcome: -outcome.answer.confidence)
    drawn = [area_by_hand([cases[position] for position in row]) for row in resampled(4)]
    figure = area_under_risk_coverage(bets())
    assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def told_apart():
    return [
        bet("a", 0.9, None),
        bet("b", 0.5, None),
        bet("c", 0.5, None, make_refusal_case("c")),
        bet("d", 0.7, None, make_refusal_case("d")),
        bet("e", 0.6, None),
        bet("f", None, None),
    ]


def test_auc_is_the_share_of_pairs_in_the_right_order_with_ties_half():
    # 0.9 beats both; 0.5 ties with one and loses to the other; 0.6 beats one.
    figure = confidence_auc(told_apart())
    assert figure.value == pytest.approx((1 + 1 + 0.5 + 0 + 1 + 0) / 6)
    assert (figure.count, figure.lower_is_better) == (5, False)


def test_the_interval_of_auc_leaves_out_draws_of_one_sort_of_case():
    cases = [bet("a", 0.9, None), bet("b", 0.5, None, make_refusal_case("b")), bet("c", 0.3, None)]
    drawn = [auc_by_hand([cases[position] for position in row]) for row in resampled(3)]
    figure = confidence_auc(cases)
    known = [one for one in drawn if one is not None]
    assert len(known) < len(drawn)
    assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(known, [0.025, 0.975])))


def test_one_pair_is_enough_for_auc():
    figure = confidence_auc([bet("a", 0.9, None), bet("b", 0.5, None, make_refusal_case("b"))])
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)


def test_auc_wants_both_sorts_of_case():
    assert confidence_auc([bet("a", 0.9, None)]).value is None
    assert confidence_auc([bet("a", 0.9, None, make_refusal_case())]).value is None


def test_positions_drawn_are_counted():
    times = times_drawn(5)
    assert times[0].tolist() == np.bincount(resampled(5)[0], minlength=5).tolist()
    assert (times.sum(axis=1) == 5).all()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_a_figure_of_no_outcomes_has_no_value(figure):
    assert (figure([]).value, figure([]).count, figure([]).low, figure([]).high) == (None, 0, 0.0, 1.0)


def test_a_curve_of_no_outcomes_has_no_points():
    assert risk_coverage([]).points == ()
