from evals.regressions import INVARIANTS
from evals.scorecard import SCORED_FIGURES, SCORED_RATES
from evals.scores import HEADLINES, METRICS, is_right, score
from tests.evals.outcomes import cite, make_answer, make_case, make_claim, make_failure, make_outcome, make_refusal_case


def test_no_two_metrics_have_one_name():
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names))


def test_every_metric_names_its_section_once_in_a_row():
    sections = [metric.section for metric in METRICS]
    runs = [section for number, section in enumerate(sections) if number == 0 or sections[number - 1] != section]
    assert len(runs) == len(set(runs))


def test_the_names_that_others_rely_on_are_measured():
    measured = score([])
    names = {rate.name for rate in measured.rates}
    assert {*HEADLINES, *INVARIANTS, *SCORED_RATES} <= names
    assert set(SCORED_FIGURES) <= {figure.name for figure in measured.figures}


def test_nothing_asked_has_no_value_and_is_no_error():
    measured = score([])
    assert all(rate.value is None for rate in measured.rates)
    assert all(figure.value is None for figure in measured.figures)


def test_right_is_gold_cited_or_refused_where_there_is_none():
    gold = make_case(evidence=(("a.txt", 0, 10),))
    hit, miss = (make_answer(make_claim("x", cite("a.txt", start, start + 5))) for start in (5, 10))
    assert is_right(make_outcome(gold, hit), {"c1": (1.0,)})
    assert not is_right(make_outcome(gold, miss), {"c1": (0.0,)})
    assert is_right(make_outcome(make_refusal_case(), make_answer()), {})
    assert not is_right(make_outcome(make_refusal_case(), hit), {})
    assert not is_right(make_outcome(make_refusal_case(), make_failure(), error="no power"), {})
