import gzip
import json

import numpy as np
import pytest

from evals.cases import CaseError
from evals.measures import area_under_curve, calibration_error
from evals.metrics.calibration import expected_error
from evals.metrics.support import quoth_support
from evals.public.claims import (
    LabelledClaim,
    load_pairs,
    measure_support,
)

LABELS = ("supported", "refuted", "not_enough")


def line(number, label="supported", **fields):
    given = {"id": f"p-{number}", "premise": f"Evidence {number}.", "hypothesis": f"Claim {number}.", "label": label}
    return given | {"lang_premise": "nl", "lang_hypothesis": "en", "source": "s", "licence": "CC0"} | fields


def write(folder, lines):
    path = folder / "pairs.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(fields, ensure_ascii=False) + "\n" for fields in lines)
    return path


def pairs_with(*labels):
    return [LabelledClaim(f"p-{n}", f"evidence {n}", f"{n}", label, "en", "en") for n, label in enumerate(labels)]


def by_number(*supports):
    return lambda claim, quotes: supports[int(claim)]


def test_a_pair_is_read(tmp_path):
    path = write(tmp_path, [line(1, premise="Brood kostte drie złoty.", label="refuted")])
    assert load_pairs(path) == [LabelledClaim("p-1", "Brood kostte drie złoty.", "Claim 1.", "refuted", "nl", "en")]


def test_pairs_are_drawn_by_the_seed_in_the_order_of_the_file(tmp_path):
    path = write(tmp_path, [line(number) for number in range(50)])
    drawn = [int(pair.id[2:]) for pair in load_pairs(path, limit=10, seed=1)]
    assert len(set(drawn)) == 10
    assert drawn == sorted(drawn)
    assert drawn == [int(pair.id[2:]) for pair in load_pairs(path, limit=10, seed=1)]
    assert drawn != [int(pair.id[2:]) for pair in load_pairs(path, limit=10, seed=2)]


def test_a_limit_beyond_the_file_takes_all(tmp_path):
    assert len(load_pairs(write(tmp_path, [line(number) for number in range(3)]), limit=10)) == 3


@pytest.mark.parametrize("wrong", [{"label": "true"}, {"premise": None}], ids=["another label", "no premise"])
def test_a_line_that_is_wrong_is_named(tmp_path, wrong):
    broken = {key: value for key, value in (line(2) | wrong).items() if value is not None}
    with pytest.raises(CaseError, match="line 2"):
        load_pairs(write(tmp_path, [line(1), broken]))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CaseError, match=r"none\.jsonl\.gz is not in"):
        load_pairs(tmp_path / "none.jsonl.gz")


def test_the_judge_gets_the_claim_and_the_evidence():
    heard = []
    measure_support(pairs_with("supported"), lambda claim, quotes: heard.append((claim, quotes)) or 1.0)
    assert heard == [("0", ["evidence 0"])]


def test_both_classes_have_a_rate_with_its_interval():
    pairs = pairs_with("supported", "supported", "supported", "refuted", "not_enough")
    supported, others = measure_support(pairs, by_number(0.5, 0.9, 0.4, 0.5, 0.1)).rates
    assert (supported.numerator, supported.denominator, supported.interval) == (2, 3, "Wilson")
    assert (others.numerator, others.denominator) == (1, 2)
    assert supported.low == pytest.approx(0.2077, abs=1e-4)
    assert supported.high == pytest.approx(0.9385, abs=1e-4)


def test_the_figures_are_over_all_pairs():
    pairs = pairs_with("supported", "supported", "supported", "refuted", "not_enough")
    accuracy, area, error = measure_support(pairs, by_number(0.5, 0.9, 0.4, 0.5, 0.1)).figures
    assert accuracy.value == pytest.approx((2 / 3 + 1 / 2) / 2)
    # 0.9 is above both others, 0.5 above one and level with one, 0.4 above one
    assert area.value == pytest.approx((2 + 1.5 + 1) / 6)
    # the bin of 0.5 holds one right and one wrong; 0.9 is right, 0.4 is right, 0.1 is wrong
    assert error.value == pytest.approx((0.0 + 0.1 + 0.6 + 0.1) / 5)
    assert [figure.count for figure in (accuracy, area, error)] == [5, 5, 5]
    assert [figure.lower_is_better for figure in (accuracy, area, error)] == [False, False, True]
    assert all(figure.low <= figure.value <= figure.high for figure in (accuracy, area, error))


def test_the_numbers_are_the_same_in_every_run():
    pairs = pairs_with(*LABELS * 10)
    supports = [number % 7 / 7 for number in range(30)]
    assert measure_support(pairs, by_number(*supports)) == measure_support(pairs, by_number(*supports))


def test_a_judge_that_believes_everything_has_half_the_balanced_accuracy():
    accuracy, area, _ = measure_support(pairs_with(*LABELS), lambda claim, quotes: 1.0).figures
    assert (accuracy.value, area.value) == (0.5, 0.5)


@pytest.mark.parametrize("labels", [(), ("supported", "supported"), ("refuted",)], ids=["none", "one class", "other"])
def test_an_empty_class_gives_no_figure(labels):
    accuracy, area, error = measure_support(pairs_with(*labels), lambda claim, quotes: 1.0).figures
    assert (accuracy.value, area.value) == (None, None)
    assert (error.value is None) == (not labels)


def test_the_verifier_of_quoth_can_be_judged():
    pairs = [
        LabelledClaim("a", "In 1956 bread cost 3 zloty.", "Bread cost 3 zloty in 1956.", "supported", "en", "en"),
        LabelledClaim("b", "In 1956 bread cost 3 zloty.", "Bread cost 4 zloty in 1956.", "refuted", "en", "en"),
    ]
    assert [rate.value for rate in measure_support(pairs, quoth_support).rates] == [1.0, 1.0]


def test_measures_of_one_class_are_not_numbers():
    scores, labels = np.array([0.2, 0.8]), np.array([True, True])
    assert np.isnan(area_under_curve(scores, labels))
    assert calibration_error(scores, labels) == pytest.approx((0.8 + 0.2) / 2)


def test_the_calibration_error_is_that_of_the_answers():
    scores = [0.0, 0.1, 0.1001, 0.3, 0.55, 0.6, 0.9, 1.0]
    labels = [False, True, False, True, True, False, True, False]
    groups = [[forecast] for forecast in zip(scores, labels, strict=True)]
    assert calibration_error(np.array(scores), np.array(labels)) == pytest.approx(expected_error(groups))
