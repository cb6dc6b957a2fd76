import pytest

from evals.metrics.parity import METRICS, evidence_agreement, same_status, twins
from tests.evals.outcomes import cite, make_answer, make_case, make_claim, make_failure, make_outcome

EVIDENCE, STATUS = (metric.measure for metric in METRICS)

REFUSED = make_answer()


def citing(start, end, status=None):
    return make_answer(make_claim("Words.", cite("a.txt", start, end)), status=status)


def test_agreement_is_the_f1_of_the_cited_characters():
    assert evidence_agreement(citing(0, 10), citing(5, 35)) == 2 * 5 / 40


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        (REFUSED, REFUSED, 1.0),
        (REFUSED, citing(0, 10), 0.0),
        (citing(0, 10), citing(0, 10), 1.0),
        (citing(0, 10, "partly"), citing(0, 10), 1.0),
        (make_failure(), make_failure(), 0.0),
        (make_failure(), REFUSED, 0.0),
        (make_answer(make_claim("Words.")), make_answer(make_claim("Words.")), 0.0),
    ],
    ids=["refused", "one refused", "same", "in part", "failed", "one failed", "nothing cited"],
)
def test_agreement_of_answers_and_refusals(one, other, agreement):
    assert evidence_agreement(one, other) == evidence_agreement(other, one) == agreement


def test_two_failures_have_no_status_in_common():
    assert same_status(REFUSED, REFUSED) == 1.0
    assert same_status(citing(0, 1), citing(0, 1, "partly")) == 0.0
    assert same_status(make_failure(), make_failure()) == 0.0


def test_a_pair_counts_once_under_the_id_that_sorts_first():
    outcomes = [
        make_outcome(make_case("b", twin="a"), citing(0, 10)),
        make_outcome(make_case("a", twin="b"), citing(0, 10)),
        make_outcome(make_case("d"), REFUSED),
        make_outcome(make_case("c", twin="d"), citing(0, 10)),
    ]
    assert EVIDENCE(outcomes) == {"a": (1.0,), "c": (0.0,)}
    assert STATUS(outcomes) == {"a": (1.0,), "c": (0.0,)}


def test_a_twin_that_was_not_asked_or_is_the_case_itself_makes_no_pair():
    assert (
        twins([make_outcome(make_case("a", twin="x"), REFUSED), make_outcome(make_case("b", twin="b"), REFUSED)]) == []
    )


def test_no_outcomes_are_nothing_to_measure():
    assert EVIDENCE([]) == STATUS([]) == {}
