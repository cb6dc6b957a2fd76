"""How many questions are worked on at once, how many wait, and what the others hear."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


class Gate:
    """Holds searches and answers back until they may go on, and counts how many were there at once."""

    def __init__(self):
        self.may_go_on = threading.Event()
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, *_asked, **_choices):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        assert self.may_go_on.wait(30)
        with self.lock:
            self.now -= 1
        return []


@pytest.fixture
def gate(assistant, monkeypatch):
    gate = Gate()
    monkeypatch.setattr(assistant, "search", gate)
    yield gate
    gate.may_go_on.set()


def search(client):
    return client.post("/v1/search", json={"query": "brood"})


def wait_until(condition):
    waiting = threading.Event()
    for _ in range(1000):
        if condition():
            return
        waiting.wait(0.01)
    pytest.fail("it did not come to that")


def test_searches_wait_their_turn_and_those_without_a_place_are_told_to_come_again(gate, make_client):
    client = make_client(search_slots=2)
    slots = client.app.state.search_slots
    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(search, client) for _ in range(6)]
        wait_until(lambda: gate.now == 2 and slots._places == 0)
        for response in (search(client), search(client)):
            assert (response.status_code, response.json()["code"]) == (503, "busy")
            assert int(response.headers["retry-after"]) >= 1
        gate.may_go_on.set()
        assert {each.result().status_code for each in asked} == {200}
    assert gate.most == 2
    assert (slots._free._value, slots._places) == (2, 4)


def test_who_waits_in_vain_is_turned_away_and_leaves_its_place(gate, make_client, monkeypatch):
    monkeypatch.setattr("api.dependencies.PATIENCE_SECONDS", 0.05)
    client = make_client(search_slots=1)
    slots = client.app.state.search_slots
    with ThreadPoolExecutor() as pool:
        first = pool.submit(search, client)
        wait_until(lambda: gate.now == 1)
        assert search(client).status_code == 503
        assert slots._places == 2
        gate.may_go_on.set()
        assert first.result().status_code == 200
    assert search(client).status_code == 200


def test_signs_of_life_wait_for_no_slot(gate, make_client):
    client = make_client(search_slots=1)
    with ThreadPoolExecutor() as pool:
        pool.submit(search, client)
        wait_until(lambda: gate.now == 1)
        assert client.get("/v1/health").status_code == client.get("/v1/ready").status_code == 200
        gate.may_go_on.set()
