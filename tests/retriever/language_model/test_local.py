import os
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.errors import LanguageModelError
from retriever.language_model import local
from retriever.language_model.local import LocalLanguageModel, load_local_model
from retriever.language_model.types import PromptMessage, Usage

REAL_MODEL = os.environ.get("QUOTH_TEST_GGUF")  # read here: every test forgets these variables
MESSAGES = [PromptMessage("system", "Rules."), PromptMessage("user", "Wanneer?")]
LONG = 120.0
USAGE = {"prompt_tokens": 20, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 16}}


def said(text, finish=None):
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


GOOD = [
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}], "prompt_progress": {"total": 20}},
    said("Op "),
    said("28 oktober."),
    said(None, "stop"),
    {"choices": [], "usage": USAGE},
]


class ScriptedServer:
    """Calls back with the same chunks each time, as xllamacpp does; an exception among them is raised."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.requests = []
        self.writing = 0
        self.most_at_once = 0
        self.stopped = threading.Event()

    def handle_chat_completions(self, request, callback):
        self.requests.append(request)
        self.writing += 1
        self.most_at_once = max(self.most_at_once, self.writing)
        try:
            for chunk in self.chunks:
                if isinstance(chunk, Exception):
                    raise chunk
                if callback(chunk):
                    self.stopped.set()
                    return
        finally:
            self.writing -= 1


@pytest.fixture
def run(monkeypatch):
    """Return a model whose server calls back with the given chunks, and the servers that were started."""
    started = []

    def make(chunks, name="small.gguf"):
        def start(path, threads):
            started.append(ScriptedServer(chunks))
            return started[-1]

        monkeypatch.setattr(local, "start_server", start)
        return LocalLanguageModel(Path(name), threads=1), started

    yield make
    local.unload()


def test_a_reply_comes_in_pieces_with_its_usage(run):
    model, _ = run(GOOD)
    writing = model.write(MESSAGES, max_tokens=50)
    assert list(writing.pieces) == ["Op ", "28 oktober."]
    assert writing.usage == Usage(tokens_in=20, tokens_out=3, cached=16)


def test_the_library_is_asked_at_temperature_0_for_so_many_tokens(run):
    model, servers = run(GOOD)
    list(model.write(MESSAGES, max_tokens=50).pieces)
    (request,) = servers[0].requests
    assert request["messages"] == [
        {"role": "system", "content": "Rules."},
        {"role": "user", "content": "Wanneer?"},
    ]
    assert (request["max_tokens"], request["temperature"], request["stream"]) == (50, 0, True)


def test_a_model_is_loaded_at_its_first_reply_and_once(run):
    model, servers = run(GOOD)
    writings = [model.write(MESSAGES, max_tokens=50) for _ in range(2)]
    assert not servers
    for writing in writings:
        list(writing.pieces)
    model.check()
    assert len(servers) == 1


def test_check_loads_the_model(run):
    model, servers = run(GOOD)
    model.check()
    assert len(servers) == 1
    assert model.is_loaded


def test_a_model_that_was_closed_is_loaded_again(run):
    model, servers = run(GOOD)
    model.check()
    model.close()
    assert not model.is_loaded
    assert "".join(model.write(MESSAGES, max_tokens=50).pieces) == "Op 28 oktober."
    assert len(servers) == 2


def test_another_file_takes_the_place_of_the_first(run):
    first, _ = run(GOOD)
    first.check()
    second, _ = run(GOOD, "other.gguf")
    second.check()
    assert second.is_loaded
    assert not first.is_loaded


def test_one_reply_is_written_at_a_time(run):
    model, servers = run(GOOD)
    writings = [model.write(MESSAGES, max_tokens=50) for _ in range(4)]
    texts = []
    readers = [threading.Thread(target=lambda one=one: texts.append("".join(one.pieces))) for one in writings]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(LONG)
    assert texts == ["Op 28 oktober."] * 4
    assert servers[0].most_at_once == 1


def endless():
    while True:
        yield said("and on ")


def test_closing_a_reply_stops_the_model_and_lets_the_next_one_write(run):
    model, servers = run(endless())
    writing = model.write(MESSAGES, max_tokens=50)
    assert next(writing.pieces) == "and on "
    writing.close()
    assert servers[0].stopped.wait(LONG)
    assert list(writing.pieces) == []
    servers[0].chunks = GOOD
    assert "".join(model.write(MESSAGES, max_tokens=50).pieces) == "Op 28 oktober."


def test_closing_from_another_thread_ends_the_wait(run):
    waiting, go_on = threading.Event(), threading.Event()

    def chunks():
        waiting.set()
        assert go_on.wait(LONG)
        yield said("too late")

    model, _ = run(chunks())
    writing = model.write(MESSAGES, max_tokens=50)
    texts = []
    reader = threading.Thread(target=lambda: texts.append(list(writing.pieces)))
    reader.start()
    assert waiting.wait(LONG)
    writing.close()
    reader.join(LONG)
    go_on.set()
    assert texts == [[]]


def test_closing_the_model_stops_what_it_writes(run):
    model, servers = run(endless())
    writing = model.write(MESSAGES, max_tokens=50)
    assert next(writing.pieces) == "and on "
    model.close()
    assert servers[0].stopped.is_set()
    assert not model.is_loaded


def test_a_reply_closed_before_its_first_piece_is_not_written(run):
    model, servers = run(GOOD)
    writing = model.write(MESSAGES, max_tokens=50)
    writing.close()
    assert list(writing.pieces) == []
    assert not servers


@pytest.mark.parametrize(
    ("chunks", "told"),
    [
        ([{"error": {"code": 400, "message": "request exceeds the context"}}], "request exceeds the context"),
        ([said("Op "), {"error": {"message": "out of memory"}}], "out of memory"),
        ([RuntimeError("no messages")], "no messages"),
        ([said("Op ")], "broke off"),
        ([], "broke off"),
        ([{"error": "a word"}], "a word"),
    ],
    ids=["refused", "in the middle", "exception", "cut off", "nothing", "odd"],
)
def test_a_failure_of_the_library_is_an_error_that_tells_it(run, chunks, told):
    model, _ = run(chunks)
    with pytest.raises(LanguageModelError, match=told):
        list(model.write(MESSAGES, max_tokens=50).pieces)


def test_a_file_that_cannot_be_loaded_is_an_error_of_the_reply_and_of_check(monkeypatch):
    def start(path, threads):
        raise LanguageModelError("cannot be loaded")

    monkeypatch.setattr(local, "start_server", start)
    model = LocalLanguageModel(Path("small.gguf"))
    with pytest.raises(LanguageModelError, match="cannot be loaded"):
        next(model.write(MESSAGES, max_tokens=50).pieces)
    with pytest.raises(LanguageModelError, match="cannot be loaded"):
        model.check()


@pytest.mark.skipif(find_spec("xllamacpp") is None, reason="xllamacpp is not installed")
def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path, capfd):
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(LanguageModelError, match=r"small\.gguf cannot be loaded.*quoth models pull"):
        load_local_model(path).check()
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def real_model():
    if find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed")
    if REAL_MODEL is None or not Path(REAL_MODEL).is_file():
        pytest.skip("QUOTH_TEST_GGUF names no model file")
    model = load_local_model(Path(REAL_MODEL).resolve())
    yield model
    model.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_real_model_writes_and_can_be_stopped(real_model):
    whole = real_model.write([PromptMessage("user", "Say hello.")], max_tokens=8)
    text = "".join(whole.pieces)
    assert text.strip()
    assert whole.usage.tokens_out is not None
    assert 0 < whole.usage.tokens_out <= 8
    stopped = real_model.write([PromptMessage("user", "Say hello.")], max_tokens=8)
    next(stopped.pieces)
    stopped.close()
    again = real_model.write([PromptMessage("user", "Say hello.")], max_tokens=8)
    assert "".join(again.pieces) == text
    assert again.usage.cached


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_port_of_a_real_model_answers_nobody(real_model):
    import httpx

    real_model.check()
    address = local._loaded.server.listening_address
    evil = {"Origin": "http://evil.example"}
    asked = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 1}
    reply = httpx.post(f"{address}/v1/chat/completions", json=asked, headers=evil, trust_env=False)
    assert reply.status_code == httpx.codes.UNAUTHORIZED
    assert reply.headers["access-control-allow-origin"] == "http://127.0.0.1"
