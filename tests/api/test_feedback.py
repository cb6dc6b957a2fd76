import json

import pytest

QUESTION = "Op welke dag werd in Wenen het staatsverdrag van Oostenrijk getekend?"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def answer_id(client, austria):
    return client.post("/v1/answers", json={"question": QUESTION}).json()["id"]


def say(client, answer_id, verdict="wrong-citation", **others):
    return client.post("/v1/feedback", json={"answer_id": answer_id, "verdict": verdict, **others})


def test_what_is_said_of_an_answer_is_kept_and_shown(client, assistant, answer_id, check_shape):
    response = say(client, answer_id, note="Eén zin eerder. 😀")
    assert response.status_code == 201
    check_shape("flag", response.json())
    (flagged,) = assistant.catalogue.flagged_answers()
    assert response.json() == {
        "answer_id": answer_id,
        "verdict": "wrong-citation",
        "note": "Eén zin eerder. 😀",
        "made": flagged.flag.made,
    }
    assert (flagged.flag.verdict, flagged.flag.note) == ("wrong-citation", "Eén zin eerder. 😀")
    assert json.loads(flagged.answer_json) == client.get(f"/v1/answers/{answer_id}").json()


def test_a_note_may_be_left_out_and_may_have_2000_characters(client, answer_id):
    assert say(client, answer_id).json()["note"] == ""
    assert say(client, answer_id, note="😀" * 2000).json()["note"] == "😀" * 2000


def test_saying_it_again_replaces_what_was_said(client, assistant, answer_id):
    say(client, answer_id, note="eerst")
    assert say(client, answer_id, "good").json()["verdict"] == "good"
    (flagged,) = assistant.catalogue.flagged_answers()
    assert (flagged.flag.verdict, flagged.flag.note) == ("good", "")


def test_saying_the_same_twice_is_saying_it_once(client, assistant, answer_id):
    assert say(client, answer_id).json() == say(client, answer_id).json()
    assert len(assistant.catalogue.flagged_answers()) == 1


@pytest.mark.parametrize("verdict", ["wrong-answer", "should-have-refused", "should-have-answered", "good"])
def test_every_verdict_is_taken(client, answer_id, verdict):
    assert say(client, answer_id, verdict).json()["verdict"] == verdict


def test_an_answer_that_nobody_gave_or_that_went_with_its_document_is_a_problem(client, assistant, austria, answer_id):
    assert (say(client, "nergens").status_code, say(client, "nergens").json()["code"]) == (404, "unknown_answer")
    say(client, answer_id)
    client.delete(f"/v1/documents/{austria['id']}")
    assert (say(client, answer_id).status_code, assistant.catalogue.flagged_answers()) == (404, [])


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "bad"},
        {"verdict": None},
        {"note": "x" * 2001},
        {"note": None},
        {"note": "\ud800"},
        {"answer_id": 5},
        {"answer_id": "\udfff"},
        {"stars": 5},
    ],
)
def test_what_does_not_fit_is_a_problem_and_keeps_nothing(client, assistant, answer_id, change):
    body = json.dumps({"answer_id": answer_id, "verdict": "good"} | change)
    response = client.post("/v1/feedback", content=body, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.headers["content-type"] == "application/problem+json"
    assert assistant.catalogue.flagged_answers() == []


@pytest.mark.parametrize("body", [{}, {"verdict": "good"}, {"answer_id": "x"}])
def test_an_answer_and_a_verdict_are_wanted(client, body):
    assert client.post("/v1/feedback", json=body).json()["code"] == "invalid_request"
