"""A run in which a language model writes: what is shown, what it was before the gate, and what it took."""

import json

import pytest

from evals.bench import Bench
from evals.saved import SavedRun
from evals.sets import QuestionSet
from evals.variants import VARIANTS
from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.types import to_json
from tests.evals.tiny_set import BREAD, write_tiny_set
from tests.fakes import ScriptedLanguageModel, WordCountEmbedder

PRICE = "In June 1956 bread cost 3 zloty in Warsaw [1]. In June 1956 bread cost 9 zloty in Warsaw [1]."
TANKS = "The strike of the workers in Poznań was put down with 400 tanks [1]."
SILENCE = "NO ANSWER"


@pytest.fixture
def own_sets(tmp_path):
    return [QuestionSet("tiny", *write_tiny_set(tmp_path))]


@pytest.fixture
def run(own_sets):
    """Run the tiny set with replies to its questions, in their order, and to the rewritten form of the last one."""

    def run_with(*replies):
        model = ScriptedLanguageModel(replies)
        bench = Bench(WordCountEmbedder(), 1_000_000, own_sets=own_sets, language_model=model)
        with bench.load("tiny") as loaded:
            return bench.run(loaded), model

    return run_with


def rates(run):
    return {rate.name: (rate.numerator, rate.denominator) for rate in run.rates}


def test_the_run_is_of_a_system_of_its_own_and_names_the_model(run):
    measured, _ = run(PRICE, TANKS, SILENCE, SILENCE)
    assert (measured.system, measured.settings["language_model"]) == ("quoth with prose", "scripted")


def test_every_answer_is_written_once_though_it_is_measured_before_and_after_the_gate(run):
    measured, model = run(PRICE, TANKS, SILENCE, SILENCE)
    assert [case.status for case in measured.cases] == ["answered", "answered", "refused", "answered"]
    assert len(model.asked) == 4  # a refusal is not written; the follow-up is asked in two forms


def test_what_the_gate_drops_is_in_the_draft_and_not_in_the_answer(run):
    measured, _ = run(PRICE, TANKS, SILENCE, SILENCE)
    price = measured.cases[0]
    (shown,), (dropped,) = price.prose.shown, price.prose.dropped
    assert shown.text == "In June 1956 bread cost 3 zloty in Warsaw."
    assert shown.cited[0] in BREAD
    assert (dropped.text, dropped.reason) == ("In June 1956 bread cost 9 zloty in Warsaw.", "not_carried")
    assert dropped.text not in price.text
    assert any("3 zloty" in words for words in price.prose.evidence)
    measure = "numbers, dates and names in the evidence"
    assert price.values[f"{measure} before the gate"] == (1.0, 0.0)
    assert price.values[measure] == (1.0,)


def test_sentences_and_fallbacks_are_counted(run):
    measured, _ = run(PRICE, [f"{TANKS} And", LanguageModelError("It broke off.")], SILENCE, SILENCE)
    totals = measured.prose
    assert (totals.answers, totals.written, totals.shown, totals.withdrawn) == (3, 3, 1, 1)
    assert totals.dropped == {"not_carried": 1, "unknown_number": 0, "other_language": 0, "beside_the_question": 0}
    assert totals.fallbacks == {"failed": 1, "too_slow": 0, "nothing_stood": 0, "no_answer": 1}
    assert rates(measured)["sentences shown"] == (1, 3)
    assert rates(measured)["answered in prose"] == (1, 3)
    assert measured.cases[1].prose.detail == "It broke off."


def test_seconds_and_tokens_are_those_of_the_first_asking(run):
    measured, _ = run(PRICE, TANKS, SILENCE, SILENCE)
    price, refused = measured.cases[0].prose, measured.cases[2].prose
    assert refused is None
    assert price.tokens_out == len(PRICE) // 4 + bool(len(PRICE) % 4)
    assert price.seconds.first_token <= price.seconds.last_token <= price.seconds.end
    assert price.seconds.first_shown <= price.seconds.end
    assert measured.cases[3].prose.seconds.first_shown is None
    assert (measured.prose.end.count, measured.prose.first_shown.count) == (3, 2)


def test_a_reply_that_takes_too_long_has_no_draft(run):
    measured, _ = run([PRICE, LanguageModelTooSlowError("It took too long.")], TANKS, SILENCE, SILENCE)
    assert measured.cases[0].prose.fallback == "too_slow"
    assert measured.cases[0].values["numbers, dates and names in the evidence before the gate"] == ()
    assert "3 zloty" in measured.cases[0].text


def test_a_sentence_that_names_no_evidence_has_none_before_the_gate(run):
    measured, _ = run("In June 1956 bread cost 3 zloty in Warsaw.", TANKS, SILENCE, SILENCE)
    values = measured.cases[0].values
    assert values["numbers, dates and names in the evidence before the gate"] == (0.0,)
    assert values["sentences that cite gold before the gate"] == (0.0,)
    assert values["sentences that cite gold"] == (1.0,)


def test_a_quotation_of_evidence_that_is_not_there_is_unsupported_before_the_gate(run):
    measured, _ = run("They wrote {{quote:99}} [1].", TANKS, SILENCE, SILENCE)
    assert measured.cases[0].prose.fallback == "nothing_stood"
    assert measured.cases[0].values["numbers, dates and names in the evidence before the gate"] == (0.0,)


def test_a_sentence_in_another_language_is_counted_as_dropped_and_judged_by_no_other_measure(run):
    dutch = (
        "In juni 1956 kostte een brood in de winkels van de hoofdstad drie zloty, en dat was voor velen te veel [1]."
    )
    measured, _ = run(dutch, TANKS, SILENCE, SILENCE)
    assert measured.prose.dropped["other_language"] == 1
    assert measured.cases[0].values["numbers, dates and names in the evidence before the gate"] == ()


def test_a_run_with_prose_is_the_same_after_it_was_written_and_read(run, tmp_path):
    measured, _ = run(PRICE, TANKS, SILENCE, SILENCE)
    measured.write(tmp_path / "run.json")
    read = SavedRun.read(tmp_path / "run.json")
    assert json.dumps(to_json(read)) == json.dumps(to_json(measured))
    assert read.prose == measured.prose
    assert read.cases[0].prose == measured.cases[0].prose


def test_a_run_saved_before_there_was_prose_still_loads(own_sets, tmp_path):
    bench = Bench(WordCountEmbedder(), 1_000_000, own_sets=own_sets)
    with bench.load("tiny") as loaded:
        fields = to_json(bench.run(loaded))
    del fields["prose"]
    for case in fields["cases"]:
        del case["prose"]
    (tmp_path / "run.json").write_text(json.dumps(fields), encoding="utf-8")
    read = SavedRun.read(tmp_path / "run.json")
    assert read.prose is None
    assert [case.prose for case in read.cases] == [None] * 4
    assert "sentences shown" not in rates(read)


def test_without_being_asked_to_nothing_calls_the_model_that_is_configured(own_sets):
    model = ScriptedLanguageModel([])
    models = EvidenceModels(language_model=model)
    bench = Bench(WordCountEmbedder(), 1_000_000, models=models, own_sets=own_sets)
    with bench.load("tiny") as loaded:
        measured = bench.run(loaded)
    assert (model.asked, measured.system) == ([], "quoth")


def test_no_variant_writes_prose(own_sets):
    model = ScriptedLanguageModel([PRICE, TANKS, SILENCE, SILENCE])
    bench = Bench(WordCountEmbedder(), 1_000_000, own_sets=own_sets, language_model=model)
    with bench.load("tiny") as loaded:
        measured = bench.run(loaded, variants=VARIANTS[:3])
    assert len(model.asked) == 4
    assert len(measured.variants) == 3
