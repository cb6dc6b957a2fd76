"""No file of the server's user comes out through the page, none goes in, and nothing is fetched: by each lock alone."""

import copy
import shutil
from pathlib import Path

import gradio as gr
import pytest
from gradio.data_classes import FileData

from tests.attacks.mounted import PLACES, blocks_of, mounted, post_event, run_event
from ui.closed_blocks import ClosedBlocks, empty_folder
from ui.page_guard import PageGuard

ELSEWHERE = "http://elsewhere.example/secret.txt"
LOCKS = ("guard", "events", "launched")


@pytest.fixture(scope="module", params=PLACES)
def server(request, tmp_path_factory):
    with mounted(tmp_path_factory.mktemp("home"), request.param) as served:
        yield served


@pytest.fixture
def client(server):
    return server[1]


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "server.key"
    path.write_text("the key of the server")
    return path


@pytest.fixture
def cache():
    """Gradio's folder of copies, empty again afterwards."""
    folder = Path(empty_folder())
    yield folder
    for path in folder.iterdir():
        shutil.rmtree(path)


@pytest.fixture
def unlock(server, monkeypatch):
    """Open locks, so that one can be tried alone."""

    def open_locks(*names):
        if "guard" in names:
            monkeypatch.setattr(PageGuard, "__call__", lambda self, *request: self.app(*request))
        if "events" in names:
            monkeypatch.setattr(ClosedBlocks, "process_api", gr.Blocks.process_api)
        if "launched" in names:
            monkeypatch.setattr(blocks_of(server[0]), "has_launched", False)

    return open_locks


@pytest.fixture
def fetched(monkeypatch):
    """The addresses that Gradio would have fetched; uvloop looks names up where the tests' guard sees nothing."""
    asked = []

    async def fetch(url, *arguments, **options):
        asked.append(url)
        raise OSError("nothing is fetched in a test")

    monkeypatch.setattr("gradio.processing_utils.async_ssrf_protected_download", fetch)
    return asked


def file_data(path):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, "orig_name": "x"}


def inputs_of(page):
    """Give the place of each input of each event of the page, with values that the page would send."""
    values = {"Textbox": "Wie?", "Radio": "en", "HTML": [], "BrowserState": "", "State": None}
    for number, listener in page.fns.items():
        data = [values[type(part).__name__] for part in listener.inputs]
        yield from ((number, place, copy.deepcopy(data)) for place in range(len(data)))


def send_everywhere(server, value):
    """Send a value in the place of every input, by itself and in a list; returns what was said to that."""
    app, client = server
    told = []
    for number, place, data in inputs_of(blocks_of(app)):
        for sent in (value, [value]):
            data[place] = sent
            told.append(run_event(client, number, data))
    return told


def copied(cache, secret):
    return [path for path in cache.rglob("*") if path.is_file() and path.read_text() == secret.read_text()]


def test_without_locks_a_file_comes_out_and_an_address_is_fetched(server, unlock, secret, cache, fetched):
    """Shows that the attack is one: where this fails, Gradio has changed and the locks are to be looked at again."""
    unlock(*LOCKS)
    send_everywhere(server, file_data(secret))
    (copy_of_secret,) = copied(cache, secret)
    assert server[1].get(f"/chat/gradio_api/file={copy_of_secret}").text == "the key of the server"
    send_everywhere(server, file_data(ELSEWHERE))
    assert ELSEWHERE in fetched


@pytest.mark.parametrize("lock", LOCKS)
def test_each_lock_alone_keeps_every_file(server, unlock, secret, cache, lock):
    unlock(*(other for other in LOCKS if other != lock))
    told = send_everywhere(server, file_data(secret))
    assert len(told) > 20
    assert not copied(cache, secret)
    assert not any("the key of the server" in each for each in told)


@pytest.mark.parametrize("lock", ["guard", "events"])
def test_each_of_two_locks_alone_keeps_gradio_from_fetching(server, unlock, lock, fetched):
    unlock(*(other for other in LOCKS if other != lock))
    send_everywhere(server, file_data(ELSEWHERE))
    assert not fetched


@pytest.mark.parametrize("lock", ["guard", "events"])
def test_no_text_of_this_machine_is_ingested(server, unlock, tmp_path, lock):
    client = server[1]
    unlock(*(other for other in LOCKS if other != lock))
    texts = [tmp_path / name for name in ("dagboek.txt", "notities.md")]
    for path in texts:
        path.write_text("De geheime voorraad ligt in Zwolle.")
    before = client.get("/v1/documents").json()
    for path in texts:
        send_everywhere(server, file_data(path))
    assert client.get("/v1/documents").json() == before


def test_no_part_of_the_page_takes_files(server):
    page = blocks_of(server[0])
    models = [getattr(part, "data_model", None) for part in page.blocks.values()]
    assert not [model for model in models if model and issubclass(model, FileData)]
    assert page.has_launched
    assert page.allowed_paths == []


@pytest.mark.parametrize(
    "value",
    [
        {"path": "/etc/hostname"},
        {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}, "url": "http://x/", "is_stream": True},
        [[{"path": "/etc/hostname"}]],
        {"a": {"b": [{"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}]}},
        {},
    ],
    ids=["old", "with all", "nested lists", "nested deep", "empty"],
)
def test_whatever_is_more_than_a_plain_value_is_refused_wherever_it_stands(server, value):
    app, client = server
    for number, place, data in inputs_of(blocks_of(app)):
        data[place] = value
        assert post_event(client, number, data).json()["code"] == "not_of_the_page"
    assert post_event(client, 1, [None, [], "en"], event_data={"question": value}).status_code == 422
    call = {"data": {"document": value}, "component_id": 17, "fn_name": "passage", "session_hash": "x"}
    assert client.post("/chat/gradio_api/component_server/", json=call).status_code == 422


def test_gradio_reads_what_the_guard_read(server):
    """Two fields of one name are read as the last by one parser and as the first by another."""
    fields = '"data": [{"path": "/etc/hostname"}], "data": [""], "fn_index": 2, "session_hash": "x"'
    headers = {"Content-Type": "application/json"}
    answer = server[1].post("/chat/gradio_api/queue/join", content="{" + fields + "}", headers=headers)
    assert answer.status_code == 200
    for body in ("", "[]", "{", '{"data": []}', "{" + fields.replace("2", "99") + "}"):
        assert server[1].post("/chat/gradio_api/queue/join", content=body, headers=headers).status_code == 422


def test_a_body_over_64_kb_is_refused_before_it_is_read(client):
    url = "/chat/gradio_api/queue/join"
    event = {"data": ["x" * 70_000, None, [], "en"], "fn_index": 0, "session_hash": "x"}
    assert client.post(url, json=event).json()["code"] == "body_too_large"

    def pieces():
        yield from (b" " * 1000 for _ in range(100))

    assert client.post(url, content=pieces(), headers={"Content-Type": "application/json"}).status_code == 413
    assert client.post(url, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/chat/gradio_api/file=/etc/hostname"),
        ("GET", "/chat/gradio_api/file/etc/hostname"),
        ("GET", "/chat/gradio_api/file=http://elsewhere.example/"),
        ("GET", "/chat/gradio_api/proxy=https://x.hf.space/file"),
        ("GET", "/chat/gradio_api/stream/x/y/1/playlist.m3u8"),
        ("GET", "/chat/gradio_api/deep_link?session_hash=x"),
        ("GET", "/chat/gradio_api/info"),
        ("GET", "/chat/gradio_api/upload_progress?upload_id=x"),
        ("GET", "/chat/monitoring"),
        ("GET", "/chat/assets/../../../../etc/hostname"),
        ("GET", "/chat/assets/%2e%2e/%2e%2e/etc/hostname"),
        ("POST", "/chat/gradio_api/upload"),
        ("POST", "/chat/gradio_api/run/ask"),
        ("POST", "/chat/gradio_api/api/ask"),
        ("POST", "/chat/gradio_api/call/ask"),
        ("POST", "/chat/gradio_api/vibe-edit"),
        ("POST", "/chat/login"),
        ("PUT", "/chat/"),
        ("OPTIONS", "/chat/config"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(client, method, path):
    assert client.request(method, path).status_code == 404


def test_gradio_keeps_no_file(server, cache):
    assert "Oostenrijk" in run_event(server[1], 0, ["Wanneer werd het staatsverdrag getekend?", None, [], "nl"])
    assert list(cache.iterdir()) == []
    assert gr.utils.get_upload_folder() == str(cache)
