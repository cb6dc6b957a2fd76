"""The command line: what it prints, and what it exits with."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from ingest.catalogue import Catalogue
from ingest.errors import LanguageModelError
from ingest.pipeline import ingest_bytes
from retriever.embedding.model_loading import load_embedder
from retriever.evidence_model import weights_file
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import NumberVerifier, ScriptedLanguageModel, WordCountEmbedder
from tests.ui.command_line import Run, run_here

PROJECT = Path(__file__).resolve().parent.parent.parent
COMMANDS = "add", "documents", "remove", "ask", "check-claim", "serve", "reindex", "doctor", "evals"

POZNAN = (
    "Workers in Poznan went on strike in June 1956.\r\n"
    "The strike of the workers in Poznan was put down with 400 tanks.\r\n"
    "In October Gomulka became leader of Poland.\r\n"
)
BREAD = "In June 1956 bread cost 3 zloty in Warsaw. Nobody could find butter, and the shops were empty.\n"
BREAD_QUESTION = "How many zloty did bread cost in Warsaw in June 1956?"


@pytest.fixture
def quoth(monkeypatch, capsys):
    """Run the command line in this process, with a model that counts words and an index without Chroma."""
    monkeypatch.setattr("ui.cli.console", Console(width=400))
    monkeypatch.setattr("ui.cli.errors", Console(width=400, stderr=True))
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr("ui.ingest_progress.load_embedder", lambda *_, **__: WordCountEmbedder(name="another"))
    monkeypatch.setattr("retriever.assistant.DenseIndex", partial(DenseIndex, exact_only=True))

    return lambda *arguments: run_here(monkeypatch, capsys, *arguments)


def quoth_process(*arguments, **settings):
    """Run the command line as a process of its own, as a person does."""
    command = [sys.executable, "-c", "from ui.cli import main; main()", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "400"} | settings
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=PROJECT, timeout=280)
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "Poznan 1956.txt").write_bytes(POZNAN.encode())
    (folder / "Bread.md").write_bytes(BREAD.encode())
    return folder


def listed(quoth):
    return json.loads(quoth("documents", "--json").out)


def test_help_names_every_command():
    run = quoth_process("--help")
    assert run.code == 0
    assert all(f" {command} " in run.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["add"], ["nonsense"], ["ask"], ["serve", "--port", "x"], ["ask", "a", "--no"]])
def test_wrong_usage_exits_with_2(quoth, arguments):
    run = quoth(*arguments)
    assert run.code == 2
    assert "Traceback" not in run.err


def test_a_question_becomes_an_answer_whose_quotes_stand_in_the_files(quoth, texts):
    added = quoth("add", texts)
    assert (added.code, added.err) == (0, "")
    assert "added Bread: 1 passages" in added.out
    assert "added Poznan 1956: 1 passages" in added.out

    documents = listed(quoth)
    assert [document["title"] for document in documents] == ["Bread", "Poznan 1956"]
    assert [document["characters"] for document in documents] == [len(BREAD), len(POZNAN)]

    answer = json.loads(quoth("ask", "--json", BREAD_QUESTION).out)
    assert answer["status"] == "answered"
    citations = [citation for claim in answer["claims"] for citation in claim["citations"]]
    assert citations
    for citation in citations:
        file = next(document["path"] for document in documents if document["id"] == citation["document_id"])
        text = Path(file).read_bytes().decode()
        assert text[citation["start"] : citation["end"]] == citation["quote"] != ""
    printed = quoth("ask", BREAD_QUESTION).out
    assert all(citation["quote"] in printed for citation in citations)

    removed = quoth("remove", documents[0]["id"][:8])
    assert (removed.code, removed.out) == (0, "removed Bread\n")
    assert [document["title"] for document in listed(quoth)] == ["Poznan 1956"]
    assert json.loads(quoth("ask", "--json", BREAD_QUESTION).out)["status"] == "refused"


def test_documents_are_listed_in_a_table_without_reading_their_titles_as_markup(quoth, texts):
    (texts / "[red]rood[_].txt").write_text("Een vlag.", encoding="utf-8")
    assert "added [red]rood[ ]: 1 passages" in quoth("add", texts).out
    run = quoth("documents")
    assert "[red]rood[ ]" in run.out
    assert all(document["id"][:12] in run.out for document in listed(quoth))
    assert quoth("remove", listed(quoth)[-1]["id"]).out == "removed [red]rood[ ]\n"


def uploaded(text):
    """Put an uploaded document into the catalogue of the command line."""
    embedder = WordCountEmbedder()
    with Catalogue.open(Settings.from_environment().home) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        ingest_bytes("Bread.md", text.encode(), catalogue, embedder.read_passages)


@pytest.mark.parametrize(
    ("arguments", "answer", "left", "code"),
    [
        ((), None, 1, 1),
        (("--on-conflict", "replace"), None, 1, 0),
        (("--on-conflict", "keep"), None, 2, 0),
        ((), "replace", 1, 0),
        ((), "keep", 2, 0),
        ((), "leave", 1, 1),
    ],
)
def test_a_file_under_the_name_of_an_upload_is_asked_about(quoth, texts, monkeypatch, arguments, answer, left, code):
    uploaded("Bread cost 4 zloty.")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: answer is not None)
    monkeypatch.setattr("ui.ingest_progress.Prompt.ask", lambda *_, **__: answer)
    assert quoth("add", texts / "Bread.md", *arguments).code == code
    documents = listed(quoth)
    assert len(documents) == left
    replaced = "replace" in (*arguments, answer)
    assert (str(texts / "Bread.md") in {one["path"] for one in documents}) == (replaced or left == 2)


def test_adding_again_changes_nothing(quoth, texts):
    quoth("add", texts)
    before = listed(quoth)
    again = quoth("add", texts, texts / "Bread.md")
    assert again.code == 0
    assert again.out.count("unchanged") == 2
    assert listed(quoth) == before


def test_a_changed_file_replaces_its_document(quoth, texts):
    quoth("add", texts)
    (texts / "Bread.md").write_text(BREAD + "Butter was not to be had.\n", encoding="utf-8")
    run = quoth("add", texts)
    assert "replaced Bread" in run.out
    assert "unchanged Poznan 1956" in run.out
    assert len(listed(quoth)) == 2


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("table.pdf", b"%PDF-1.7", "Save it anew and add it again."),
        ("table.exe", b"MZ", "Save the text as one of these and add it again."),
        ("empty.txt", b"  \n", "Add a file that holds text."),
        ("noise.txt", bytes(range(256)) * 40, "noise.txt"),
        ("missing.txt", None, "Check the name and the folder."),
        ("[red]x[_].txt", b"", "Add a file that holds text."),
    ],
)
def test_a_bad_file_is_named_and_the_good_ones_go_in(quoth, texts, name, content, advice):
    bad = texts / name
    if content is not None:
        bad.write_bytes(content)
    run = quoth("add", bad, texts)
    assert run.code == 1
    assert f"failed {bad}: {name}" in run.out
    assert advice in run.out
    assert "Traceback" not in run.err
    assert [document["title"] for document in listed(quoth)] == ["Bread", "Poznan 1956"]


def test_a_bad_file_with_a_name_that_is_no_text_is_reported(quoth, texts):
    (texts / os.fsdecode(b"leeg-\xff.txt")).write_bytes(b"")
    run = quoth("add", texts)
    assert run.code == 1
    assert "leeg-" in run.out
    assert len(listed(quoth)) == 2


def test_files_of_other_kinds_in_a_folder_are_counted(quoth, texts):
    (texts / "photo.jpg").write_bytes(b"\xff\xd8")
    run = quoth("add", texts)
    assert run.code == 0
    assert "1 file(s) in these folders are passed over" in run.out


def test_an_earlier_question_is_taken_in(quoth, texts):
    quoth("add", texts)
    asked = ["ask", "--json", "And butter?", "--after", "What did tanks cost?", "--after", BREAD_QUESTION]
    receipt = json.loads(quoth(*asked).out)["receipt"]
    assert receipt["history"] == ["What did tanks cost?", BREAD_QUESTION]
    assert "bread" in receipt["resolved_question"]
    assert "butter" in receipt["resolved_question"]


def test_one_document_is_asked(quoth, texts):
    quoth("add", texts)
    bread, poznan = (document["id"] for document in listed(quoth))
    answer = json.loads(quoth("ask", "--json", BREAD_QUESTION, "--document", bread).out)
    assert answer["status"] == "answered"
    assert answer["receipt"]["document_ids"] == [bread]
    assert {citation["document_id"] for claim in answer["claims"] for citation in claim["citations"]} == {bread}
    answer = json.loads(quoth("ask", "--json", BREAD_QUESTION, "--document", poznan).out)
    assert (answer["status"], answer["claims"]) == ("refused", [])


def test_passages_in_one_language_are_asked(quoth, texts):
    quoth("add", texts)
    assert json.loads(quoth("ask", "--json", BREAD_QUESTION, "--language", "nl").out)["status"] == "refused"
    assert json.loads(quoth("ask", "--json", BREAD_QUESTION, "--language", "en").out)["status"] == "answered"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "Who?", "--document", "nobody"], "0 documents have an id that starts with 'nobody'"),
        (["ask", "  "], "question"),
        (["ask", "x" * 2001], "2000"),
        (["remove", "nobody"], "Give at least 4 characters of an id that `quoth documents` lists."),
    ],
    ids=["unknown document", "no question", "too long a question", "removing nothing"],
)
def test_an_error_is_one_line_on_standard_error(quoth, texts, arguments, message):
    quoth("add", texts / "Bread.md")
    run = quoth(*arguments)
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("quoth: ")
    assert message in run.err.replace(",", "")
    assert run.err.count("\n") == 1
    assert len(listed(quoth)) == 1


def test_removing_an_empty_id_removes_nothing(quoth, texts):
    quoth("add", texts / "Bread.md")
    run = quoth("remove", "")
    assert run.code != 0
    assert len(listed(quoth)) == 1


def test_documents_of_another_model_ask_for_a_reindex_and_come_back_after_it(quoth, texts, monkeypatch):
    quoth("add", texts)
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder(name="another"))
    refused = quoth("ask", BREAD_QUESTION)
    assert refused.code == 1
    assert "word-count@64" in refused.err
    assert "another@64" in refused.err
    assert "embed the documents again" in refused.err
    assert "embedded 2 documents with another@64" in quoth("reindex").out
    assert json.loads(quoth("ask", "--json", BREAD_QUESTION).out)["status"] == "answered"


@pytest.mark.parametrize("command", [["documents"], ["ask", "Who?"], ["reindex"]], ids=lambda it: it[0])
def test_a_wrong_setting_is_one_line(quoth, monkeypatch, command):
    monkeypatch.setenv("QUOTH_PORT", "x")
    run = quoth(*command)
    assert run.code == 1
    assert "QUOTH_PORT" in run.err
    assert "integer" in run.err
    assert run.err.count("\n") == 1


def test_a_wrong_setting_is_no_traceback():
    run = quoth_process("documents", QUOTH_PORT="x")
    assert run.code == 1
    assert run.err.startswith("quoth: A setting is wrong. QUOTH_PORT: ")
    assert len(run.err.splitlines()) == 1


def test_a_wrong_setting_is_no_traceback_for_evals_either():
    run = quoth_process("evals", "run", "samples", QUOTH_PORT="x")
    assert run.code == 1
    assert "QUOTH_PORT" in run.err
    assert "Traceback" not in run.err


def test_the_evals_say_which_packages_they_take(quoth, monkeypatch):
    monkeypatch.setattr("ui.cli.find_spec", lambda _name: None)
    run = quoth("evals", "run", "samples")
    assert run.code == 1
    assert 'pip install "quoth[evals]"' in run.err


def test_a_folder_that_cannot_be_made_is_told(quoth, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("QUOTH_HOME", str(tmp_path / "file" / "home"))
    run = quoth("documents")
    assert run.code == 1
    assert "The data folder" in run.err
    assert "Choose another" in run.err


TIMED = """
import sys, time
import ingest.catalogue, retriever.settings
from ui.cli import main
started = time.monotonic()
try:
    main()
finally:
    print(time.monotonic() - started)
"""


def test_a_catalogue_in_use_names_its_owner_soon(own_storage, tmp_path):
    with Catalogue.open(own_storage):
        command = [sys.executable, "-c", TIMED, "documents"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, timeout=60)
    assert done.returncode == 3
    assert f"process {os.getpid()}" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert float(done.stdout) < 2


def test_a_missing_model_exits_with_4(quoth, monkeypatch):
    monkeypatch.setattr("retriever.assistant.load_embedder", load_embedder)
    monkeypatch.setenv("QUOTH_EMBEDDING_MODEL", "/nowhere")
    run = quoth("ask", "Who?")
    assert run.code == 4
    assert "/nowhere" in run.err
    assert "QUOTH_EMBEDDING_MODEL" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("command", [["documents"], ["ask", "Who?"], ["remove", "ab"]], ids=lambda it: it[0])
def test_a_damaged_catalogue_exits_with_5_and_is_left_alone(quoth, own_storage, command):
    own_storage.mkdir()
    file = own_storage / "catalogue.sqlite3"
    file.write_bytes(b"garbage" * 100)
    run = quoth(*command)
    assert run.code == 5
    assert str(file) in run.err
    assert "backup" in run.err
    assert file.read_bytes() == b"garbage" * 100


BREAD_CLAIM = "In juni 1956 kostte een brood 3 zloty."


@pytest.fixture
def verifier(monkeypatch):
    """Let the verifier that comes with Quoth be one that knows numbers."""
    monkeypatch.setattr("retriever.evidence_model.evidence_models.load_shipped", lambda _: (NumberVerifier(), None))


@pytest.mark.parametrize(
    ("claim", "printed"),
    [
        (BREAD_CLAIM, "supported (support 0.95)\n"),
        (BREAD_CLAIM.replace("3", "7"), "refuted (support 0.10)\n"),
        ("Brood was duur.", "not enough to say (support 0.10)\n"),
    ],
)
def test_a_claim_is_held_against_a_text(quoth, verifier, claim, printed):
    assert quoth("check-claim", claim, "--evidence", BREAD) == Run(0, printed, "")


def test_a_claim_is_held_against_a_file_and_printed_as_json(quoth, verifier, texts):
    run = quoth("check-claim", BREAD_CLAIM, "--evidence-file", texts / "Bread.md", "--json")
    assert run.code == 0
    checked = json.loads(run.out)
    assert (checked["verdict"], checked["support"], checked["verifier"]) == ("supported", 0.95, "numbers")
    assert checked["probabilities"] == {"supported": 0.95, "refuted": 0.0, "not_enough": 0.05}


def test_a_claim_is_checked_while_another_process_owns_the_catalogue(quoth, verifier, own_storage):
    with Catalogue.open(own_storage):
        assert quoth("check-claim", BREAD_CLAIM, "--evidence", BREAD).code == 0


def test_checking_a_claim_makes_no_catalogue_and_needs_no_reader(quoth, verifier, monkeypatch, own_storage):
    monkeypatch.setenv("QUOTH_READER_MODEL", "/nowhere")
    assert quoth("check-claim", BREAD_CLAIM, "--evidence", BREAD).code == 0
    assert not own_storage.exists()


@pytest.mark.parametrize("evidence", [[], ["--evidence", BREAD, "--evidence-file", "Bread.md"]], ids=["none", "two"])
def test_a_claim_wants_its_evidence_in_one_way(quoth, verifier, evidence):
    run = quoth("check-claim", BREAD_CLAIM, *evidence)
    assert (run.code, run.out) == (2, "")
    assert "either as --evidence or as --evidence-file" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["", "--evidence", BREAD], "The claim is empty"),
        ([BREAD_CLAIM, "--evidence", " "], "The evidence is empty"),
        ([BREAD_CLAIM, "--evidence-file", "/nowhere.txt"], "Check the name and the folder."),
        ([BREAD_CLAIM, "--evidence-file", "/nowhere.pdf"], "nowhere.pdf"),
    ],
)
def test_a_claim_that_cannot_be_checked_is_one_line(quoth, verifier, arguments, message):
    run = quoth("check-claim", *arguments)
    assert (run.code, run.out) == (1, "")
    assert message in run.err
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("name", [None, "none", "/nowhere"], ids=["missing", "not wanted", "not there"])
def test_without_a_verifier_a_check_exits_with_4(quoth, monkeypatch, name):
    if name:
        monkeypatch.setenv("QUOTH_VERIFIER_MODEL", name)
    run = quoth("check-claim", BREAD_CLAIM, "--evidence", BREAD)
    assert (run.code, run.out) == (4, "")
    assert ("/nowhere" if name == "/nowhere" else "There is no verifier") in run.err


@pytest.fixture
def writes(monkeypatch):
    """Let a language model write these replies, one for each answer."""

    def let(*replies):
        models = EvidenceModels(verifier=NumberVerifier(), language_model=ScriptedLanguageModel(replies))
        monkeypatch.setattr("retriever.assistant.load_evidence_models", lambda _: models)
        return models.language_model

    return let


def test_prose_is_printed_with_the_words_it_rests_on_and_what_became_of_its_sentences(quoth, texts, writes):
    writes("In June 1956 bread was 3 zloty [1]. In June 1948 bread was 9 zloty [1].")
    quoth("add", texts / "Bread.md")
    run = quoth("ask", BREAD_QUESTION)
    first, empty, place, words, *_, last = run.out.splitlines()
    assert (first, empty) == ("In June 1956 bread was 3 zloty. [1]", "")
    assert place.startswith("[1] Bread, 0-")
    assert words == "In June 1956 bread cost 3 zloty in Warsaw."
    assert last == "1 of 2 sentences passed the check. Left out: 1 not carried by the source."
    assert run.err == ""


def test_without_prose_the_language_model_is_not_asked(quoth, texts, writes):
    model = writes("In June 1956 bread was 3 zloty [1].")
    quoth("add", texts / "Bread.md")
    run = quoth("ask", BREAD_QUESTION, "--no-prose")
    assert run.out.startswith("Bread says: “In June 1956 bread cost 3 zloty in Warsaw.” [1]")
    assert model.asked == []


def test_prose_that_fails_leaves_the_quotations_and_says_so_beside_them(quoth, texts, writes):
    writes(["A lo", LanguageModelError("The server at home is away.")])
    quoth("add", texts / "Bread.md")
    run = quoth("ask", BREAD_QUESTION)
    assert run.code == 0
    assert run.out.startswith("Bread says: “In June 1956 bread cost 3 zloty in Warsaw.” [1]")
    assert "The language model gave no answer, so here are the texts' own words. (The server at home" in run.err
    assert "language model" not in run.out


def test_the_json_of_prose_has_its_account(quoth, texts, writes):
    writes("In June 1956 bread was 3 zloty [1].")
    quoth("add", texts / "Bread.md")
    answer = json.loads(quoth("ask", "--json", BREAD_QUESTION).out)
    assert (answer["prose"]["written"], answer["prose"]["shown"], answer["prose"]["fallback"]) == (1, 1, None)
    assert [claim["kind"] for claim in answer["claims"]] == ["paraphrase"]
    assert answer["receipt"]["language_model"] == "scripted"


@pytest.mark.real
@pytest.mark.parametrize(("year", "supported"), [(1956, True), (1948, False)], ids=["right", "wrong"])
def test_the_real_verifier_follows_a_claim_into_another_language(quoth, monkeypatch, model_cache, year, supported):
    if not (weights_file.SHIPPED / weights_file.WEIGHTS).exists():
        pytest.skip("the trained weights are not there yet")
    monkeypatch.setenv("QUOTH_HOME", str(model_cache))
    claim = f"De koning stierf in {year}."
    run = quoth("check-claim", claim, "--evidence", "The king died in the winter of 1956.", "--json")
    assert run.code == 0, run.err
    checked = json.loads(run.out)
    assert (checked["verdict"] == "supported") is supported
    assert checked["verifier"].startswith("reader-verifier@")


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_path_in_processes_of_its_own(texts, model_cache, real_embedder):
    settings = {"QUOTH_EMBEDDING_MODEL": str(model_cache / "models" / "multilingual-e5-small")}
    (texts / "photo.pdf").write_bytes(b"%PDF")
    added = quoth_process("add", texts, texts / "photo.pdf", **settings)
    assert added.code == 1
    assert "failed" in added.out
    documents = json.loads(quoth_process("documents", "--json").out)
    assert [document["title"] for document in documents] == ["Bread", "Poznan 1956"]
    asked = [
        "ask",
        "Hoeveel zloty kostte een brood in Warschau in juni 1956?",
        "--json",
        "--document",
        documents[0]["id"],
    ]
    run = quoth_process(*asked, **settings)
    assert run.code == 0
    answer = json.loads(run.out)
    assert answer["status"] == "answered"
    (citation, *_) = answer["claims"][0]["citations"]
    assert BREAD[citation["start"] : citation["end"]] == citation["quote"]
    assert quoth_process("remove", documents[0]["id"][:12]).code == 0
    assert len(json.loads(quoth_process("documents", "--json").out)) == 1
