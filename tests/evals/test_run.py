"""A run over a small question set of our own, with a model that counts words."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.bench import Bench, quoth_system
from evals.opening import open_assistant
from evals.run import run_cases
from evals.saved import SavedRun
from evals.sets import QuestionSet
from evals.types import GivenAnswer
from evals.variants import QUOTH, VARIANTS
from retriever.types import to_json
from tests.evals.tiny_set import BREAD, FOLLOW_UP, NOBODY, PRICE, TANKS, write_tiny_set
from tests.fakes import WordCountEmbedder

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def bench(tmp_path):
    cases, texts = write_tiny_set(tmp_path)
    own = [QuestionSet("tiny", cases, texts)]
    return Bench(WordCountEmbedder(), 1_000_000, own_sets=own)


@pytest.fixture
def loaded(bench):
    with bench.load("tiny") as loaded:
        yield loaded


@pytest.fixture
def assistant(bench, loaded):
    with open_assistant(loaded.folder, bench.embedder, max_file_bytes=1_000_000) as assistant:
        yield assistant


def rates(run):
    return {rate.name: (rate.numerator, rate.denominator) for rate in run.rates}


def without_times(run):
    fields = to_json(run)
    return {key: value for key, value in fields.items() if key not in ("made", "speed")}


class Broken:
    name, settings, seconds = "broken", {}, 0.0

    def answer(self, question: str, *, history: Sequence[str] = ()):
        raise RuntimeError("no power")

    def answer_forced(self, question: str, *, history: Sequence[str] = ()):
        return None


class Remembering:
    name, settings, seconds = "remembering", {}, 0.25

    def __init__(self):
        self.asked = []

    def answer(self, question: str, *, history: Sequence[str] = ()):
        self.asked.append((question, tuple(history)))
        return GivenAnswer("refused", "no")

    def answer_forced(self, question: str, *, history: Sequence[str] = ()):
        return None


def test_each_case_gets_an_outcome_in_order(loaded, assistant):
    price, tanks, nobody, follow_up = run_cases(loaded.cases, quoth_system(loaded, assistant))
    assert [one.answer.status for one in (price, tanks, nobody, follow_up)] == [
        "answered", "answered", "refused", "answered",
    ]  # fmt: skip
    (cited, *_) = price.answer.citations
    assert cited.standing == cited.quote == cited.resolved
    assert BREAD[cited.place.span.start : cited.place.span.end].startswith("In June 1956 bread cost 3")
    assert {passage.file for passage in price.answer.passages} == {"bread.txt", "poznan.txt"}
    assert nobody.answer.citations == ()
    assert nobody.forced.citations != ()
    assert follow_up.rewritten.status == "answered"
    assert all(one.seconds > 0 for one in (price, tanks, nobody, follow_up))


def test_a_case_is_asked_with_its_history_and_its_rewritten_form_alone(loaded):
    system = Remembering()
    outcomes = run_cases(loaded.cases, system)
    rewritten = "Was the strike of the workers in Poznań put down with tanks?"
    assert system.asked == [
        (PRICE, ()), (TANKS, ()), (NOBODY, ()), (FOLLOW_UP, (PRICE, TANKS)), (rewritten, ()),
    ]  # fmt: skip
    assert [one.seconds for one in outcomes] == [0.25] * 4


def test_an_error_is_wrong_wherever_its_case_counts(bench, loaded):
    run = bench.run_system(loaded, lambda _loaded, _assistant: Broken())
    assert [case.error for case in run.cases] == ["RuntimeError: no power"] * 4
    assert [case.status for case in run.cases] == ["failed"] * 4
    assert not any(case.right for case in run.cases)
    measured = rates(run)
    assert measured["recall@5"] == measured["evidence hit"] == (0, 3)
    assert measured["refusal recall"] == (0, 1)
    assert measured["refusal precision"] == (0, 0)


def test_a_run_counts_what_is_right_over_what_is_asked(bench, loaded):
    run = bench.run(loaded)
    measured = rates(run)
    assert measured["recall@1"] == measured["evidence hit"] == (3, 3)
    assert measured["contains gold"] == (1, 2)
    assert measured["refusal precision"] == measured["refusal recall"] == (1, 1)
    pointers = sum(len(case.citations) for case in run.cases)
    assert measured["pointer validity (file)"] == measured["pointer validity (API)"] == (pointers, pointers)
    assert pointers >= 3


@pytest.mark.slow
def test_two_runs_are_alike_but_for_the_clock(bench, loaded):
    first, second = (bench.run(loaded, variants=VARIANTS) for _ in range(2))
    assert without_times(first) == without_times(second)


def test_a_pointer_to_other_words_is_counted_as_wrong(bench, loaded):
    moved = replace(loaded, texts=loaded.texts | {"bread.txt": " " + loaded.texts["bread.txt"]})
    run = bench.run(moved)
    right, pointers = rates(run)["pointer validity (file)"]
    wrong = [one for case in run.cases for one in case.citations if one.file == "bread.txt"]
    assert right == pointers - len(wrong) < pointers
    assert not any(one.pointer_holds for one in wrong)


def test_a_run_is_the_same_after_it_was_written_and_read(bench, loaded, tmp_path):
    run = bench.run(loaded, variants=VARIANTS[:2])
    run.write(tmp_path / "deep" / "run.json")
    read = SavedRun.read(tmp_path / "deep" / "run.json")
    assert json.dumps(to_json(read)) == json.dumps(to_json(run))
    assert read.rate("recall@1") == run.rate("recall@1")


@pytest.mark.parametrize("text", ["{not json", "{}", '{"format": 0}', "[]"])
def test_a_file_that_is_no_run_is_told(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="is not a saved run"):
        SavedRun.read(path)


def test_the_first_variant_is_the_run_itself(bench, loaded):
    run = bench.run(loaded, variants=VARIANTS)
    assert [variant.name for variant in run.variants] == [variant.name for variant in VARIANTS]
    measured = {rate.name: rate for rate in run.rates}
    assert all(measured[rate.name] == rate for rate in run.variants[0].rates)
    assert run.variants[0].name == QUOTH.name


def test_a_set_whose_files_are_missing_loads_as_none(bench, tmp_path):
    (tmp_path / "tiny.jsonl").unlink()
    with bench.load("tiny") as loaded:
        assert loaded is None


RUN_TWICE = """
import json, logging, sys
from pathlib import Path
from evals.bench import Bench
from evals.sets import QuestionSet
from retriever.embedding.model_loading import load_embedder
from retriever.types import to_json

cases, texts, model = sys.argv[1:]
bench = Bench(load_embedder(model, cache=None), 1_000_000, own_sets=[QuestionSet("tiny", Path(cases), Path(texts))])
for _ in range(2):
    with bench.load("tiny") as loaded:
        fields = to_json(bench.run(loaded))
    print(json.dumps({key: value for key, value in fields.items() if key not in ("made", "speed")}))
"""


@pytest.mark.slow
@pytest.mark.real
def test_two_runs_with_the_real_model_and_no_network_are_alike(tmp_path, model_cache, real_embedder):
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let us make a network namespace")
    cases, texts = write_tiny_set(tmp_path)
    model = model_cache / "models" / "multilingual-e5-small"
    command = [unshare, "-rn", sys.executable, "-c", RUN_TWICE, str(cases), str(texts), str(model)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    first, second = run.stdout.splitlines()
    assert first == second
    assert json.loads(first)["settings"]["embedding_model"] == real_embedder.fingerprint
