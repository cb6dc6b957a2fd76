"""No question and no text reaches a log, from Quoth or from any library, whatever goes wrong."""

import logging
import subprocess
import sys

import pytest

from tests.attacks.mounted import blocks_of, mounted, post_event, run_event

CANARY = "kanarie"
QUESTION = f"Wat zong de {CANARY} in 1955?"
LEAKS = f"""
import asyncio, gc, io, logging, threading, warnings
from retriever.logs import set_up_logging
set_up_logging()
words = "{QUESTION}"
def fail():
    raise ValueError(words)
def failed(log):
    try:
        fail()
    except ValueError as error:
        try:
            raise KeyError(words) from error
        except KeyError:
            log.exception("ours" if log.name == "retriever.x" else words)
failed(logging.getLogger("retriever.x"))
failed(logging.getLogger("somelibrary.deep"))
logging.getLogger("somelibrary").warning("was given %s", words)
warnings.warn(words)
thread = threading.Thread(target=fail); thread.start(); thread.join()
class Lost:
    def __del__(self): fail()
Lost()
async def lose():
    task = asyncio.get_running_loop().create_task(asyncio.to_thread(fail))
    await asyncio.sleep(0.1)
asyncio.run(lose()); gc.collect()
closed = io.StringIO(); closed.close()
logging.getLogger("somelibrary.closed").addHandler(logging.StreamHandler(closed))
failed(logging.getLogger("somelibrary.closed"))
try:
    open("/nowhere/at/all")
except OSError:
    logging.getLogger("ui.x").exception("no file")
"""


@pytest.fixture
def server(tmp_path):
    with mounted(tmp_path / "home") as served:
        yield served


@pytest.fixture
def everything_logged(caplog, capfd):
    """Return all that went to any logger, at any level, and to both streams."""
    caplog.set_level(logging.DEBUG)
    for client in ("httpx", "httpcore"):  # the attacker's own
        caplog.set_level(logging.WARNING, client)

    def logged():
        captured = capfd.readouterr()
        return "\n".join([caplog.text, *(record.getMessage() for record in caplog.records), *captured])

    return logged


def ask_everywhere(client, *, question=QUESTION):
    """Ask by every way there is, and send what is none; returns the states, and what the page was told."""
    json, events = {"json": {"question": question}}, {"headers": {"Accept": "text/event-stream"}}
    responses = [
        client.post("/v1/answers", **json),
        client.post("/v1/answers", **json, **events),
        client.post("/v1/answers", json={"question": [question], "history": question}),
        client.post("/v1/answers", content=question, headers={"Content-Type": "application/json"}),
        client.post("/v1/search", json={"query": f'"{question}" NEAR( x:'}),
        client.post("/v1/search", json={"query": question, "limit": question}),
        client.post("/v1/claims/check", json={"claim": question, "evidence": question}),
        client.post("/v1/feedback", json={"answer_id": question, "verdict": "good", "note": question}),
        client.post("/v1/documents", files={"file": (f"{question}.txt", f"De {CANARY} zong.".encode())}),
        client.post("/v1/documents", files={"file": ("a.txt", question.encode() + b"\xff\xfe" * 40)}),
        client.post("/v1/documents", files={"file": (f"{question}.exe", question.encode())}),
        client.post("/v1/documents", content=question, headers={"Content-Type": "multipart/form-data; boundary=x"}),
        client.get(f"/v1/documents/{question}"),
        client.get(f"/documents/{question}"),
        client.get("/v1/nowhere", params={"q": question}),
        post_event(client, 0, [{"path": question}, None, [], "en"]),
        post_event(client, 0, [question * 3000, None, [], "en"]),
        post_event(client, 0, [], event_data={"question": question}),
    ]
    told = [
        run_event(client, 0, [question, None, [], "en"]),
        run_event(client, 0, [question, None, question, 3]),
        run_event(client, 0, [question]),
        run_event(client, 0, [7, question, None, None]),
        run_event(client, 1, [None, [], "en"], event_data={"question": question}, trigger_id=10),
    ]
    call = {"session_hash": "x", "component_id": 17, "fn_name": "passage", "data": {"document": question, "start": "x"}}
    responses.append(client.post("/chat/gradio_api/component_server/", json=call))
    return [each.status_code for each in responses], "".join(told)


def test_nothing_that_was_asked_or_added_is_logged_at_any_level(server, everything_logged):
    states, told = ask_everywhere(server[1])
    assert CANARY in told
    assert states.count(200) >= 3
    assert 500 not in states
    assert CANARY not in everything_logged()


def test_errors_that_repeat_what_was_asked_are_logged_without_their_words(server, everything_logged, monkeypatch):
    app, client = server
    assistant = app.state.assistant

    def fail(*given, **options):
        raise RuntimeError(f"cannot work with {QUESTION}", given, options)

    for name in ("answer", "stream_answer", "search", "add_files", "document", "documents", "flag_answer"):
        monkeypatch.setattr(assistant, name, fail)
    states, _ = ask_everywhere(client)
    assert states.count(500) >= 5
    logged = everything_logged()
    assert CANARY not in logged
    assert "RuntimeError" in logged
    assert "test_logs.py:" in logged


def test_an_error_inside_gradio_is_logged_without_its_words(server, everything_logged, monkeypatch):
    app, client = server

    def fail(*given):
        raise RuntimeError(QUESTION)

    for part in blocks_of(app).blocks.values():
        if hasattr(part, "preprocess"):
            monkeypatch.setattr(part, "preprocess", fail)
    assert "error" in run_event(client, 0, [QUESTION, None, [], "en"])
    logged = everything_logged()
    assert CANARY not in logged
    assert "an event of the page failed" in logged


def test_no_library_gets_a_word_into_the_log_of_a_server():
    run = subprocess.run([sys.executable, "-c", LEAKS], capture_output=True, text=True, check=True)
    assert CANARY not in run.stderr + run.stdout
    for kept in (
        "ours",
        "KeyError",
        "ValueError",
        "somelibrary at",
        "a thread ended",
        "an error was lost",
        "asyncio at",
    ):
        assert kept in run.stderr
    assert "FileNotFoundError (No such file or directory)" in run.stderr


def test_the_command_line_writes_its_log_without_words(monkeypatch):
    from ui import cli

    used = []
    monkeypatch.setattr(cli, "set_up_logging", lambda: used.append(True))
    monkeypatch.setattr(cli, "app", lambda: None)
    cli.main()
    assert used
