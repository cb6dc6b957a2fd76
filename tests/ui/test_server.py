"""Page and API on one port: what is refused, what is added at the start, and how it stops."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from ingest.catalogue import Catalogue
from ingest.errors import CatalogueInUseError, ModelError, QuothError
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import WordCountEmbedder
from tests.ui.server_process import fetch, free_port, server
from ui import cli
from ui.loading import SAMPLES, Loading, LoadingStoppedError, add_samples
from ui.server import is_loopback, run_server

PROJECT = Path(__file__).resolve().parent.parent.parent
STOP_SECONDS = 8
BREAD = "In juni 1956 kostte een brood in Poznań drie zloty.\n"


def serve(**settings):
    run_server(Settings(**settings), Console(file=io.StringIO()), samples=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "quoth.example"])
@pytest.mark.parametrize("api_key", [None, ""])
def test_an_address_that_others_reach_needs_a_key(host, api_key, own_storage):
    with pytest.raises(QuothError, match=r"Set QUOTH_API_KEY to a secret of your own, or serve on 127\.0\.0\.1\."):
        serve(host=host, api_key=api_key)
    assert not own_storage.exists()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(host, loopback):
    assert is_loopback(host) is loopback


def test_a_taken_port_is_told_before_anything_is_loaded(own_storage):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(QuothError, match=rf"Port {port} on 127\.0\.0\.1 cannot be used: .*Choose another"):
            serve(port=port)
    assert not own_storage.exists()


@pytest.mark.parametrize("port", ["99999", "-5"])
def test_a_port_that_cannot_be_is_told(port, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["quoth", "serve", "--port", port])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code in (1, 2)
    assert "--port" in capsys.readouterr().err


def test_a_wrong_setting_stops_the_server_with_one_line(monkeypatch, capsys):
    monkeypatch.setenv("QUOTH_PORT", "x")
    monkeypatch.setattr(cli, "errors", Console(width=400, stderr=True))
    monkeypatch.setattr(sys, "argv", ["quoth", "serve"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_options_go_before_the_settings(monkeypatch):
    served = {}
    monkeypatch.setattr("ui.server.run_server", lambda settings, console, *, samples: served.update(vars(settings)))
    monkeypatch.setenv("QUOTH_HOST", "::1")
    monkeypatch.setenv("QUOTH_PORT", "8123")
    monkeypatch.setattr(sys, "argv", ["quoth", "serve", "--port", "8200"])
    with pytest.raises(SystemExit):
        cli.main()
    assert (served["host"], served["port"]) == ("::1", 8200)


@pytest.mark.parametrize("name", ["home", "api_key"])
def test_an_empty_variable_is_no_setting(name, monkeypatch):
    monkeypatch.delenv("QUOTH_HOME")
    default = Settings.from_environment()
    monkeypatch.setenv(f"QUOTH_{name.upper()}", "")
    assert Settings.from_environment() == default


def test_a_second_server_hears_of_the_first(own_storage):
    with Catalogue.open(own_storage), pytest.raises(CatalogueInUseError, match=f"process {os.getpid()}"):
        serve(port=free_port())


@contextmanager
def opened(home):
    """Open a real assistant, but for a model that counts words and an index without Chroma."""
    catalogue = Catalogue.open(home)
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    with Assistant(
        catalogue, embedder, DenseIndex(catalogue, home / "index", exact_only=True), max_file_bytes=1_000_000
    ) as assistant:
        yield assistant


def said_by_add_samples(assistant):
    file = io.StringIO()
    add_samples(assistant, Console(file=file, width=400))
    return file.getvalue()


@pytest.fixture
def samples(tmp_path, monkeypatch):
    """Two sample texts of our own in place of those that come with Quoth."""
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "brood.txt").write_text(BREAD, encoding="utf-8")
    (folder / "melk.txt").write_text("Melk kostte een zloty.\n", encoding="utf-8")
    monkeypatch.setattr("ui.loading.SAMPLES", folder)
    return folder


def test_every_sample_text_can_be_added_and_again_changes_nothing(own_storage):
    texts = {path.name for path in SAMPLES.iterdir() if path.suffix in (".txt", ".md")}
    with opened(own_storage) as assistant:
        said = said_by_add_samples(assistant)
        assert said.count("added ") == len(texts) >= 12
        assert {Path(document.path).name for document in assistant.documents()} == texts
        before, embedded = assistant.documents(), assistant.embedder.passages_embedded
    with opened(own_storage) as assistant:
        said = said_by_add_samples(assistant)
        assert said.count("unchanged ") == len(texts)
        assert assistant.documents() == before
        assert assistant.embedder.passages_embedded == 0 < embedded


def test_samples_are_not_added_beside_documents_of_the_user(own_storage, samples):
    with opened(own_storage) as assistant:
        assistant.add_bytes("own.txt", b"A text of my own.")
        assert said_by_add_samples(assistant) == ""
        assert [document.title for document in assistant.documents()] == ["Own"]


def test_changed_samples_are_read_again_and_removed_ones_stay_away(own_storage, samples):
    with opened(own_storage) as assistant:
        said_by_add_samples(assistant)
        kept, removed = assistant.documents()
        assistant.remove(removed.id)
        (samples / "brood.txt").write_text(BREAD + "Boter was er niet.\n", encoding="utf-8")
        assert said_by_add_samples(assistant).startswith("replaced Brood")
        (document,) = assistant.documents()
        assert document.path == kept.path
        assert document.id != kept.id
        assert "Boter" in assistant.document(document.id).text


def test_changed_samples_are_read_again_where_the_installation_is_behind_a_link(
    own_storage, samples, tmp_path, monkeypatch
):
    link = tmp_path / "link"
    link.symlink_to(samples)
    monkeypatch.setattr("ui.loading.SAMPLES", link)
    with opened(own_storage) as assistant:
        said_by_add_samples(assistant)
        (samples / "brood.txt").write_text(BREAD + "Boter was er niet.\n", encoding="utf-8")
        assert "replaced Brood" in said_by_add_samples(assistant)


def stop(process, sign):
    children = children_of(process.pid)
    started = time.monotonic()
    process.send_signal(sign)
    process.wait(STOP_SECONDS)
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() - started < STOP_SECONDS:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


class Waiting:
    """In the place of what is loaded: it takes as long as the test likes."""

    def __init__(self, monkeypatch):
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        monkeypatch.setattr("ui.loading.import_page", lambda: None)
        monkeypatch.setattr(Assistant, "from_settings", self.from_settings)

    def from_settings(self, settings):
        self.begun.set()
        assert self.may_go_on.wait(10)
        return opened(settings.home)


def test_a_server_that_is_stopped_while_it_loads_ends_and_closes_what_it_opened(own_storage, monkeypatch):
    waiting = Waiting(monkeypatch)
    loading = Loading(Settings(), Console(file=io.StringIO()), samples=True)
    with ThreadPoolExecutor() as pool:
        making = pool.submit(loading.make)
        assert waiting.begun.wait(10)
        closing = pool.submit(loading.close)
        waiting.may_go_on.set()
        closing.result()
        with pytest.raises(LoadingStoppedError):
            making.result()
    with opened(own_storage) as assistant:  # the lock is free again
        assert not assistant.documents()


def test_what_could_not_be_loaded_is_raised_where_the_server_was_started(own_storage, monkeypatch):
    def fail(_settings):
        raise ModelError("The weights are damaged.")

    monkeypatch.setattr("ui.loading.import_page", lambda: None)
    monkeypatch.setattr(Assistant, "from_settings", fail)
    with pytest.raises(ModelError, match="damaged"):
        serve(port=free_port())


def test_the_page_is_imported_without_hints_for_editors():
    """Which Gradio makes of the source of each component, and this way cannot; they take half of its import."""
    program = "import ast; ast.get_source_segment = None; from ui.loading import import_page; import_page()"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PROJECT, timeout=200)


@pytest.mark.parametrize(
    ("sign", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)]
)
def test_a_server_can_be_stopped_before_it_is_ready(tmp_path, sign, code, own_storage):
    command = [sys.executable, "-m", "ui", "serve", "--port", str(port := free_port())]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=PROJECT)
    try:
        deadline = time.monotonic() + 100
        while True:
            try:
                assert json.loads(fetch(f"http://127.0.0.1:{port}/v1/health").body)["status"] == "starting"
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        process.send_signal(sign)
        assert process.wait(100) == code
    finally:
        process.kill()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(500)
def test_a_server_answers_stops_when_told_and_starts_again_as_it_was(
    samples, tmp_path, model_cache, real_embedder, own_storage
):
    model, log = model_cache / "models" / "multilingual-e5-small", tmp_path / "log"
    with server(samples, model, log) as (process, origin):
        page = fetch(f"{origin}/")
        assert page.url.rstrip("/") == f"{origin}/chat"
        assert b"Quoth" in page.body
        assert fetch(f"{origin}/chat/").status == 200
        documents = json.loads(fetch(f"{origin}/v1/documents").body)["documents"]
        answer = json.loads(fetch(f"{origin}/v1/answers", {"question": "Wat kostte een brood in juni 1956?"}).body)
        (citation, *_) = answer["claims"][0]["citations"]
        assert BREAD[citation["start"] : citation["end"]] == citation["quote"]
        stop(process, signal.SIGTERM)
    assert f"Quoth is at {origin}" in log.read_text()
    assert log.read_text().count("added ") == 2
    assert "Traceback" not in log.read_text()

    with server(samples, model, log) as (process, origin):
        assert json.loads(fetch(f"{origin}/v1/documents").body)["documents"] == documents
        assert json.loads(fetch(f"{origin}/v1/answers/{answer['id']}").body)["claims"] == answer["claims"]
        stop(process, signal.SIGINT)
    assert log.read_text().count("unchanged ") == 2
    assert "added " not in log.read_text()
    assert "Traceback" not in log.read_text()
    with Catalogue.open(own_storage) as catalogue:
        assert [summary.id for summary in catalogue.documents()] == [document["id"] for document in documents]
