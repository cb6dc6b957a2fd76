"""A server answers while its application is being made: what is told at once, what waits, and what is refused."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.guards import all_guards
from api.late_app import LateApp
from ingest.errors import CatalogueInUseError

HOSTS = {"testserver"}
KEY = "sleutel"
QUERY = {"query": "staatsverdrag"}


class Late:
    """An application that is made when it may be, and what the server was told of it."""

    def __init__(self, assistant, *, api_key=None, patience_seconds=0.0, error=None):
        self.may_load, self.ready, self.failed = threading.Event(), threading.Event(), []
        self._made = lambda: create_app(assistant, allowed_hosts=HOSTS, api_key=api_key)
        self._error = error
        self.app = LateApp(
            self.make,
            guards=all_guards(api_key, HOSTS),
            on_ready=self.ready.set,
            on_failure=self.failed.append,
            patience_seconds=patience_seconds,
        )

    def make(self):
        assert self.may_load.wait(10)
        if self._error:
            raise self._error
        return self._made()


@pytest.fixture
def start(assistant):
    @contextmanager
    def served(**options):
        late = Late(assistant, **options)
        with TestClient(late.app) as client:
            yield late, client
            late.may_load.set()

    return served


def test_a_server_is_alive_before_it_is_ready(start):
    with start() as (late, client):
        assert client.get("/v1/health").json() == {"status": "starting", "version": version("quoth")}
        for response in (client.get("/v1/ready"), client.post("/v1/search", json=QUERY), client.post("/v1/health")):
            assert (response.status_code, response.json()["code"]) == (503, "not_ready")
            assert "loaded" in response.json()["detail"]
            assert response.headers["retry-after"]
        late.may_load.set()
        assert late.ready.wait(10)
        assert client.get("/v1/health").json()["status"] == "ok"
        assert client.get("/v1/ready").status_code == 200
        assert late.app.is_ready


def test_a_person_sees_a_page_that_tries_again(start):
    with start() as (_, client):
        for path in ("/", "/chat", "/documents/x"):
            page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "nl"})
            assert (page.status_code, page.headers["refresh"]) == (503, "3")
            assert "Quoth start op" in page.text


def test_a_question_that_comes_early_waits_for_its_answer(start):
    with start(patience_seconds=30) as (late, client), ThreadPoolExecutor() as pool:
        asked = pool.submit(client.post, "/v1/search", json=QUERY)
        assert client.get("/v1/ready").status_code == 503
        assert not asked.done()
        late.may_load.set()
        assert asked.result().status_code == 200


def test_no_more_wait_than_there_is_room_for(start, monkeypatch):
    monkeypatch.setattr("api.late_app.MAX_WAITING", 1)
    with start(patience_seconds=30) as (late, client), ThreadPoolExecutor() as pool:
        waiting = [pool.submit(client.post, "/v1/search", json=QUERY) for _ in range(3)]
        deadline = time.monotonic() + 10
        while sum(one.done() for one in waiting) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        late.may_load.set()
        assert sorted(one.result().status_code for one in waiting) == [200, 503, 503]


def test_the_guards_stand_before_it_is_ready(start):
    with start(api_key=KEY) as (_, client):
        assert client.get("/v1/health").json()["status"] == "starting"
        assert client.get("/v1/ready").status_code == 401
        assert client.get("/v1/health", headers={"Host": "evil.example"}).status_code == 400
        assert client.get("/v1/ready", headers={"X-API-Key": KEY}).status_code == 503
        foreign = {"X-API-Key": "x", "Origin": "http://evil.example"}
        assert client.post("/v1/search", json=QUERY, headers=foreign).status_code == 401


def test_who_runs_the_server_hears_why_there_is_no_application(start):
    error = CatalogueInUseError("/secret/folder is owned by 4711")
    with start(error=error) as (late, client):
        late.may_load.set()
        deadline = time.monotonic() + 10
        while not late.failed:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert late.failed == [error]
        assert client.get("/v1/health").json()["status"] == "starting"
        assert "secret" not in client.get("/v1/ready").text
    assert not late.app.is_ready
