"""A data folder that can be read and not written: it answers, keeps nothing, takes nothing, and says so."""

import errno
import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from api.app import create_app
from ingest.catalogue import Catalogue
from ingest.errors import CatalogueDamagedError, CatalogueInUseError, ModelMismatchError, ReadOnlyError
from ingest.readers import RawFile
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from tests.attacks.mounted import word_counting_assistant
from tests.fakes import WordCountEmbedder

PROJECT = Path(__file__).resolve().parent.parent.parent
QUESTION = {"question": "Wanneer werd het staatsverdrag van Oostenrijk getekend?"}
ON_READ_ONLY_MOUNT = """
import sys
from pathlib import Path
from ingest.catalogue import Catalogue
from ingest.errors import ReadOnlyError
with Catalogue.open(Path(sys.argv[1])) as catalogue:
    print(catalogue.is_read_only, len(catalogue.documents()))
    try:
        catalogue.remove(catalogue.documents()[0].id)
    except ReadOnlyError:
        print("refused")
"""


@pytest.fixture
def home(tmp_path):
    with word_counting_assistant(tmp_path / "home"):
        pass
    return tmp_path / "home"


@pytest.fixture
def killed(tmp_path):
    """A data folder as it is when its server was killed: what was stored last is in the log alone."""
    with word_counting_assistant(tmp_path / "living") as assistant:
        assistant.add_bytes("brood.txt", b"Brood kostte drie zloty in Poznan.")
        shutil.copytree(tmp_path / "living", tmp_path / "killed")
    return tmp_path / "killed"


@pytest.fixture
def unwritable(monkeypatch):
    """Let no lock be taken, as on a disk that is mounted to be read: whoever runs these tests may write anywhere."""

    def refuse(*_given, **_options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(FileLock, "acquire", refuse)


def contents(folder):
    return {path: hashlib.sha256(path.read_bytes()).digest() for path in folder.rglob("*") if path.is_file()}


def opened(home):
    catalogue, embedder = Catalogue.open(home), WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    return Assistant(catalogue, embedder, DenseIndex(catalogue, home / "index"), max_file_bytes=1_000_000)


def test_questions_are_answered_and_nothing_is_written(home, unwritable):
    before = contents(home)
    with opened(home) as assistant:
        assert assistant.answer(QUESTION["question"]).claims
        assert assistant.search("staatsverdrag")
        (outcome,) = assistant.add_files([RawFile("brood.txt", b"Brood kostte drie zloty.")])
        assert isinstance(outcome.error, ReadOnlyError)
        assert "nothing can be added" in str(outcome.error)
        with pytest.raises(ReadOnlyError):
            assistant.remove(assistant.documents()[0].id)
        assert assistant.embedder.passages_embedded == 0
        assert len(assistant.documents()) == 1
    assert contents(home) == before


def test_the_api_answers_and_says_that_nothing_can_be_added(home, unwritable):
    with opened(home) as assistant, TestClient(create_app(assistant, allowed_hosts=None)) as client:
        assert client.post("/v1/answers", json=QUESTION).json()["claims"]
        ready = client.get("/v1/ready").json()
        assert (ready["status"], ready["index"]["state"]) == ("degraded", "ready")
        assert "nothing can be added" in ready["detail"]
        refused = client.post("/v1/documents", files={"file": ("brood.txt", b"Brood kostte drie zloty.")})
        assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
        assert str(home) not in refused.text
        (document,) = client.get("/v1/documents").json()["documents"]
        assert client.delete(f"/v1/documents/{document['id']}").json()["code"] == "read_only"


def test_what_a_kill_left_in_the_log_is_read_too(killed, unwritable):
    assert (killed / "catalogue.sqlite3-wal").stat().st_size
    before = contents(killed)
    with opened(killed) as assistant:
        assert {document.title for document in assistant.documents()} == {"Brood", "Staatsverdrag"}
    assert contents(killed) == before


def test_a_folder_that_another_owns_is_not_read_beside_it(home, unwritable):
    with (home / "catalogue.lock").open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CatalogueInUseError):
            Catalogue.open(home)


def test_another_model_a_damaged_file_and_none_at_all_are_refused(home, tmp_path, unwritable):
    with Catalogue.open(home) as catalogue, pytest.raises(ModelMismatchError):
        catalogue.bind_model("another@64")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadOnlyError, match="no catalogue"):
        Catalogue.open(tmp_path / "empty")
    (home / "catalogue.sqlite3").write_bytes(b"no catalogue at all" * 1000)
    with pytest.raises(CatalogueDamagedError):
        Catalogue.open(home)


@pytest.mark.slow
def test_a_disk_that_is_mounted_to_be_read_is_read(home):
    mounted = f"mount --bind '{home}' '{home}' && mount -o remount,bind,ro '{home}' && exec \"$@\""
    command = ["unshare", "--mount", "sh", "-c", mounted, "sh", sys.executable, "-c", ON_READ_ONLY_MOUNT, str(home)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    if "permitted" in run.stderr or "denied" in run.stderr:
        pytest.skip("this user may mount nothing")
    assert run.stdout.split() == ["True", "1", "refused"], run.stderr
