"""Behind a server that speaks TLS, on the same machine: what `docs/security.md` says to set is enough."""

import pytest

from tests.attacks.mounted import KEY, PLACES, mounted

OUTSIDE = {
    "Host": "quoth.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.7",
    "Authorization": f"Bearer {KEY}",
}
QUESTION = {"json": {"question": "Wanneer werd het staatsverdrag van Oostenrijk getekend?"}}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setitem(PLACES, "behind", ({"api_key": KEY}, OUTSIDE))
    with mounted(tmp_path / "home", "behind") as (_, client):
        yield client


def test_the_page_and_the_api_are_served_under_the_name_of_the_outside(client):
    assert client.get("/chat/").status_code == 200
    assert client.post("/v1/answers", **QUESTION, headers={"Origin": "https://quoth.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://quoth.example", "https://evil.example", "https://quoth.example:8443"])
def test_pages_of_other_sites_are_still_refused(client, origin):
    del client.headers["Authorization"]
    client.auth = ("wie", KEY)
    assert client.post("/v1/answers", **QUESTION, headers={"Origin": "https://quoth.example"}).status_code == 200
    assert client.post("/v1/answers", **QUESTION, headers={"Origin": origin}).status_code == 403


def test_a_foreign_name_brings_no_key(client):
    del client.headers["Authorization"]
    assert client.get("/v1/documents", headers={"Host": "evil.example"}).status_code == 401
