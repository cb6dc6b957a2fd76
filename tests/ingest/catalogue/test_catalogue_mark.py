"""A catalogue that lost something, or is not the one that was there, is refused and never silently short."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.mark import MARK_NAME, SLOT_BYTES, MarkFile
from ingest.errors import CatalogueDamagedError
from tests.ingest.hand_made import HUNGARY, POLAND, add

PROJECT = Path(__file__).resolve().parents[3]
FILES = ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm")
KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.catalogue import Catalogue
from tests.ingest.hand_made import add
catalogue = Catalogue.open(Path(sys.argv[1]))
for number in range(8):
    add(catalogue, f"Text {number}.")
os.kill(os.getpid(), signal.SIGKILL)
"""


def fill(folder, *texts):
    with Catalogue.open(folder) as catalogue:
        for text in texts:
            add(catalogue, text)


def delete(folder, *names):
    for name in names:
        (folder / name).unlink(missing_ok=True)


def test_a_catalogue_that_was_deleted_is_missed(tmp_path):
    fill(tmp_path, POLAND, HUNGARY)
    delete(tmp_path, *FILES)
    for _ in range(2):
        with pytest.raises(CatalogueDamagedError, match="gone, and 2 documents with it"):
            Catalogue.open(tmp_path)
    assert not (tmp_path / "catalogue.sqlite3").exists()


def test_the_log_of_a_killed_process_is_missed(tmp_path):
    fill(tmp_path, POLAND)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment)
    assert run.returncode == -signal.SIGKILL
    whole = shutil.copytree(tmp_path, tmp_path / "whole")
    delete(tmp_path, "catalogue.sqlite3-wal", "catalogue.sqlite3-shm")
    with pytest.raises(CatalogueDamagedError, match="9 documents then, 1 now"):
        Catalogue.open(tmp_path)
    with Catalogue.open(whole) as catalogue:
        assert len(catalogue.documents()) == 9


def test_an_older_copy_in_the_place_of_the_catalogue_is_noticed(tmp_path):
    fill(tmp_path, POLAND)
    shutil.copy(tmp_path / "catalogue.sqlite3", tmp_path / "copy")
    fill(tmp_path, HUNGARY)
    shutil.copy(tmp_path / "copy", tmp_path / "catalogue.sqlite3")
    with pytest.raises(CatalogueDamagedError, match="2 documents then, 1 now"):
        Catalogue.open(tmp_path)


def test_another_catalogue_in_the_place_of_the_one_that_was_there_is_noticed(tmp_path):
    fill(tmp_path / "here", POLAND)
    fill(tmp_path / "there", *(f"Text {number}." for number in range(5)))
    shutil.copy(tmp_path / "there" / "catalogue.sqlite3", tmp_path / "here" / "catalogue.sqlite3")
    with pytest.raises(CatalogueDamagedError, match=r"another catalogue .* with 1 document"):
        Catalogue.open(tmp_path / "here")


def test_an_empty_catalogue_may_be_deleted(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.remove(add(catalogue, POLAND).id)
    delete(tmp_path, *FILES)
    fill(tmp_path, HUNGARY)
    fill(tmp_path, POLAND)


def test_a_catalogue_without_a_mark_gets_one(tmp_path):
    fill(tmp_path, POLAND)
    delete(tmp_path, MARK_NAME)
    Catalogue.open(tmp_path).close()
    assert MarkFile(tmp_path).read().documents == 1


@pytest.mark.parametrize("torn", [0, 1])
def test_a_mark_half_written_leaves_the_one_before(tmp_path, torn):
    fill(tmp_path, POLAND, HUNGARY)
    content = bytearray((tmp_path / MARK_NAME).read_bytes())
    content[torn * SLOT_BYTES + 5] ^= 1
    (tmp_path / MARK_NAME).write_bytes(content)
    assert MarkFile(tmp_path).read().sequence == (1 if torn == 0 else 2)
    Catalogue.open(tmp_path).close()
    assert MarkFile(tmp_path).read().sequence == 2


def test_a_mark_that_is_garbage_does_not_keep_a_catalogue_closed(tmp_path):
    fill(tmp_path, POLAND)
    (tmp_path / MARK_NAME).write_bytes(b"garbage" * 100)
    fill(tmp_path, HUNGARY)
    assert MarkFile(tmp_path).read().documents == 2


def test_the_mark_follows_changes_from_many_threads(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        threads = [threading.Thread(target=add, args=(catalogue, f"Text {number}.")) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        noted = MarkFile(tmp_path).read()
        assert (noted.sequence, noted.documents) == (catalogue.sequence, 12)


def test_a_mark_that_cannot_be_written_stops_no_change(tmp_path, caplog):
    with Catalogue.open(tmp_path) as catalogue:
        delete(tmp_path, MARK_NAME)
        (tmp_path / MARK_NAME).mkdir()
        add(catalogue, POLAND)
        assert len(catalogue.documents()) == 1
    assert "might go unnoticed" in caplog.text
