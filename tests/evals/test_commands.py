"""The commands, over a tiny set and a model that counts words."""

import json
from dataclasses import replace
from functools import partial

import pytest

from evals import scorecard
from evals.bench import Bench
from evals.commands import run as command_run
from evals.commands import show as command_show
from evals.results import read_run, saved_runs
from evals.sets import QuestionSet
from retriever.settings import Settings
from tests.evals.tiny_set import BREAD, CASES, CONTROLS, NOBODY, case, evidence

pytestmark = pytest.mark.slow


def test_a_run_is_printed_and_saved_with_all_that_it_came_from(evals, results):
    run = evals("run", "tiny")
    assert run.exit_code == 0, run.output
    assert "tiny: 4 questions to quoth" in run.output
    assert "number changed" in run.output
    (saved,) = saved_runs(results)
    assert saved.settings["embedding_model"] == "word-count@64"
    assert [one.id for one in saved.cases] == ["t-1", "t-2", "t-3", "t-4"]
    assert saved.controls == tuple(CONTROLS)
    assert saved.variants == ()
    assert saved.machine.keys() == {"platform", "cores", "python"}


def test_variants_are_run_beside_it_on_demand(evals, results):
    assert "no search view" in evals("run", "tiny", "--variants").output
    (saved,) = saved_runs(results)
    assert len(saved.variants) == 10


def test_only_questions_that_went_wrong_are_printed_as_failures(evals, cases):
    wrong = case("t-5", NOBODY, answers=["Germany"], evidence=[evidence("bread.txt", BREAD, "empty")])
    with cases.open("a", encoding="utf-8") as file:
        file.write(json.dumps(wrong))
    run = evals("run", "tiny", "--failures")
    assert "t-5 (fact) Who won" in run.output
    assert "t-1 (fact)" not in run.output


def test_what_failed_in_a_held_out_set_is_not_printed(evals, monkeypatch, cases, tmp_path):
    held_out = (QuestionSet("tiny", cases, tmp_path / "texts", held_out=True),)
    monkeypatch.setattr(command_run, "Bench", partial(Bench, own_sets=held_out))
    cases.write_text(cases.read_text(encoding="utf-8").replace('"unanswerable"', '"unanswerable", "x": 1'))
    wrong = case("t-5", NOBODY, answers=["Germany"], evidence=[evidence("bread.txt", BREAD, "empty")])
    with cases.open("a", encoding="utf-8") as file:
        file.write(json.dumps(wrong))
    run = evals("run", "tiny", "--failures")
    assert "is held out" in run.output
    assert NOBODY not in run.output


def test_the_catalogue_of_the_user_is_left_alone(evals, own_storage):
    evals("run", "tiny")
    assert not (own_storage / "catalogue.sqlite3").exists()


@pytest.mark.parametrize(
    "line",
    ["{not json", "[]", "{}", json.dumps(CASES[0] | {"id": "t-9", "evidence": []})],
    ids=["no JSON", "no case", "empty", "no evidence"],
)
def test_a_broken_case_file_names_its_line(evals, cases, results, line):
    with cases.open("a", encoding="utf-8") as file:
        file.write(line)
    run = evals("run", "tiny")
    assert "tiny.jsonl, line 5: " in str(run.exception)
    assert not results.exists()


def test_a_set_that_is_not_there_is_skipped_with_a_word(evals, cases):
    cases.unlink()
    run = evals("run", "tiny")
    assert run.exit_code == 0
    assert "tiny: skipped" in run.output


def test_an_unknown_set_is_told(evals):
    told = str(evals("run", "nosuch").exception)
    assert told == "No set is called nosuch; there are tiny, reports, structured, structured-held-out."


def test_two_systems_at_once_are_told(evals):
    run = evals("run", "tiny", "--url", "http://127.0.0.1:1", "--callable", "a:b")
    assert str(run.exception) == "Name one system: --url, --openai or --callable."


def test_a_function_can_be_asked_instead(evals, results, monkeypatch, tmp_path):
    (tmp_path / "my_system.py").write_text("def ask(question, history):\n    return 'I do not know'\n")
    monkeypatch.syspath_prepend(tmp_path)
    run = evals("run", "tiny", "--callable", "my_system:ask")
    assert run.exit_code == 0, run.output
    (saved,) = saved_runs(results)
    assert saved.system != "quoth"
    assert saved.rate("pointer validity (file)").denominator == 0


def test_regressions_want_a_baseline_and_then_pass(evals, tmp_path):
    assert "Make one with `quoth evals baseline --write`" in str(evals("regressions").exception)
    told = evals("baseline")
    assert "tiny: 4 cases, all new" in told.output
    assert not (tmp_path / "baseline.json").exists()
    assert evals("baseline", "--write").exit_code == 0
    passed = evals("regressions")
    assert passed.exit_code == 0, passed.output
    assert "4 questions, 30 negative controls, 0 regressions" in passed.output
    assert "nothing changes" in evals("baseline").output


def test_a_regression_fails_and_says_why(evals, cases):
    evals("baseline", "--write")
    lines = cases.read_text(encoding="utf-8").splitlines()
    cases.write_text("\n".join(lines[1:]), encoding="utf-8")
    run = evals("regressions")
    assert run.exit_code == 1
    assert "worse: tiny: t-1 was not asked" in run.output


def test_a_set_that_is_gone_fails(evals, cases):
    evals("baseline", "--write")
    cases.unlink()
    run = evals("regressions")
    assert run.exit_code == 1
    assert "worse: tiny: the set was not run" in run.output


def test_a_report_is_a_page_and_a_summary_with_what_changed(evals, results):
    assert "There is no saved run" in str(evals("report").exception)
    evals("run", "tiny")
    (first,) = results.glob("*.json")
    earlier = replace(read_run(first), made="2000-01-01T00:00:00+00:00")
    earlier.write(results / "earlier.json")
    run = evals("report")
    assert run.exit_code == 0, run.output
    page = (results / "report-tiny-quoth.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert "2000-01-01" in page
    assert "2000-01-01" in (results / "report-tiny-quoth.md").read_text(encoding="utf-8")


def test_two_runs_are_compared(evals, results):
    evals("run", "tiny")
    (path,) = results.glob("*.json")
    run = evals("compare", str(path), str(path))
    assert run.exit_code == 0, run.output
    assert "evidence hit" in run.output
    assert "+0.000" in run.output


def test_a_file_that_is_no_run_is_told(evals, cases):
    assert "is not a saved run" in str(evals("compare", str(cases), str(cases)).exception)


@pytest.mark.parametrize(("to", "field"), [("ragas", "user_input"), ("inspect", "input")])
def test_a_run_is_exported(evals, results, tmp_path, to, field):
    evals("run", "tiny")
    (path,) = results.glob("*.json")
    run = evals("export", str(path), "--to", to, "--out", str(tmp_path / "rows.jsonl"))
    assert run.exit_code == 0, run.output
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 4
    assert field in rows[0]


def test_an_unknown_format_is_told(evals, results, tmp_path):
    evals("run", "tiny")
    (path,) = results.glob("*.json")
    run = evals("export", str(path), "--to", "excel", "--out", str(tmp_path / "rows.jsonl"))
    assert str(run.exception) == "Quoth exports to ragas and inspect, not to excel."


def test_the_scorecard_is_put_between_its_marks(evals, tmp_path):
    page = tmp_path / "PAGE.md"
    page.write_text("before\n")
    assert "does not hold the marks" in str(evals("scorecard", "--write", str(page)).exception)
    page.write_text(f"before\n{scorecard.BEGIN}\nof yesterday\n{scorecard.END}\nafter\n")
    run = evals("scorecard", "--write", str(page))
    assert run.exit_code == 0, run.output
    text = page.read_text(encoding="utf-8")
    assert "of yesterday" not in text
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "| evidence hit | 1.000 (3/3) |" in text
    assert "| number changed | 30/30 | - | - |" in text


def test_labelled_claims_are_judged_where_they_are(evals, monkeypatch, tmp_path):
    monkeypatch.setattr(command_show, "DATA", tmp_path / "none")
    assert "are not on this machine" in str(evals("verifier").exception)


def test_nothing_is_adopted_from_an_empty_catalogue(evals, own_storage):
    run = evals("adopt")
    assert "0 drafts added" in run.output
    assert Settings.from_environment().home == own_storage
