import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import CatalogueDamagedError, CatalogueError, CatalogueInUseError
from tests.ingest.hand_made import HUNGARY, add, assert_whole, split_by_hand, vectors_of

PROJECT = Path(__file__).resolve().parents[3]
OWNER = """
import sys, time
from pathlib import Path
from ingest.catalogue import Catalogue
catalogue = Catalogue.open(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def owner(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_second_process_is_told_the_first_within_two_seconds(tmp_path, owner):
    started = time.monotonic()
    with pytest.raises(CatalogueInUseError, match=rf"process {owner.pid}\b"):
        Catalogue.open(tmp_path)
    assert time.monotonic() - started < 2


def test_the_lock_of_a_killed_owner_does_not_stand(tmp_path, owner):
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.documents() == []


def test_one_process_cannot_open_twice_but_can_open_again(tmp_path):
    with Catalogue.open(tmp_path), pytest.raises(CatalogueInUseError, match=str(os.getpid())):
        Catalogue.open(tmp_path)
    Catalogue.open(tmp_path).close()


def test_an_owner_that_is_just_leaving_is_waited_for(tmp_path):
    leaving = Catalogue.open(tmp_path)
    timer = threading.Timer(0.3, leaving.close)
    timer.start()
    Catalogue.open(tmp_path).close()
    timer.join()


def test_a_failed_opening_gives_the_folder_free(tmp_path):
    (tmp_path / "catalogue.sqlite3").write_bytes(b"garbage")
    for _ in range(2):
        with pytest.raises(CatalogueDamagedError):
            Catalogue.open(tmp_path)


def test_a_half_made_catalogue_of_a_killed_process_is_made_again(tmp_path):
    for name in ("catalogue.sqlite3.new", "catalogue.sqlite3.new-journal", "catalogue.sqlite3.new-wal"):
        (tmp_path / name).write_bytes(b"half")
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, HUNGARY)
    assert not list(tmp_path.glob("*.new*"))


def test_a_full_disk_changes_nothing_and_passes(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        kept = add(catalogue, HUNGARY, path="/a.txt")
        before = catalogue.sequence
        writer = catalogue._connections._writer
        (pages,) = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages + 2}")
        large = split_by_hand("\n\n".join(f"{HUNGARY} {number}" for number in range(200)), path="/a.txt")
        with pytest.raises(CatalogueError, match="full"):
            catalogue.replace(large, vectors_of(large))
        assert catalogue.sequence == before
        assert_whole(catalogue, kept.id)
        writer.execute("PRAGMA max_page_count = 1000000")
        assert catalogue.replace(large, vectors_of(large))
        assert [summary.id for summary in catalogue.documents()] == [large.document.id]


FILL = """
import sys
from pathlib import Path
from ingest.catalogue import Catalogue
from ingest.errors import CatalogueError
from tests.ingest.hand_made import add, assert_whole
folder = Path(sys.argv[1])
ballast = folder / "ballast"
ballast.write_bytes(bytes(2_500_000))
kept = []
with Catalogue.open(folder / "data") as catalogue:
    try:
        for number in range(1000):
            kept.append(add(catalogue, f"Number {number} " + "filler " * 2000).id)
    except CatalogueError as error:
        assert "full" in str(error), error
    assert 0 < len(kept) < 1000
    for document_id in kept:
        assert_whole(catalogue, document_id)
    ballast.unlink()
    add(catalogue, "Number 1000 " + "filler " * 2000)
with Catalogue.open(folder / "data") as catalogue:
    assert len(catalogue.documents()) == len(kept) + 1
    catalogue.remove(kept[0])
print("done")
"""


def test_a_disk_that_is_really_full_changes_nothing_and_passes(tmp_path):
    mount = f"mount -t tmpfs -o size=5m tmpfs {tmp_path}"
    attempt = ["unshare", "-rm", "sh", "-c", mount]
    if not shutil.which("unshare") or subprocess.run(attempt, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    command = f'{mount} && exec "$0" -c "$1" "$2"'
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command, sys.executable, FILL, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert run.stdout == "done\n", run.stderr


def test_a_catalogue_that_cannot_be_written_can_be_read(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        document = add(catalogue, HUNGARY)
        catalogue._connections._writer.execute("PRAGMA query_only = ON")
        for change in (lambda: catalogue.remove(document.id), lambda: add(catalogue, "more")):
            with pytest.raises(CatalogueError, match="cannot be written"):
                change()
        assert_whole(catalogue, document.id)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogueError, match="data folder"):
        Catalogue.open(tmp_path / "file" / "data")


def test_odd_folder_names_work(tmp_path):
    folder = tmp_path / "a b?c#d%20é&mode=ro"
    with Catalogue.open(folder) as catalogue:
        add(catalogue, HUNGARY)
    with Catalogue.open(folder) as catalogue:
        assert len(catalogue.documents()) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "quoth-home"] == [folder.name]
