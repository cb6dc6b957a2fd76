import pytest

from evals.metrics.bands import METRICS
from tests.evals.outcomes import (
    cite,
    make_answer,
    make_case,
    make_claim,
    make_failure,
    make_outcome,
    make_refusal_case,
)

MEASURES = {metric.name: metric.measure for metric in METRICS}
HERE, ELSEWHERE = (make_claim("Words.", cite("a.txt", start, start + 5)) for start in (0, 20))


def outcomes():
    return [
        make_outcome(make_case("right"), make_answer(HERE), forced=make_answer(HERE, ELSEWHERE)),
        make_outcome(make_case("wrong"), make_answer(ELSEWHERE), forced=make_answer(ELSEWHERE, HERE)),
        make_outcome(make_case("offered"), make_answer(ELSEWHERE, HERE, status="unsure")),
        make_outcome(make_case("missed"), make_answer(ELSEWHERE, status="unsure")),
        make_outcome(make_case("refused"), make_answer()),
        make_outcome(make_case("failed"), make_failure(), error="it broke"),
        make_outcome(make_refusal_case("absent"), make_answer()),
        make_outcome(make_refusal_case("doubted"), make_answer(HERE, status="unsure")),
        make_outcome(make_refusal_case("invented"), make_answer(HERE, status="partly")),
        make_outcome(make_refusal_case("broken"), make_failure(), error="it broke"),
    ]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("right sentence first", "right", "wrong failed"),
        ("of answered, right", "right", "wrong invented"),
        ("of unsure, right place offered", "offered", "missed doubted"),
        ("of answerable, answered", "right wrong", "offered missed refused failed"),
        ("of answerable, not refused", "right wrong offered missed", "refused failed"),
        ("of unanswerable, not answered", "absent doubted", "invented broken"),
        ("of unanswerable, refused", "absent", "doubted invented broken"),
    ],
)
def test_each_band_has_its_rates(name, good, bad):
    wanted = dict.fromkeys(good.split(), (1.0,)) | dict.fromkeys(bad.split(), (0.0,))
    assert MEASURES[name](outcomes()) == wanted
