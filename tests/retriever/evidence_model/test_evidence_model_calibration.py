import numpy as np
import pytest

from retriever.evidence_model.calibration import Calibration, crossing, logistic, softmax

CALIBRATION = Calibration(
    margin_weight=1.0, relevance_weight=0.5, bias=-1.0, temperature={"within": 1.0, "across": 2.0}, threshold=0.5
)


def test_an_answer_is_as_probable_as_margin_and_relevance_say():
    said = CALIBRATION.answered([0.0, 3.0, 3.0], [2.0, 0.0, 2.0])
    assert said == pytest.approx(logistic(np.array([0.0, 2.0, 3.0])))


def test_no_span_at_all_is_no_answer():
    assert CALIBRATION.answered([float("-inf")], [5.0])[0] < 1e-6


def test_verdicts_sum_to_one_and_are_cooler_across_languages():
    logits = np.array([[2.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    within, across = CALIBRATION.verdicts(logits, ["nl>nl", "nl>en"])
    assert within.sum() == pytest.approx(1) and across.sum() == pytest.approx(1)
    assert within[0] > across[0] > 1 / 3


def test_large_logits_do_not_overflow():
    assert softmax(np.array([[1000.0, 0.0, -1000.0]])).tolist() == [[1.0, 0.0, 0.0]]
    assert logistic(np.array([-1e6, 1e6])) == pytest.approx([0, 1])


@pytest.mark.parametrize(("languages", "kind"), [("nl>nl", "within"), ("nl>en", "across"), ("en>nl", "across")])
def test_a_pair_of_languages_is_within_or_across(languages, kind):
    assert crossing(languages) == kind
