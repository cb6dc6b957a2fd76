"""Who begins a request and does not end it is shown out, and keeps nobody waiting."""

import socket
import time

import pytest

from tests.attacks.mounted import mounted

PATIENCE = 0.4


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with mounted(tmp_path_factory.mktemp("home")) as (_, client):
        yield client.base_url.host, client.base_url.port


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr("api.bodies.PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr("ui.protocol.MAX_HEAD_SECONDS", PATIENCE)


def answered(address, *pieces, pause=0.0):
    """Send pieces of a request and read until the server closes the connection."""
    with socket.create_connection(address, timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        told = b""
        while part := connection.recv(65_536):
            told += part
    return told


def head(path, *, length=1000, media_type="application/json"):
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/v1/answers", "application/json"),
        ("/v1/documents", "multipart/form-data; boundary=x"),
        ("/chat/gradio_api/queue/join", "application/json"),
    ],
)
def test_a_body_that_does_not_come_is_not_waited_for(address, path, media_type):
    begun = b"--" if "boundary" in media_type else b"{"
    told = answered(address, head(path, media_type=media_type), begun)
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"body_too_slow" in told
    assert b"connection: close" in told.lower()


def test_a_body_that_comes_slowly_is_not_waited_for_either(address):
    pieces = [b" "] * 40
    with pytest.raises(OSError):
        answered(address, head("/v1/answers"), *pieces, pause=PATIENCE / 4)


@pytest.mark.parametrize("head_begun", [b"", b"GET /v1/health HTTP/1.1\r\nHost: loc"], ids=["nothing", "half"])
def test_a_head_that_does_not_come_is_not_waited_for(address, head_begun):
    begun = time.monotonic()
    assert answered(address, head_begun) == b""
    assert time.monotonic() - begun < 10


def test_a_second_head_that_does_not_come_is_not_waited_for(address):
    whole = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert answered(address, whole + whole[:20]).count(b"HTTP/1.1 200 ") == 1


def test_a_head_without_end_is_cut_off(address):
    with pytest.raises(OSError):
        answered(address, b"GET / HTTP/1.1\r\n", *[b"X: " + b"x" * 60_000 + b"\r\n"] * 50, pause=0.01)


def test_a_stream_of_events_is_no_slow_body(address):
    """The clock is for what comes in; an answer may take its time."""
    body = b'{"question": "Wanneer werd het staatsverdrag getekend?"}'
    request = head("/v1/answers", length=len(body)).replace(b"\r\n\r\n", b"\r\nAccept: text/event-stream\r\n\r\n")
    told = answered(address, request + body, pause=2 * PATIENCE)
    assert b"event: answer" in told
