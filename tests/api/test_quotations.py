"""Quotations are checked over HTTP."""

import pytest


@pytest.fixture
def check(client):
    return lambda **body: client.post("/v1/quotations/check", json=body)


def test_an_altered_quotation_comes_with_the_true_words_and_what_was_changed(check, client, austria, check_shape):
    checked = check(quotation="Op 15 mei 1956 werd in Wenen het staatsverdrag van Oostenrijk getekend").json()
    (part,) = checked["parts"]
    assert (checked["verdict"], part["changes"][0]["flags"]) == ("altered", ["number"])
    cited = part["citation"]
    place = {"start": cited["start"], "end": cited["end"]}
    assert client.get(f"/v1/documents/{austria['id']}/text", params=place).text == cited["quote"]
    assert client.get(cited["permalink"].partition("#")[0]).status_code == 200
    check_shape("quotation_check", checked)


def test_a_quotation_said_to_be_in_another_document_is_found_elsewhere(check, austria, poznan):
    quotation = "The strike of the workers in Poznan was put down"
    checked = check(quotation=quotation, document_ids=[austria["id"]]).json()
    assert (checked["verdict"], checked["parts"][0]["citation"]["document_id"]) == ("elsewhere", poznan["id"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"quotation": "…"}, 422, "invalid_quotation"),
        ({"quotation": "x" * 4001}, 422, "invalid_quotation"),
        ({"quotation": None}, 422, "invalid_request"),
        ({"quotation": "x", "document_ids": ["0"]}, 404, "unknown_document"),
    ],
)
def test_what_cannot_be_checked_is_a_problem(check, body, status, code):
    response = check(**body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_check_takes_one_of_the_slots(make_client, monkeypatch):
    monkeypatch.setattr("api.dependencies.PATIENCE_SECONDS", 0.0)
    client = make_client(answer_slots=1)
    with client.portal.wrap_async_context_manager(client.app.state.answer_slots.taken()):
        assert client.post("/v1/quotations/check", json={"quotation": "x"}).status_code == 503
