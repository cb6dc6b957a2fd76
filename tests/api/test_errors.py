import json

import pytest

from api.app import MAX_BODY_BYTES

MEMBERS = {"type", "title", "status", "code", "detail"}
JSON = {"Content-Type": "application/json"}


def assert_problem(response, status, code):
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:quoth:problem:{code}"
    assert problem.keys() >= MEMBERS
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_an_unknown_address_is_a_problem(client):
    assert_problem(client.get("/v1/nergens"), 404, "not_found")
    assert_problem(client.get("/nergens"), 404, "not_found")


def test_a_wrong_method_is_a_problem_that_names_the_right_one(client):
    response = client.put("/v1/search")
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/documents", "GET, POST"), ("/v1/documents/x", "GET, PATCH, DELETE"), ("/v1/openapi.json", "GET, HEAD")],
)
def test_every_method_that_an_address_takes_is_named(client, path, allowed):
    response = client.put(path)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/v1/search", "/v1/answers", "/v1/claims/check", "/v1/feedback"])
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_only_json_is_taken_for_json(client, path, media_type):
    headers = {"Content-Type": media_type} if media_type else {}
    assert_problem(client.post(path, content=b'{"question": "Wie?"}', headers=headers), 415, "unsupported_content_type")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b'"\xff"', 400, "bad_request"),
        (b"[" * 290_000, 400, "bad_request"),
        (b'{"question": ' + b"9" * 6000 + b"}", 400, "bad_request"),
        (b'{"question": NaN}', 422, "invalid_request"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(client, body, status, code):
    assert_problem(client.post("/v1/answers", content=body, headers=JSON), status, code)


def test_a_body_without_a_declared_size_is_counted(client):
    chunks = (b" " * 10_000 for _ in range(MAX_BODY_BYTES // 10_000 + 1))
    assert_problem(client.post("/v1/answers", content=chunks, headers=JSON), 413, "body_too_large")


@pytest.mark.parametrize("size", ["9" * 5000, str(MAX_BODY_BYTES + 1), "1" * 19])
def test_a_declared_size_is_believed_when_it_is_too_large(client, size):
    assert_problem(
        client.post("/v1/answers", content=b"{}", headers=JSON | {"Content-Length": size}), 413, "body_too_large"
    )


def test_what_does_not_fit_is_named_and_not_repeated(client):
    response = client.post("/v1/answers", json={"question": ["geheim"], "history": "geheim", "geheim": 1})
    problem = assert_problem(response, 422, "invalid_request")
    assert [item["location"] for item in problem["errors"]] == [
        ["body", "question"],
        ["body", "history"],
        ["body", "geheim"],
    ]
    assert all(item.keys() == {"code", "detail", "location"} for item in problem["errors"])
    assert json.dumps(problem).count("geheim") == 1


@pytest.mark.parametrize("headers", [{}, {"Accept": "text/event-stream"}], ids=["json", "stream"])
def test_what_nobody_foresaw_carries_an_id_and_no_secret(client, assistant, monkeypatch, caplog, headers):
    def fail(*arguments, **options):
        raise RuntimeError("geheim in /home/geheim")

    monkeypatch.setattr(assistant, "answer", fail)
    monkeypatch.setattr(assistant, "stream_answer", fail)
    response = client.post("/v1/answers", json={"question": "Wie?"}, headers=headers)
    problem = assert_problem(response, 500, "internal_error")
    assert "geheim" not in response.text
    assert "Traceback" not in response.text
    assert f"error {problem['error_id']}" in caplog.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_person_with_a_browser_gets_a_page_to_read(client):
    for language, heading in (("nl-NL,nl;q=0.9,en;q=0.8", "Niet gevonden"), ("de, en;q=0.5", "Not found")):
        response = client.get("/documents/nergens", headers={"Accept": "text/html", "Accept-Language": language})
        assert response.status_code == 404
        assert heading in response.text
    response = client.get("/v1/documents/nergens", headers={"Accept": "text/html"})
    assert_problem(response, 404, "unknown_document")
