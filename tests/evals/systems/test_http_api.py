import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import uvicorn

from api.app import create_app
from evals.systems.http_api import HttpSystem, open_client, send, shown_address
from evals.systems.quoth import QuothSystem, SystemFailedError
from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex
from tests.evals.tiny_set import BREAD, NOBODY, POZNAN, PRICE, TANKS, write_tiny_set
from tests.fakes import ScriptedLanguageModel, WordCountEmbedder

CAFE = "Het café in Wenen was in mei 1955 elke avond vol, zelfs op maandag.\n"
TEXTS = {"bread.txt": BREAD, "poznan.txt": POZNAN, "cafe.txt": CAFE}
KEY = "a key for tests"


@contextmanager
def served(app):
    """Serve an application on a free port of this machine and yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


@contextmanager
def listening(handler):
    """Serve with a handler of http.server and yield the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


@contextmanager
def answering(status, content):
    """Serve one and the same reply at every address, and yield the address."""

    class Always(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with listening(Always) as url:
        yield url


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quoth")
    _, texts = write_tiny_set(folder)
    (texts / "cafe.txt").write_bytes(CAFE.encode("windows-1252"))
    catalogue = Catalogue.open(folder / "home")
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, folder / "home" / "index", exact_only=True)
    with Assistant(catalogue, embedder, index, max_file_bytes=1_000_000) as assistant:
        assistant.add_files([texts])
        yield assistant


@pytest.fixture(scope="module")
def url(assistant):
    with served(create_app(assistant, api_key=KEY)) as url:
        yield url


@pytest.fixture
def system(url):
    return HttpSystem.from_url(url, TEXTS, api_key=KEY)


@pytest.mark.parametrize("question", [TANKS, PRICE, NOBODY])
def test_a_server_answers_as_the_same_quoth_in_this_process_does(system, assistant, question):
    assert system.answer(question) == QuothSystem("quoth", assistant, TEXTS).answer(question)


def test_a_server_with_a_language_model_is_not_asked_for_prose(assistant):
    model = ScriptedLanguageModel([])
    parts = assistant.catalogue, assistant.embedder, assistant.dense_index
    writing = Assistant(*parts, max_file_bytes=1_000_000, models=EvidenceModels(language_model=model))
    with served(create_app(writing, api_key=KEY)) as url:
        given = HttpSystem.from_url(url, TEXTS, api_key=KEY).answer(PRICE)
    assert (given.status, model.asked) == ("answered", [])


def test_history_is_sent(system, assistant):
    given = system.answer("And how many tanks?", history=(TANKS,))
    assert given == QuothSystem("quoth", assistant, TEXTS).answer("And how many tanks?", history=(TANKS,))
    assert given != system.answer("And how many tanks?")


def test_the_pointers_are_resolved_by_the_server(system):
    (citation, *_) = system.answer(TANKS).citations
    assert citation.place.file == "poznan.txt"
    assert citation.resolved == citation.quote == citation.standing
    assert "400 tanks" in citation.resolved


def test_a_document_is_told_by_its_text_whatever_its_bytes_are(system):
    (citation, *_) = system.answer("Was het café in Wenen in mei 1955 vol?").citations
    assert citation.place.file == "cafe.txt"
    assert citation.resolved == citation.standing == CAFE.strip()


def test_a_document_that_is_none_of_our_texts_is_unknown(url, assistant):
    changed = TEXTS | {"poznan.txt": POZNAN.replace("400", "401")}
    (citation, *_) = HttpSystem.from_url(url, changed, api_key=KEY).answer(TANKS).citations
    document = next(document for document in assistant.documents() if document.path.endswith("poznan.txt"))
    assert citation.place.file == f"unknown:{document.id}"
    assert (citation.standing, citation.resolved) == ("", citation.quote)


def test_settings_name_the_server_and_its_model(system, url):
    assert system.name == f"quoth at {url}"
    assert system.settings == {"url": url, "embedding_model": "word-count@64", "documents": 3}


def test_no_forced_answer_is_asked_of_a_server(system):
    assert system.answer_forced(NOBODY) is None


def test_the_seconds_are_measured(system):
    system.answer(TANKS)
    assert 0 < system.seconds < 60


@pytest.mark.parametrize("api_key", [None, "another"])
def test_a_wrong_key_is_told(url, api_key):
    with pytest.raises(SystemFailedError, match="wants another API key"):
        HttpSystem.from_url(url, TEXTS, api_key=api_key)


def test_a_server_that_is_not_there_is_told():
    with pytest.raises(SystemFailedError, match=r"http://127.0.0.1:9 cannot be reached.*Is the server running"):
        HttpSystem.from_url("http://127.0.0.1:9", TEXTS)


@pytest.mark.parametrize("url", ["localhost:8000", "", "ftp://127.0.0.1", "http://[::1"])
def test_an_address_that_is_none_is_told(url):
    with pytest.raises(SystemFailedError, match="is not the address of a server"):
        HttpSystem.from_url(url, TEXTS)


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (200, b"<h1>Welcome</h1>", "does not answer as this version of Quoth does"),
        (200, b'{"status": "green"}', "does not answer as this version of Quoth does"),
        (404, b"nothing here", "gave HTTP 404: nothing here"),
        (503, b'{"detail": "Quoth is starting"}', "gave HTTP 503: .*Quoth is starting"),
        (307, b"", "gave HTTP 307"),
    ],
    ids=["a page", "other JSON", "not found", "not ready", "moved"],
)
def test_something_else_at_the_address_is_told(status, content, words):
    with answering(status, content) as url, pytest.raises(SystemFailedError, match=words):
        HttpSystem.from_url(url, TEXTS)


def test_a_question_that_the_server_refuses_to_read_is_an_error(system):
    with pytest.raises(SystemFailedError, match="HTTP 422"):
        system.answer("?" * 3000)


def test_a_server_that_takes_too_long_is_told():

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(0.5)

        def log_message(self, *_):
            pass

    late = pytest.raises(SystemFailedError, match=r"did not answer within 0\.05 seconds")
    with listening(Slow) as url, open_client(url, None, seconds=0.05) as client, late:
        send(client, "GET", "/v1/health")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(url, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert HttpSystem.from_url(url, TEXTS, api_key=KEY).answer(NOBODY).status == "refused"


def test_a_password_in_an_address_is_not_shown():
    assert shown_address("https://me:secret@quoth.example/base/?key=secret#x") == "https://quoth.example/base"
