"""Regressions, over right answers to the questions in the project: what a regression does to it."""

from dataclasses import replace
from random import Random

import pytest

from evals.cases import load_texts
from evals.controls.corruptions import KINDS, corrupt
from evals.controls.planting import open_texts, right_outcomes
from evals.controls.pool import Pool
from evals.record import record_run
from evals.regressions import SLACK, UNCHANGED, Baseline, find_regressions
from evals.saved import SavedControl
from evals.sets import SAMPLES, load_set
from evals.types import GivenAnswer

CONTROLS = (
    SavedControl("number changed", "quotation", 40, 40, {"quotes": 40}),
    SavedControl(UNCHANGED, "quotation", 50, 0, {"quotes": 0}),
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    return load_set("samples", tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def pool(loaded):
    held_out = load_set("samples-held-out", SAMPLES)
    with open_texts(SAMPLES) as catalogue:
        # The cases of the set that is tuned on have no claim of their own; any other words do for a planted paraphrase.
        return Pool.from_catalogue(catalogue, load_texts(SAMPLES), [*loaded.cases, *held_out.cases])


@pytest.fixture(scope="module")
def outcomes(loaded, pool):
    cases = [replace(case, claim="Dit staat nergens zo in de tekst.") for case in loaded.cases]
    return [outcome for case in cases for kind, outcome in right_outcomes(case, pool) if kind != "paraphrase"]


@pytest.fixture(scope="module")
def baseline(loaded, outcomes):
    return Baseline.from_runs([recorded(loaded, outcomes)], CONTROLS)


def recorded(loaded, outcomes):
    return record_run(loaded, outcomes, system="quoth", settings={"reader": "perfect"})


def regressions(baseline, loaded, outcomes, controls=CONTROLS):
    return find_regressions(baseline, [recorded(loaded, outcomes)], controls)


def test_the_same_answers_pass(baseline, loaded, outcomes):
    assert regressions(baseline, loaded, outcomes) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_that_goes_wrong_in_one_of_nine_ways_fails(kind, baseline, loaded, outcomes, pool):
    """A regression plants the corruption in every fifth answer where it can be."""
    fit = [corrupt(kind, outcome, pool, Random(outcome.case.id)) for outcome in outcomes]
    places = [number for number, outcome in enumerate(fit) if outcome][::5]
    changed = [fit[number] if number in places else outcome for number, outcome in enumerate(outcomes)]
    assert len(places) >= 3
    assert regressions(baseline, loaded, changed)


def test_a_single_broken_promise_fails(baseline, loaded, outcomes, pool):
    number = next(number for number, outcome in enumerate(outcomes) if outcome.answer.citations)
    changed = list(outcomes)
    changed[number] = corrupt("offset shifted by one", outcomes[number], pool, Random(1))
    found = regressions(baseline, loaded, changed)
    assert f"samples: pointer validity (file) is broken in {outcomes[number].case.id}" in found


def refusing(outcome):
    return replace(outcome, answer=GivenAnswer("refused", "no", confidence=0.1))


@pytest.mark.parametrize(("lost", "fails"), [(SLACK, False), (SLACK + 1, True)])
def test_a_rate_may_lose_no_more_than_the_slack(lost, fails, baseline, loaded, outcomes):
    answered = [number for number, outcome in enumerate(outcomes) if outcome.case.kind == "fact"][: int(lost)]
    changed = [refusing(outcome) if number in answered else outcome for number, outcome in enumerate(outcomes)]
    found = regressions(baseline, loaded, changed)
    assert any(one.startswith("samples: evidence hit fell") for one in found) == fails


def test_a_case_that_was_not_asked_fails(baseline, loaded, outcomes):
    assert regressions(baseline, loaded, outcomes[1:]) == [f"samples: {outcomes[0].case.id} was not asked"]


def test_a_case_that_is_not_in_the_baseline_fails(baseline, loaded, outcomes):
    new = replace(outcomes[0], case=replace(outcomes[0].case, id="new"))
    assert regressions(baseline, loaded, [*outcomes, new]) == ["samples: new is not in the baseline; refresh it"]


def test_a_question_that_was_changed_fails(baseline, loaded, outcomes):
    other = replace(outcomes[0], case=replace(outcomes[0].case, question="Something easy?"))
    (found,) = regressions(baseline, loaded, [other, *outcomes[1:]])
    assert "asks something else" in found


def test_an_error_in_a_case_fails(baseline, loaded, outcomes):
    failed = replace(outcomes[0], answer=GivenAnswer("failed", ""), error="RuntimeError: no power")
    assert f"samples: {failed.case.id} ended in an error: RuntimeError: no power" in regressions(
        baseline, loaded, [failed, *outcomes[1:]]
    )


def test_an_empty_denominator_fails(baseline, loaded, outcomes):
    found = regressions(baseline, loaded, [refusing(outcome) for outcome in outcomes])
    assert "samples: pointer validity (file) is over no case at all" in found


def test_a_set_that_was_not_run_fails(baseline):
    assert find_regressions(baseline, [], CONTROLS) == ["samples: the set was not run"]


def test_a_set_without_baseline_fails(baseline, loaded, outcomes):
    other = replace(loaded, name="another")
    found = find_regressions(baseline, [recorded(loaded, outcomes), recorded(other, outcomes)], CONTROLS)
    assert found == ["another: the set is not in the baseline; refresh it"]


@pytest.mark.parametrize(
    "controls",
    [
        CONTROLS[1:],
        (replace(CONTROLS[0], planted=0, caught=0), CONTROLS[1]),
        (replace(CONTROLS[0], caught=39), CONTROLS[1]),
        (CONTROLS[0], replace(CONTROLS[1], caught=1)),
    ],
    ids=["gone", "nothing planted", "one missed", "a false alarm"],
)
def test_a_control_that_is_caught_less_fails(controls, baseline, loaded, outcomes):
    (found,) = regressions(baseline, loaded, outcomes, controls)
    assert found.startswith("negative control")


def test_a_baseline_is_the_same_after_it_was_written_and_read(baseline, tmp_path):
    path = tmp_path / "baseline.json"
    baseline.write(path)
    assert Baseline.read(path) == baseline
    assert path.read_text(encoding="utf-8").count("\n") > len(baseline.sets["samples"])


def test_a_new_baseline_tells_what_it_changes(baseline, loaded, outcomes):
    assert baseline.changes_from(baseline) == ["nothing changes"]
    assert baseline.changes_from(None) == [f"samples: {len(outcomes)} cases, all new"]
    lost = [refusing(outcomes[0]), *outcomes[2:]]
    told = Baseline.from_runs([recorded(loaded, lost)], CONTROLS[:1]).changes_from(baseline)
    assert f"samples: 1 cases go: {outcomes[1].case.id}" in told
    assert any(one.startswith("samples: evidence hit: 45 of 45 cases -> 43 of 44") for one in told)
