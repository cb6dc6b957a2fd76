import base64

import pytest
from fastapi.responses import HTMLResponse
from starlette.websockets import WebSocketDisconnect

KEY = "een-lange-sleutel-é"
ORIGIN = {"Origin": "http://testserver"}


def basic(password):
    return {"Authorization": f"Basic {base64.b64encode(f'wie:{password}'.encode()).decode()}"}


def bearer(key):
    return {"Authorization": f"Bearer {key}".encode()}


def test_with_a_key_only_the_sign_of_life_is_open(make_client):
    client = make_client(api_key=KEY)
    assert client.get("/v1/health").status_code == 200
    for path in ("/v1/documents", "/v1/ready", "/v1/openapi.json", "/v1/nergens", "/v1", "/documents/x", "/chat", "/"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (401, "key_required")
        assert response.headers["www-authenticate"]
    assert client.post("/v1/answers", content=b"x" * 100_000).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [bearer(KEY), {"X-API-Key": KEY.encode()}, basic(KEY)],
    ids=["bearer", "header", "basic"],
)
def test_the_key_opens_the_api(make_client, headers):
    assert make_client(api_key=KEY).get("/v1/documents", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        bearer(KEY + "x"),
        bearer(""),
        {"Authorization": KEY.encode()},
        {"X-API-Key": ""},
        basic(KEY + "x"),
        basic(""),
    ],
)
def test_anything_else_does_not_open_the_api(make_client, headers):
    assert make_client(api_key=KEY).get("/v1/documents", headers=headers).status_code == 401


def test_a_browser_may_send_the_key_as_a_password_for_pages(make_client, austria):
    client = make_client(api_key=KEY)
    path = f"/documents/{austria['id']}"
    assert client.get(path).headers["www-authenticate"].startswith("Basic")
    assert client.get(path, headers=basic(KEY)).status_code == 200
    for wrong in (basic("x"), {"Authorization": "Basic %%%"}, {"Authorization": "Basic //79"}):
        assert client.get(path, headers=wrong).status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://testserver:81",
        "https://testserver",
        "http://testserver.evil.example",
        "http://evil.example@testserver",
        "http://testserver/",
        "http://testserver#",
        "http://[",
        "http://testserver:99999",
        "ftp://testserver",
        "null",
        "",
    ],
)
def test_a_page_of_another_site_may_change_nothing(client, austria, origin):
    headers = {"Origin": origin}
    file = {"file": ("x.txt", b"Een tekst.")}
    for response in (
        client.post("/v1/documents", files=file, headers=headers),
        client.delete(f"/v1/documents/{austria['id']}", headers=headers),
        client.post("/v1/answers", json={"question": "Wie?"}, headers=headers),
        client.post("/chat/anything", json={}, headers=headers),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "foreign_origin")
    assert len(client.get("/v1/documents", headers=headers).json()["documents"]) == 1
    assert "access-control-allow-origin" not in client.get("/v1/documents", headers=headers).headers


def test_a_page_of_this_site_and_a_program_with_the_key_may(make_client):
    body = {"json": {"question": "Wie?"}}
    assert make_client().post("/v1/answers", headers=ORIGIN, **body).status_code == 200
    foreign = {"Origin": "http://evil.example"}
    keyed = make_client(api_key=KEY)
    assert keyed.post("/v1/answers", headers=foreign | bearer(KEY), **body).status_code == 200
    for path in ("/chat/x", "/v1/answers"):  # a browser sends it by itself, whoever's page asks
        assert keyed.post(path, headers=foreign | basic(KEY), **body).status_code == 403
    assert keyed.post("/v1/answers", headers=ORIGIN | basic(KEY), **body).status_code == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("testserver", "http://testserver"),
        ("testserver:80", "http://testserver"),
        ("testserver:8000", "http://testserver:8000"),
        ("TestServer:8000", "http://testserver:8000"),
    ],
)
def test_a_host_and_an_origin_are_the_same_with_and_without_the_usual_port(client, host, origin):
    assert client.post("/v1/answers", json={"question": "Wie?"}, headers={"Host": host, "Origin": origin}).is_success


def test_behind_tls_the_origin_is_that_of_tls(make_client):
    client = make_client(allowed_hosts=None)
    client.base_url = "https://quoth.example"
    for origin, status in (("https://quoth.example", 200), ("http://quoth.example", 403)):
        assert client.post("/v1/answers", json={"question": "Wie?"}, headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_loopback_names_are_served(make_client, host):
    client = make_client(allowed_hosts=("localhost", "127.0.0.1", "[::1]"))
    assert client.get("/v1/documents", headers={"Host": host}).status_code == 200


NO_HOSTS = [
    "",
    "[::1]evil.com",
    "localhost:8000@evil.com",
    "evil.com@localhost",
    "localhost/x",
    "localhost#evil.com",
    "localhost:80:80",
    "localhost:",
    "localhost:99999",
    "127.1",
    "0x7f000001",
    "[::1",
    "[0:0::1]",
    "localhost, evil.com",
]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "testserver", "127.0.0.1.evil.example:80", *NO_HOSTS]
)
def test_other_names_are_not(make_client, host):
    client = make_client(allowed_hosts=("localhost", "127.0.0.1", "[::1]"))
    response = client.get("/v1/documents", headers={"Host": host})
    assert (response.status_code, response.json()["code"]) == (400, "unknown_host")


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_name_is_never_served(make_client, host):
    assert make_client(allowed_hosts=None).get("/v1/documents", headers={"Host": host}).status_code == 400


def test_a_request_for_two_hosts_is_for_none(client):
    headers = [("Host", "testserver"), ("Host", "testserver")]
    assert client.get("/v1/documents", headers=headers).json()["code"] == "unknown_host"


def test_every_name_is_served_when_asked_to(make_client):
    assert make_client(allowed_hosts=None).get("/v1/health", headers={"Host": "quoth.example"}).status_code == 200


def test_pages_may_load_nothing_from_elsewhere(client, austria):
    @client.app.get("/page")
    def page():
        return HTMLResponse("<p>x")

    policy = client.get("/page").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" in policy
    viewer = client.get(f"/documents/{austria['id']}").headers["content-security-policy"]
    assert viewer.startswith("default-src 'none'")
    assert "unsafe" not in viewer
    assert "content-security-policy" not in client.get("/v1/documents").headers


def test_what_is_private_is_kept_nowhere(client, austria):
    for path in ("/v1/documents", f"/v1/documents/{austria['id']}/text", f"/documents/{austria['id']}"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_web_sockets_are_turned_away(client):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/chat/ws"):
        pass
