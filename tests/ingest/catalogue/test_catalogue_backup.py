"""A catalogue is copied while it is in use, and a copy takes its place only when it is whole."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.backup import back_up, restore
from ingest.errors import CatalogueDamagedError, CatalogueError, CatalogueInUseError, DiskFullError
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole

PROJECT = Path(__file__).resolve().parents[3]


def fill(folder, count=5):
    with Catalogue.open(folder) as catalogue:
        documents = [
            add(catalogue, f"Text {number} has the word{number}x.", path=f"/{number}.txt") for number in range(count)
        ]
        catalogue.save_answer("answer", '{"text": "één"}', [documents[0].id])
        catalogue.flag_answer("answer", "good", "a note")
    return [document.id for document in documents]


def assert_restored(folder, ids):
    with Catalogue.open(folder) as catalogue:
        assert {summary.id for summary in catalogue.documents()} == set(ids)
        for number, document_id in enumerate(ids):
            assert_whole(catalogue, document_id)
            assert catalogue.search_keywords(f"word{number}x", limit=5)
        assert catalogue.saved_answer("answer") == '{"text": "één"}'
        assert catalogue.flagged_answers()[0].flag.note == "a note"
        assert catalogue.changed_documents() == []


def test_a_backup_brings_back_all_there_was(tmp_path):
    ids = fill(tmp_path / "data")
    copied = back_up(tmp_path / "data", tmp_path / "backup.quoth")
    assert copied.documents == 5
    assert copied.size == (tmp_path / "backup.quoth").stat().st_size
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.remove_many(ids[:3])
        add(catalogue, POLAND)
    assert restore(tmp_path / "data", tmp_path / "backup.quoth").documents == 5
    assert_restored(tmp_path / "data", ids)
    assert restore(tmp_path / "another", tmp_path / "backup.quoth").documents == 5
    assert_restored(tmp_path / "another", ids)
    for folder in ("data", "another"):
        assert not [file.name for file in (tmp_path / folder).iterdir() if ".old" in file.name or ".new" in file.name]


def test_a_backup_is_one_state_while_another_process_writes(tmp_path):
    ids = fill(tmp_path / "data")
    stop = threading.Event()
    with Catalogue.open(tmp_path / "data") as catalogue:

        def change():
            number = 0
            while not stop.is_set():
                number += 1
                add(catalogue, f"Changing {number}.", path="/changing.txt")

        changing = threading.Thread(target=change)
        changing.start()
        script = "import sys; from pathlib import Path; from ingest.catalogue.backup import back_up; "
        script += "back_up(Path(sys.argv[1]), Path(sys.argv[2]))"
        for number in range(2):
            command = [sys.executable, "-c", script, str(tmp_path / "data"), str(tmp_path / f"{number}.quoth")]
            subprocess.run(command, env={**os.environ, "PYTHONPATH": str(PROJECT)}, check=True)
        stop.set()
        changing.join()
        assert len(catalogue.documents()) == 6
    for number in range(2):
        restore(tmp_path / "restored", tmp_path / f"{number}.quoth")
        with Catalogue.open(tmp_path / "restored") as catalogue:
            kept = [summary for summary in catalogue.documents() if summary.path != "/changing.txt"]
            assert {summary.id for summary in kept} == set(ids)
            assert len(catalogue.documents()) in (5, 6)
            for summary in catalogue.documents():
                assert_whole(catalogue, summary.id)


def test_a_backup_replaces_no_file_and_leaves_none_half_written(tmp_path, monkeypatch):
    fill(tmp_path / "data")
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(CatalogueError, match="there already"):
        back_up(tmp_path / "data", tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "precious"
    with pytest.raises(CatalogueError, match="no catalogue"):
        back_up(tmp_path / "nowhere", tmp_path / "backup")
    with pytest.raises(CatalogueError, match="cannot be written"):
        back_up(tmp_path / "data", tmp_path / "mine" / "backup")
    monkeypatch.setattr("shutil.disk_usage", lambda _: os.terminal_size((0, 0)) and type("Usage", (), {"free": 1000}))
    with pytest.raises(DiskFullError, match=r"needed; nothing was changed"):
        back_up(tmp_path / "data", tmp_path / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine"]


def damage(path, kind):
    content = bytearray(path.read_bytes())
    if kind == "cut":
        del content[len(content) // 2 :]
    elif kind == "empty":
        content.clear()
    elif kind == "garbage":
        content[:] = random.Random(1).randbytes(len(content))
    else:
        path.write_bytes(content)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(kind)
            connection.commit()
        return
    path.write_bytes(content)


@pytest.mark.parametrize(
    "kind",
    [
        *("cut", "empty", "garbage"),
        "UPDATE documents SET text = x'41' WHERE row = 1",
        "UPDATE passage_vectors SET vector = zeroblob(length(vector)) WHERE passage = 3",
        "UPDATE meta SET value = 99 WHERE key = 'schema_version'",
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(tmp_path, kind):
    fill(tmp_path / "other")
    backup = tmp_path / "backup.quoth"
    back_up(tmp_path / "other", backup)
    damage(backup, kind)
    with Catalogue.open(tmp_path / "data") as catalogue:
        kept = add(catalogue, HUNGARY)
    with pytest.raises(CatalogueError):
        restore(tmp_path / "data", backup)
    with Catalogue.open(tmp_path / "data") as catalogue:
        assert_whole(catalogue, kept.id)
        with pytest.raises(CatalogueInUseError):
            restore(tmp_path / "data", backup)
    with pytest.raises(CatalogueError, match="no file"):
        restore(tmp_path / "data", tmp_path / "nowhere")


def test_a_backup_takes_the_place_of_a_damaged_or_lost_catalogue(tmp_path):
    ids = fill(tmp_path / "data")
    back_up(tmp_path / "data", tmp_path / "backup")
    for content in (b"garbage" * 1000, None):
        path = tmp_path / "data" / "catalogue.sqlite3"
        path.unlink()
        if content:
            path.write_bytes(content)
        with pytest.raises(CatalogueDamagedError):
            Catalogue.open(tmp_path / "data")
        restore(tmp_path / "data", tmp_path / "backup")
        assert_restored(tmp_path / "data", ids)


def test_changes_after_a_restoring_are_numbered_on(tmp_path):
    fill(tmp_path / "data")
    back_up(tmp_path / "data", tmp_path / "backup")
    with Catalogue.open(tmp_path / "data") as catalogue:
        for number in range(10):
            add(catalogue, f"Later {number}.")
        last = catalogue.sequence
    restore(tmp_path / "data", tmp_path / "backup")
    with Catalogue.open(tmp_path / "data") as catalogue:
        assert catalogue.sequence == last + 1
        assert catalogue.changes_since(last) is None


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.catalogue.backup import restore
left = int(sys.argv[3])
def watch(event, arguments):
    global left
    if event in ("os.rename", "os.remove", "open", "sqlite3.connect") and "data" in str(arguments[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_killed_at_any_step_of_a_restoring_nothing_is_lost_unnoticed(tmp_path):
    old = fill(tmp_path / "data", count=2)
    new = fill(tmp_path / "source", count=4)
    back_up(tmp_path / "source", tmp_path / "backup")
    environment, seen = {**os.environ, "PYTHONPATH": str(PROJECT)}, set()
    for step in range(1, 60):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(tmp_path / "backup"), str(step)]
        run = subprocess.run(command, env=environment)
        if run.returncode != -signal.SIGKILL:
            break
        try:
            with Catalogue.open(tmp_path / "data") as catalogue:
                held = {summary.id for summary in catalogue.documents()}
            assert held in (set(old), set(new))
            seen.add("old" if held == set(old) else "new")
        except CatalogueDamagedError:
            seen.add("refused")
    assert run.returncode == 0
    assert step > 8
    assert "refused" in seen
    assert_restored(tmp_path / "data", new)
