"""A run over a small question set of our own: outcomes, the saved report, and case files that are broken."""

import hashlib
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals import __main__ as command
from evals.cases import load_cases, load_texts
from evals.metrics import all_rates
from evals.run import run_cases
from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.dense_index import DenseIndex
from tests.fakes import WordCountEmbedder

PROJECT = Path(__file__).resolve().parent.parent.parent
BREAD = "In June 1956 bread cost 3 zloty in Warsaw. Nobody could find butter, and the shops were empty.\n"
POZNAN = (
    "Workers in Poznań went on strike in June 1956.\r\n"
    "The strike of the workers in Poznań was put down with 400 tanks.\r\n"
    "In October Gomułka became leader of Poland.\r\n"
)
PRICE = "How many zloty did bread cost in Warsaw in June 1956?"
TANKS = "How many tanks put down the strike of the workers in Poznań?"
FOLLOW_UP = "Was that strike of the workers in Poznań put down with tanks?"
NOBODY = "Who won the football World Cup?"


def evidence(file, text, quote):
    start = text.index(quote)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"file": file, "start": start, "end": start + len(quote), "quote": quote, "text_sha256": sha256}


def case(name, question, **fields):
    return {"id": name, "kind": "fact", "lang": "en", "question": question, "history": []} | fields


CASES = [
    case("t-1", PRICE, answers=["3 zloty"], evidence=[evidence("bread.txt", BREAD, "bread cost 3 zloty")]),
    case("t-2", TANKS, answers=["four hundred"], evidence=[evidence("poznan.txt", POZNAN, "400 tanks")]),
    case("t-3", NOBODY, kind="unanswerable", answers=[], evidence=[]),
    case("t-4", FOLLOW_UP, kind="follow-up", answers=[], evidence=[evidence("poznan.txt", POZNAN, "400 tanks")])
    | {"history": [PRICE, TANKS]},
]


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "bread.txt").write_bytes(BREAD.encode())
    (folder / "poznan.txt").write_bytes(POZNAN.encode())
    return folder


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "tiny.jsonl"
    path.write_text("".join(f"{json.dumps(fields)}\n" for fields in CASES), encoding="utf-8")
    return path


@pytest.fixture
def assistant(own_storage, texts):
    catalogue = Catalogue.open(own_storage)
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, own_storage / "index", exact_only=True)
    with Assistant(catalogue, embedder, index, max_file_bytes=1_000_000) as assistant:
        assistant.add_files([texts])
        yield assistant


@pytest.fixture
def evals(monkeypatch, tmp_path, texts, cases):
    """Run the command over the set `tiny`, with a model that counts words and an index without Chroma."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(command, "load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr(command, "DenseIndex", partial(DenseIndex, exact_only=True))
    monkeypatch.setattr(command, "QUESTION_SETS", {"tiny": command.QuestionSet(cases, texts)})
    return lambda *arguments: CliRunner().invoke(command.app, [*arguments, "--results", str(tmp_path / "results")])


def rates_of(outcomes):
    return {rate.name: (rate.numerator, rate.denominator) for rate in all_rates(outcomes)}


def test_each_case_gets_an_outcome_in_order(assistant, cases, texts):
    read = load_texts(texts)
    price, tanks, nobody, follow_up = run_cases(load_cases(cases, read), assistant, read)
    assert [one.status for one in (price, tanks, nobody, follow_up)] == ["answered", "answered", "refused", "answered"]
    assert read["bread.txt"][price.cited[0].span.start : price.cited[0].span.end].startswith(
        "In June 1956 bread cost 3"
    )
    assert "bread cost 3 zloty" in price.claims_text
    assert {passage.file for passage in price.passages} == {"bread.txt", "poznan.txt"}
    assert nobody.reason == "not_in_sources"
    assert nobody.cited == ()
    assert "400 tanks" in follow_up.claims_text
    assert all(one.seconds > 0 for one in (price, tanks, nobody, follow_up))


def test_a_case_is_asked_with_its_history(assistant, cases, texts, monkeypatch):
    asked = []
    answer = assistant.answer
    monkeypatch.setattr(
        assistant, "answer", lambda question, **options: asked.append(options["history"]) or answer(question, **options)
    )
    read = load_texts(texts)
    run_cases(load_cases(cases, read), assistant, read)
    assert asked == [(), (), (), (PRICE, TANKS)]


def test_rates_count_what_is_right_over_what_is_asked(assistant, cases, texts):
    read = load_texts(texts)
    outcomes = run_cases(load_cases(cases, read), assistant, read)
    rates = rates_of(outcomes)
    assert rates["retrieval recall@1"] == (3, 3)
    assert rates["evidence hit"] == (3, 3)
    assert rates["answer contains gold"] == (1, 2)
    assert rates["refusal precision"] == rates["refusal recall"] == (1, 1)
    pointers = sum(len(one.cited) for one in outcomes)
    assert rates["pointer validity"] == (pointers, pointers)
    assert pointers >= 3


def test_a_pointer_to_other_words_is_counted_as_wrong(assistant, cases, texts):
    read = load_texts(texts)
    moved = read | {"bread.txt": " " + read["bread.txt"]}
    outcomes = run_cases(load_cases(cases, read), assistant, moved)
    wrong = [citation for one in outcomes for citation in one.cited if not citation.valid]
    assert {citation.file for citation in wrong} == {"bread.txt"}
    right, pointers = rates_of(outcomes)["pointer validity"]
    assert right == pointers - len(wrong) < pointers


def test_a_run_is_printed_and_saved_with_all_that_it_came_from(evals, tmp_path):
    run = evals("tiny", "--failures")
    assert run.exit_code == 0, run.output
    assert "tiny: 4 questions" in run.output
    assert "pointer validity" in run.output
    (path,) = (tmp_path / "results").iterdir()
    assert str(path) in run.output
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["set"] == "tiny"
    assert saved["settings"]["embedding_model"] == "word-count@64"
    assert saved["settings"].keys() == {"embedding_model", "reader", "threshold"}
    assert [one["case"]["id"] for one in saved["outcomes"]] == ["t-1", "t-2", "t-3", "t-4"]
    assert saved["seconds"]["median"] <= saved["seconds"]["p95"]
    for rate in saved["rates"]:
        assert rate.keys() == {"name", "numerator", "denominator", "value", "low", "high"}
        assert rate["value"] == rate["numerator"] / rate["denominator"]
        assert 0 <= rate["low"] <= rate["value"] <= rate["high"] <= 1


def test_a_run_is_saved_with_the_commit_that_it_ran_on(evals, tmp_path):
    git = subprocess.run(["git", "-C", PROJECT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    evals("tiny")
    (path,) = (tmp_path / "results").iterdir()
    commit = json.loads(path.read_text(encoding="utf-8"))["commit"]
    if git.returncode:
        assert commit is None
    else:
        assert git.stdout.strip() in commit or commit.startswith("v")


def test_only_questions_that_went_wrong_are_printed_as_failures(evals, cases):
    wrong = case("t-5", NOBODY, answers=["Germany"], evidence=[evidence("bread.txt", BREAD, "empty")])
    with cases.open("a", encoding="utf-8") as file:
        file.write(json.dumps(wrong))
    run = evals("tiny", "--failures")
    assert "t-5 (fact) Who won" in run.output
    assert "t-1 (fact)" not in run.output


def test_the_catalogue_of_the_user_is_left_alone(evals, own_storage):
    evals("tiny")
    assert not (own_storage / "catalogue.sqlite3").exists()


@pytest.mark.parametrize(
    "line",
    [
        "{not json",
        "[]",
        "{}",
        json.dumps(CASES[0] | {"id": "t-9", "evidence": [CASES[0]["evidence"][0] | {"start": 2}]}),
        json.dumps(CASES[0] | {"id": "t-9", "evidence": []}),
    ],
    ids=["no JSON", "no case", "empty", "moved evidence", "no evidence"],
)
def test_a_broken_case_file_names_its_line(evals, cases, tmp_path, line):
    with cases.open("a", encoding="utf-8") as file:
        file.write(line)
    run = evals("tiny")
    assert run.exit_code == 1
    assert "tiny.jsonl, line 5: " in run.output
    assert "Traceback" not in run.output
    assert not (tmp_path / "results").exists()


def test_a_case_file_without_cases_is_told(evals, cases):
    cases.write_text("")
    run = evals("tiny")
    assert isinstance(run.exception, SystemExit)
    assert "tiny" in run.output


def test_a_set_that_is_not_there_is_skipped_with_a_word(evals, cases):
    cases.unlink()
    run = evals("tiny")
    assert run.exit_code == 0
    assert f"tiny: skipped, {cases}" in run.output


def test_an_unknown_set_is_wrong_usage(evals):
    run = evals("nosuch")
    assert run.exit_code == 2
    assert "there are tiny" in run.output


def test_a_missing_model_is_told_without_a_traceback(evals, monkeypatch, capsys):
    from retriever.model_loading import load_embedder

    monkeypatch.setattr(command, "load_embedder", load_embedder)
    monkeypatch.setenv("QUOTH_EMBEDDING_MODEL", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["quoth evals", "tiny"])
    with pytest.raises(SystemExit) as stop:
        command.main()
    assert stop.value.code == 1
    assert "/nowhere" in capsys.readouterr().err


def test_the_cases_that_come_with_quoth_fit_the_samples():
    chosen = command.QUESTION_SETS["samples"]
    assert len(load_cases(chosen.cases, load_texts(chosen.texts))) >= 50
