import http.client
import json
import socket
import struct
import threading
import time
from contextlib import contextmanager
from functools import partial

import pytest
import uvicorn

from api.dependencies import Slots
from api.streaming import AnswerStream, EventSender
from ingest.errors import CatalogueDamagedError
from retriever.events import EvidenceFound
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.language_model.types import Writing
from tests.fakes import NumberVerifier

EVIDENCE = EvidenceFound(())
MILL = "In welk jaar brandde de molen van Zaltbommel af?"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Steps:
    """Events that come when the test lets them, and a note of how far they got."""

    def __init__(self, *, after=None):
        self.go_on = threading.Semaphore(0)
        self.asked = 0
        self.ended = threading.Event()
        self.after = after

    def events(self):
        try:
            while True:
                self.asked += 1
                assert self.go_on.acquire(timeout=10)
                if self.after and self.asked > self.after:
                    raise CatalogueDamagedError("/secret/catalogue is damaged")
                yield EVIDENCE
        finally:
            self.ended.set()


@contextmanager
def served(app):
    """Serve an application on a free port, and close it at once at the end."""
    options = {"lifespan": "off", "ws": "none", "log_level": "critical", "timeout_graceful_shutdown": 1}
    server = uvicorn.Server(uvicorn.Config(app, **options))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


def wait_until_free(slots, count):
    deadline = time.monotonic() + 10
    while slots._free._value != count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def leave_rudely(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def read_until(client, words):
    received = b""
    while words not in received:
        part = client.recv(4096)
        assert part
        received += part
    return received


@pytest.mark.parametrize("leave", [socket.socket.close, leave_rudely], ids=["close", "reset"])
def test_work_stops_at_the_next_step_when_the_client_leaves(leave):
    steps, slots = Steps(), Slots(1)
    with served(AnswerStream(steps.events, slots)) as address:
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(REQUEST)
            steps.go_on.release()
            read_until(client, b"event: evidence")
            leave(client)
        steps.go_on.release()
        assert steps.ended.wait(10)
        wait_until_free(slots, 1)
    assert steps.asked <= 3


class PatientLanguageModel:
    """A `LanguageModel` that writes two sentences, and then one whenever the test lets it."""

    name = "patient"

    def __init__(self):
        self.go_on = threading.Semaphore(2)
        self.sentences = 0
        self.stopped = threading.Event()

    def write(self, messages, *, max_tokens):
        return Writing(self._pieces())

    def check(self):
        pass

    def close(self):
        pass

    def _pieces(self):
        try:
            for word in ("toen", "dus", "ook", "echt", "zeker", "immers", "dan", "weer"):
                assert self.go_on.acquire(timeout=10)
                self.sentences += 1
                yield f"De molen brandde {word} in 1953 af [1]. "
        finally:
            self.stopped.set()


def test_a_client_that_leaves_stops_the_language_model_before_it_is_done(make_assistant):
    model, slots = PatientLanguageModel(), Slots(1)
    assistant = make_assistant(EvidenceModels(verifier=NumberVerifier(), language_model=model))
    assistant.add_bytes("molen.txt", b"De molen van Zaltbommel brandde in 1953 af.")
    with served(AnswerStream(partial(assistant.stream_answer, MILL), slots)) as address:
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(REQUEST)
            read_until(client, b"event: prose")
            leave_rudely(client)
        wait_until_free(slots, 1)  # though the model writes nothing meanwhile
        model.go_on.release()
        assert model.stopped.wait(10)
    assert model.sentences <= 3


def test_a_client_that_leaves_before_the_first_event_leaves_nothing_behind():
    steps, slots = Steps(), Slots(1)
    with served(AnswerStream(steps.events, slots)) as address:
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(REQUEST)
            while not steps.asked:
                time.sleep(0.01)
        steps.go_on.release()
        assert steps.ended.wait(10)
        wait_until_free(slots, 1)
    assert steps.asked <= 2


def test_many_clients_that_leave_give_every_slot_back():
    slots = Slots(8)

    def events():
        while True:
            time.sleep(0.005)
            yield EVIDENCE

    with served(AnswerStream(events, slots)) as address:
        for _ in range(50):
            with socket.create_connection(address, timeout=10) as client:
                client.sendall(REQUEST)
        wait_until_free(slots, 8)


def test_a_client_that_does_not_read_is_dropped(monkeypatch):
    monkeypatch.setattr("api.streaming.SEND_SECONDS", 0.05)
    slots = Slots(1)
    ended = threading.Event()

    def events():
        try:
            while True:
                yield EvidenceFound("x" * 100_000)
        finally:
            ended.set()

    with served(AnswerStream(events, slots)) as address, socket.create_connection(address, timeout=10) as client:
        client.sendall(REQUEST)
        assert ended.wait(10)
        wait_until_free(slots, 1)


def test_what_goes_wrong_on_the_way_is_an_error_event(caplog):
    steps = Steps(after=2)
    for _ in range(3):
        steps.go_on.release()
    with served(AnswerStream(steps.events, Slots(1))) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("GET", "/")
        lines = connection.getresponse().read().decode().split("\n")
        connection.close()
    assert [line for line in lines if line.startswith(("event", "id"))] == [
        *("event: evidence", "id: 1"),
        *("event: evidence", "id: 2"),
        *("event: error", "id: 3"),
    ]
    problem = json.loads([line for line in lines if line.startswith("data: ")][-1].removeprefix("data: "))
    assert (problem["status"], problem["code"]) == (503, "catalogue_damaged")
    assert "secret" not in problem["detail"]
    assert problem["error_id"] in caplog.text


def test_a_stream_with_nothing_to_say_is_kept_alive(monkeypatch):
    monkeypatch.setattr("api.streaming.KEEPALIVE_SECONDS", 0.01)
    steps = Steps()
    with served(AnswerStream(steps.events, Slots(1))) as address:
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(REQUEST)
            steps.go_on.release()
            received = read_until(client, b": ping")
            assert b"event: evidence" in received
        steps.go_on.release()


def test_an_event_is_one_line_of_json():
    sent = []

    async def send(message):
        sent.append(message)

    import anyio

    anyio.run(EventSender(send, []).send_event, "claim", {"text": "één\r\nregel\u2028twee"})
    lines = sent[1]["body"].decode().split("\n")
    assert lines[0] == "event: claim"
    assert json.loads(lines[1].removeprefix("data: ")) == {"text": "één\r\nregel\u2028twee"}
    assert lines[2:] == ["id: 1", "", ""]
