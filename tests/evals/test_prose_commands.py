"""The commands with a language model configured: which of them ask it, and what they print of its prose."""

import json

import pytest

from evals.commands import controls as command_controls
from evals.commands import run as command_run
from evals.results import saved_runs
from ingest.errors import LanguageModelError
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import ScriptedLanguageModel

pytestmark = pytest.mark.slow

PRICE = "In June 1956 bread cost 3 zloty in Warsaw [1]. In June 1956 bread cost 9 zloty in Warsaw [1]."
TANKS = "The strike of the workers in Poznań was put down with 400 tanks [1]."


class Closable(ScriptedLanguageModel):
    closed = False

    def close(self):
        self.closed = True


@pytest.fixture
def model(evals, monkeypatch):
    model = Closable([PRICE, TANKS, "NO ANSWER", "NO ANSWER"])
    for module in (command_run, command_controls):
        monkeypatch.setattr(module, "load_evidence_models", lambda _settings: EvidenceModels(language_model=model))
    return model


def test_prose_is_printed_and_saved_with_its_denominators(evals, model, results):
    run = evals("run", "tiny", "--prose")
    assert run.exit_code == 0, run.output
    assert "tiny: 4 questions to quoth with prose" in run.output
    told = [" ".join(line.replace("│", " ").split()) for line in run.output.splitlines()]
    assert "dropped, not carried by the evidence 1 3 sentences" in told
    assert "in quotations, the model gave no answer 1 3 answers" in told
    assert any(line.startswith("sentences shown 0.667 2/3") for line in told)
    (saved,) = saved_runs(results)
    assert (saved.system, saved.settings["language_model"]) == ("quoth with prose", "scripted")
    assert saved.prose.written == 3
    assert model.closed


@pytest.mark.parametrize(
    "command",
    [("run", "tiny"), ("run", "tiny", "--variants"), ("regressions",), ("baseline", "--write"), ("scorecard",)],
)
def test_no_other_command_asks_the_model(evals, model, command):
    if command == ("regressions",):
        evals("baseline", "--write")
    run = evals(*command)
    assert run.exit_code == 0, run.output
    assert model.asked == []
    assert "with prose" not in run.output


def test_the_controls_ask_no_model_and_close_it(evals, model):
    assert evals("controls").exit_code == 0
    assert (model.asked, model.closed) == ([], True)


def test_without_a_language_model_the_setting_is_named(evals, results):
    run = evals("run", "tiny", "--prose")
    assert "Set QUOTH_LANGUAGE_MODEL" in str(run.exception)
    assert not results.exists()


def test_a_model_that_is_not_there_is_told_before_anything_is_asked(evals, model, monkeypatch, results):
    def refuse():
        raise LanguageModelError("Its server cannot be reached.")

    monkeypatch.setattr(model, "check", refuse)
    run = evals("run", "tiny", "--prose")
    assert str(run.exception) == "Its server cannot be reached."
    assert (model.asked, model.closed) == ([], True)
    assert not results.exists()


@pytest.mark.parametrize("other", [("--variants",), ("--url", "http://127.0.0.1:1"), ("--callable", "a:b")])
def test_prose_of_another_system_is_not_asked_for(evals, model, other):
    assert "--prose is about Quoth's own answers" in str(evals("run", "tiny", "--prose", *other).exception)
    assert model.asked == []


def test_a_report_puts_prose_beside_the_quotations(evals, model, results):
    evals("run", "tiny")
    evals("run", "tiny", "--prose")
    run = evals("report")
    assert run.exit_code == 0, run.output
    for ending, heading in ((".md", "## Beside the answers in quotations"), (".html", "Beside the answers in quot")):
        prose = (results / f"report-tiny-quoth-with-prose{ending}").read_text(encoding="utf-8")
        assert heading in prose
        assert "dropped, not carried by the evidence" in prose
        plain = (results / f"report-tiny-quoth{ending}").read_text(encoding="utf-8")
        assert heading not in plain
        assert "dropped, not carried" not in plain


def test_a_sheet_is_drawn_labelled_and_scored(evals, model, results, tmp_path):
    evals("run", "tiny", "--prose")
    (path,) = results.glob("*.json")
    sheet = tmp_path / "sheet.jsonl"
    drawn = evals("sheet", str(path), "--sentences", "60", "--out", str(sheet))
    assert drawn.exit_code == 0, drawn.output
    assert "3 sentences written" in drawn.output
    assert "has no label in line 1, 2, 3" in str(evals("sheet-score", str(sheet)).exception)
    lines = [json.loads(line) for line in sheet.read_text(encoding="utf-8").splitlines()]
    labelled = [line | {"supported": line["reason"] is None} for line in lines]
    sheet.write_text("".join(f"{json.dumps(line)}\n" for line in labelled), encoding="utf-8")
    scored = evals("sheet-score", str(sheet))
    assert scored.exit_code == 0, scored.output
    told = [" ".join(line.replace("│", " ").split()) for line in scored.output.splitlines()]
    assert any(line.startswith("shown and supported 1.000 2/2") for line in told)
    assert any(line.startswith("dropped and not supported 1.000 1/1") for line in told)


@pytest.mark.parametrize(("options", "wanted"), [((), None), (("--prose",), "local:nowhere.gguf")])
def test_only_prose_wants_the_language_model_of_the_settings(evals, monkeypatch, options, wanted):
    seen = []

    def load(settings):
        seen.append((settings.language_model, settings.rewrite_follow_ups))
        return EvidenceModels(language_model=Closable([PRICE, TANKS, "NO ANSWER", "NO ANSWER"]))

    monkeypatch.setattr(command_run, "load_evidence_models", load)
    monkeypatch.setenv("QUOTH_LANGUAGE_MODEL", "local:nowhere.gguf")
    monkeypatch.setenv("QUOTH_REWRITE_FOLLOW_UPS", "yes")
    assert evals("run", "tiny", *options).exit_code == 0
    assert seen == [(wanted, False)]
