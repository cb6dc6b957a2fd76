import socket
import traceback
from importlib.util import find_spec

import httpx
import pytest

from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.language_model.limits import Patience, limited
from retriever.language_model.loading import load_language_model
from retriever.language_model.remote import describe_failure, shown_address
from retriever.language_model.types import PromptMessage, Usage
from tests.retriever.language_model.chat_server import chat_server

needs_openai = pytest.mark.skipif(find_spec("langchain_openai") is None, reason="langchain-openai is not installed")
MESSAGES = [PromptMessage("system", "Rules."), PromptMessage("user", "Wanneer?")]
KEY = "sk-secret-of-mine"


@pytest.fixture
def server():
    with chat_server() as server:
        yield server


@pytest.fixture
def model(server):
    model = load_language_model("openai:small", base_url=server.url, api_key=KEY)
    yield model
    model.close()


def failure_of(model, *, max_tokens=50):
    pieces = []
    with pytest.raises(LanguageModelError) as caught:
        pieces.extend(iter(model.write(MESSAGES, max_tokens=max_tokens).pieces))
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown
    return str(caught.value)


@needs_openai
def test_a_reply_comes_in_pieces_with_its_usage(model):
    writing = model.write(MESSAGES, max_tokens=50)
    assert list(writing.pieces) == ["Op ", "28 ", "oktober [1]."]
    assert writing.usage == Usage(tokens_in=20, tokens_out=3, cached=16)


@needs_openai
def test_the_server_is_asked_at_temperature_0_for_so_many_tokens(model, server):
    list(model.write(MESSAGES, max_tokens=50).pieces)
    (request,) = server.requests
    assert [(turn["role"], turn["content"]) for turn in request["messages"]] == [
        ("system", "Rules."),
        ("user", "Wanneer?"),
    ]
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("small", 0, 50)
    assert "max_completion_tokens" not in request
    assert server.keys == [f"Bearer {KEY}"]


@needs_openai
def test_a_server_of_ones_own_is_not_given_the_key_of_openai(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = load_language_model("openai:small", base_url=server.url)
    list(model.write(MESSAGES, max_tokens=50).pieces)
    model.check()
    model.close()
    assert len(server.keys) == 2
    assert KEY not in str(server.keys)


@needs_openai
def test_a_model_has_the_name_it_was_loaded_by(model):
    assert model.name == "openai:small"


@needs_openai
@pytest.mark.parametrize("way", ["cut_off", "garbage", "bad_bytes", "nothing", "page"])
def test_what_is_no_whole_reply_is_an_error(model, server, way):
    server.way = way
    assert "broke off" in failure_of(model)


@needs_openai
def test_what_came_before_a_reply_is_cut_off_is_given(model, server):
    server.way = "cut_off"
    pieces = model.write(MESSAGES, max_tokens=50).pieces
    assert next(pieces) == "Op 28 "
    with pytest.raises(LanguageModelError):
        next(pieces)


@needs_openai
def test_half_a_character_becomes_the_sign_for_what_cannot_be_read(model, server):
    server.way = "half_characters"
    assert next(model.write(MESSAGES, max_tokens=50).pieces) == "a\ufffdb"


@needs_openai
def test_a_server_that_does_not_keep_to_its_tokens_is_an_error(model, server):
    server.way = "endless"
    assert "far more than the 5 tokens" in failure_of(model, max_tokens=5)
    assert server.client_left.wait(60)


@needs_openai
def test_closing_a_reply_stops_the_request(model, server):
    server.way = "endless"
    writing = model.write(MESSAGES, max_tokens=10_000)
    assert next(writing.pieces) == "and on "
    writing.close()
    assert server.client_left.wait(60)


@needs_openai
def test_a_server_that_stalls_is_left_at_the_limit(model, server):
    server.way = "stalled"
    writing = limited(model.write(MESSAGES, max_tokens=50), Patience(120, 0.1, 120))
    assert next(writing.pieces) == "Op "
    with pytest.raises(LanguageModelTooSlowError):
        next(writing.pieces)


@needs_openai
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "wants another key"),
        (403, "wants another key"),
        (404, "was not found"),
        (400, "refused the request"),
        (302, "points elsewhere"),
    ],
)
def test_an_http_error_is_told_by_its_kind_and_without_the_key(model, server, status, said):
    server.status = status
    assert said in failure_of(model)


@needs_openai
@pytest.mark.parametrize(("status", "said"), [(429, "takes no more requests"), (503, "failed on its own side")])
def test_a_server_that_is_busy_is_asked_once_more_at_most(model, server, status, said):
    server.status = status
    assert said in failure_of(model)
    assert len(server.requests) <= 2


@needs_openai
def test_a_server_that_is_not_there_cannot_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    model = load_language_model("openai:small", base_url=url)
    assert "cannot be reached" in failure_of(model)
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        model.check()


@needs_openai
def test_check_asks_the_server_of_ones_own_with_the_key(model, server):
    model.check()
    assert server.keys == [f"Bearer {KEY}"]


@needs_openai
@pytest.mark.parametrize(("status", "said"), [(401, "wants another key"), (404, "was not found"), (500, "failed")])
def test_check_says_what_is_wrong(model, server, status, said):
    server.status = status
    with pytest.raises(LanguageModelError, match=said):
        model.check()


@needs_openai
def test_a_closed_model_says_so_with_an_error_of_ours(model):
    model.close()
    assert failure_of(model)
    with pytest.raises(LanguageModelError):
        model.check()


@needs_openai
def test_the_provider_itself_is_not_asked_by_check(monkeypatch, no_network):
    model = load_language_model("openai:small", api_key=KEY)
    model.check()
    assert not no_network


@needs_openai
def test_nothing_goes_to_langsmith_whatever_the_environment_says(model, monkeypatch):
    from langchain_core.callbacks import CallbackManager
    from langsmith.utils import get_env_var

    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    get_env_var.cache_clear()
    tracers = []
    configure = CallbackManager.configure

    def spy(*arguments, **options):
        callbacks = configure(*arguments, **options)
        tracers.extend(type(handler).__name__ for handler in callbacks.handlers)
        return callbacks

    monkeypatch.setattr(CallbackManager, "configure", spy)
    try:
        list(model.write(MESSAGES, max_tokens=50).pieces)
    finally:
        monkeypatch.undo()
        get_env_var.cache_clear()
    assert "LangChainTracer" not in tracers


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "did not answer in time"),
        (httpx.ReadTimeout("slow"), "did not answer in time"),
        (httpx.ConnectError("no"), "cannot be reached"),
        (ConnectionResetError(), "broke off"),
        (ValueError(KEY), "broke off"),
    ],
)
def test_a_failure_is_told_by_its_kind(error, said):
    wrapped = RuntimeError(KEY)
    wrapped.__cause__ = error
    assert said in describe_failure(wrapped)
    assert KEY not in describe_failure(wrapped)


def test_an_address_is_shown_without_what_is_secret_in_it():
    assert shown_address(f"https://me:{KEY}@example.org:8443/v1?key={KEY}") == "https://example.org:8443/v1"
