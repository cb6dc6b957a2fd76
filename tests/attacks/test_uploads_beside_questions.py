"""Forty-five uploads at once beside four who ask: states, order and codes; test_load.py has the seconds."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.attacks.mounted import mounted

UPLOADS, ASKERS = 45, 4
QUESTION = {"question": "Wanneer werd het staatsverdrag van Oostenrijk getekend?"}


@pytest.fixture
def server(tmp_path):
    with mounted(tmp_path / "home") as (app, client):
        yield app, str(client.base_url)


@pytest.fixture
def held_back(server, monkeypatch):
    """Hold the embedding of passages back until it may go on."""
    may_go_on = threading.Event()
    embedder = server[0].state.assistant.embedder
    embed = embedder.read_passages

    def wait_and_embed(texts, **options):
        assert may_go_on.wait(60)
        return embed(texts, **options)

    monkeypatch.setattr(embedder, "read_passages", wait_and_embed)
    yield may_go_on
    may_go_on.set()


def add(origin, number):
    files = {"file": (f"verslag-{number}.txt", f"Verslag {number}. " + "Het brood was duur in Poznań. " * 300)}
    return httpx.post(f"{origin}/v1/documents", files=files, timeout=90)


def test_questions_and_signs_of_life_come_through_while_uploads_wait_and_are_turned_away(server, held_back):
    _, origin = server
    with ThreadPoolExecutor(UPLOADS) as senders, ThreadPoolExecutor(ASKERS) as askers:
        uploads = [senders.submit(add, origin, number) for number in range(UPLOADS)]
        answers = list(askers.map(lambda _: httpx.post(f"{origin}/v1/answers", json=QUESTION, timeout=60), range(20)))
        health = [httpx.get(f"{origin}/v1/{name}", timeout=60) for name in ("health", "ready") for _ in range(5)]
        # All of that was answered before any upload was.
        assert not any(upload.done() and upload.result().status_code == 201 for upload in uploads)
        held_back.set()
        responses = [upload.result() for upload in uploads]
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["claims"] for answer in answers)
    assert {each.status_code for each in health} == {200}
    refused = [response for response in responses if response.status_code != 201]
    assert {response.status_code for response in refused} == {503}
    assert len(refused) == UPLOADS - 8
    assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
    acknowledged = {response.json()["documents"][0]["id"] for response in responses if response.status_code == 201}
    held = {document["id"] for document in httpx.get(f"{origin}/v1/documents").json()["documents"]}
    assert acknowledged < held
    assert len(held) == len(acknowledged) + 1


@pytest.mark.slow
def test_who_comes_again_when_told_gets_everything_in(server):
    _, origin = server

    def add_patiently(number):
        while (response := add(origin, number)).status_code == 503:
            threading.Event().wait(float(response.headers["retry-after"]) / 20)  # this machine is quick
        return response

    with ThreadPoolExecutor(UPLOADS) as pool:
        responses = list(pool.map(add_patiently, range(UPLOADS)))
    assert {response.status_code for response in responses} == {201}
    assert len(httpx.get(f"{origin}/v1/documents").json()["documents"]) == UPLOADS + 1
