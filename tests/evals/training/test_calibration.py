import numpy as np
import pytest

from evals.measures import calibration_error
from evals.training.calibration import (
    choose_point,
    file_weights,
    fit_answered,
    fit_temperature,
    risk_coverage,
)
from evals.training.predicting import SpanReading, answered
from retriever.evidence_model.calibration import Calibration


def reading(margin, relevance=0.0):
    return SpanReading(0, 1, "x", margin, relevance)


def test_probabilities_follow_the_margin():
    random = np.random.default_rng(1)
    margins = random.normal(0, 4, 800)
    answerable = random.random(800) < 1 / (1 + np.exp(-margins))
    readings = [reading(margin) for margin in margins]
    margin, relevance, bias = fit_answered(readings, answerable, [1.0] * 800)
    said = answered(Calibration(margin, relevance, bias, {}, 0.5), readings)
    assert calibration_error(said, answerable) < 0.05
    assert margin == pytest.approx(1, abs=0.25)


def test_a_temperature_cools_what_is_too_sure():
    random = np.random.default_rng(1)
    labels = random.integers(0, 3, 600)
    logits = random.normal(0, 1, (600, 3))
    logits[np.arange(600), labels] += 1.5
    found = fit_temperature(logits * 5, labels, ["nl>en"] * 300 + ["nl>nl"] * 300, [1.0] * 600)
    assert 3 < found["within"] < 7 and 3 < found["across"] < 7


def test_few_claims_across_languages_take_the_temperature_of_all():
    logits = np.random.default_rng(1).normal(0, 1, (300, 3))
    found = fit_temperature(logits, [0, 1, 2] * 100, ["nl>en"] * 3 + ["nl>nl"] * 297, [1.0] * 300)
    assert found["across"] == pytest.approx(found["within"], rel=0.2)


def test_the_threshold_refuses_what_is_wrong():
    confidences, scores, answerable = [0.9, 0.8, 0.4, 0.2], [1, 1, 0, 0], [True, True, False, False]
    curve = risk_coverage(confidences, scores, answerable)
    chosen = choose_point(curve)
    assert 0.4 < chosen.threshold <= 0.8
    assert (chosen.coverage, chosen.risk, chosen.score, chosen.balanced_accuracy) == (0.5, 0, 1, 1)
    assert (curve[0].coverage, curve[0].risk, curve[0].balanced_accuracy) == (1, 0.5, 0.5)


def test_of_two_thresholds_as_good_the_one_with_less_risk_is_chosen():
    curve = risk_coverage([0.9, 0.6, 0.3], [1, 0, 0], [True, False, True])
    best = max(point.score for point in curve)
    assert choose_point(curve).risk == min(point.risk for point in curve if point.score == best)


def test_without_claims_nothing_is_cooled():
    assert fit_temperature(np.zeros((0, 3)), [], [], []) == {"within": 1.0, "across": 1.0}


def test_files_weigh_alike():
    assert file_weights(["a", "a", "b"]) == [0.5, 0.5, 1]
