import json

import pytest

from evals.commands import run as command_run
from evals.folders import FolderSet, read_questions, run_folders
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import WordCountEmbedder

QUESTIONS = [
    {"question": "How much did the bread cost in the village shop?", "expect": "nine pence"},
    {"question": "How much did the bread cost in the village shop?", "expect": "nine pence", "not": ["village"]},
    {"question": "How much did the bread cost in the village shop?", "refuse": True},
    {"question": "(splitting only)", "expect": "nothing is asked"},
]


@pytest.fixture
def folders(tmp_path):
    root = tmp_path / "folders"
    folder = root / "01-shop"
    folder.mkdir(parents=True)
    (folder / "shop.txt").write_text("The bread in the village shop cost nine\npence. The mill was far away.\n")
    (folder / "question.json").write_text(json.dumps(QUESTIONS))
    return root


def test_a_question_is_right_when_the_first_claim_quotes_what_it_should_and_nothing_else(folders):
    outcomes = run_folders(folders, WordCountEmbedder(), EvidenceModels(), max_file_bytes=10_000)
    assert [outcome.right for outcome in outcomes] == [True, False, False]
    assert all(outcome.pointers_right for outcome in outcomes)


def test_what_says_neither_what_is_expected_nor_to_refuse_is_not_asked(folders):
    assert len(list(read_questions(folders / "01-shop"))) == 3


@pytest.mark.parametrize("held_out", [False, True])
def test_the_command_prints_what_was_right_and_fails_of_a_held_out_set_are_not_shown(
    evals, folders, monkeypatch, held_out
):
    monkeypatch.setattr(command_run, "FOLDER_SETS", (FolderSet("shops", folders, held_out=held_out),))
    output = evals("run", "shops", "--failures").output
    assert "questions right: 1 of 3" in output
    assert ("wanted a refusal" in output) is not held_out


def test_a_set_whose_folder_is_not_there_is_skipped(evals, tmp_path, monkeypatch):
    monkeypatch.setattr(command_run, "FOLDER_SETS", (FolderSet("shops", tmp_path / "none"),))
    assert "shops: skipped" in evals("run", "shops").output
