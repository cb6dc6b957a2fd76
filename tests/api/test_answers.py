import json
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ingest.errors import LanguageModelError
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import NumberVerifier, ScriptedLanguageModel

QUESTION = "Op welke dag werd in Wenen het staatsverdrag van Oostenrijk getekend?"
EVENTS = {"Accept": "text/event-stream"}


def ask(client, question=QUESTION, headers=None, **others):
    return client.post("/v1/answers", json={"question": question, **others}, headers=headers)


def read_events(response):
    blocks = [block.split("\n") for block in response.text.strip().split("\n\n")]
    fields = [dict(line.split(": ", 1) for line in block) for block in blocks]
    return [(field["event"], int(field["id"]), json.loads(field["data"])) for field in fields]


def test_an_answer_cites_words_that_are_there(client, austria, poznan, check_shape):
    response = ask(client)
    answer = response.json()
    assert response.status_code == 200
    assert (answer["status"], answer["question"]) == ("answered", QUESTION)
    check_shape("answer", answer)
    citations = [citation for claim in answer["claims"] for citation in claim["citations"]]
    assert citations
    for citation in citations:
        span = {"start": citation["start"], "end": citation["end"]}
        text = client.get(f"/v1/documents/{citation['document_id']}/text", params=span).content.decode()
        assert text == citation["quote"]
        page, _, fragment = citation["permalink"].partition("#")
        assert fragment == f"char={citation['start']},{citation['end']}"
        assert client.get(page).status_code == 200


def test_an_answer_can_be_read_again(client, austria):
    answer = ask(client).json()
    again = client.get(f"/v1/answers/{answer['id']}")
    assert (again.headers["content-type"], again.json()) == ("application/json", answer)


def test_an_answer_goes_with_its_document(client, austria):
    answer = ask(client).json()
    client.delete(f"/v1/documents/{austria['id']}")
    assert client.get(f"/v1/answers/{answer['id']}").status_code == 404


def test_nothing_ingested_is_a_refusal(client, check_shape):
    answer = ask(client).json()
    assert (answer["status"], answer["reason"], answer["claims"]) == ("refused", "no_documents", [])
    assert 0 <= answer["confidence"] <= 1


def test_what_the_texts_do_not_say_is_a_refusal_with_a_reason(client, poznan, check_shape):
    answer = ask(client, "Hoeveel kilometer fietst een postbode?").json()
    assert (answer["status"], answer["claims"]) == ("refused", [])
    assert answer["reason"] in ("not_in_sources", "too_weak")
    assert 0 <= answer["confidence"] <= 1
    check_shape("refusal", answer)


def test_documents_and_language_narrow_what_is_asked(client, austria, poznan):
    answer = ask(client, document_ids=[poznan["id"]]).json()
    assert austria["id"] not in {item["passage"]["document_id"] for item in answer["evidence"]}
    answer = ask(client, language="en").json()
    assert austria["id"] not in {item["passage"]["document_id"] for item in answer["evidence"]}


def test_a_follow_up_is_understood_from_the_history(client, austria):
    answer = ask(client, "En waar werd het getekend?", history=[QUESTION]).json()
    assert answer["receipt"]["history"] == [QUESTION]
    assert answer["receipt"]["resolved_question"] != answer["question"]


def test_a_stream_gives_evidence_then_claims_then_the_answer(client, austria, poznan):
    response = ask(client, headers=EVENTS)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    events = read_events(response)
    answer = ask(client).json()
    expected = ["evidence", *["claim"] * len(answer["claims"]), "answer"]
    assert [name for name, _, _ in events] == expected
    assert [number for _, number, _ in events] == list(range(1, len(events) + 1))
    assert events[0][2] == answer["evidence"]
    assert [data for name, _, data in events if name == "claim"] == answer["claims"]
    assert events[-1][2] == answer


TREATY = b"Op 15 mei 1955 werd in Wenen het staatsverdrag van Oostenrijk getekend."
REPLY = "Op 15 mei 1955 kwam het staatsverdrag [1]. Op 16 mei 1948 kwam het [1]."


@pytest.fixture
def write_answers(make_assistant):
    """Clients of a server whose language model gives these replies, held to the real gate."""
    with ExitStack() as stack:

        def client(*replies):
            model = ScriptedLanguageModel(replies)
            assistant = make_assistant(EvidenceModels(verifier=NumberVerifier(), language_model=model))
            assistant.add_bytes("Oostenrijk.txt", TREATY)
            return model, stack.enter_context(TestClient(create_app(assistant, allowed_hosts={"testserver"})))

        yield client


def test_a_language_model_s_sentences_follow_the_quotations_and_are_the_answer(write_answers, check_shape):
    _, client = write_answers(REPLY, REPLY)
    events = read_events(ask(client, headers=EVENTS))
    names = [name for name, _, _ in events]
    assert names == ["evidence", *["claim"] * names.count("claim"), "prose", "answer"]
    assert "claim" in names
    (sentence,) = [data for name, _, data in events if name == "prose"]
    answer = events[-1][2]
    assert answer["claims"] == [sentence]
    assert (sentence["kind"], sentence["verdict"]) == ("paraphrase", "supported")
    assert sentence["citations"][0]["quote"].startswith("Op 15 mei 1955")
    prose = answer["prose"]
    assert (prose["written"], prose["shown"], prose["fallback"]) == (2, 1, None)
    assert [dropped["reason"] for dropped in prose["dropped"]] == ["not_carried"]
    assert (prose["model"], answer["receipt"]["language_model"]) == ("scripted", "scripted")
    check_shape("answer_in_prose", answer)
    assert client.get(f"/v1/answers/{answer['id']}").json() == answer
    assert ask(client).json() == answer


def test_without_prose_the_language_model_is_not_asked(write_answers):
    model, client = write_answers(REPLY)
    answer = ask(client, prose=False).json()
    names = [name for name, _, _ in read_events(ask(client, headers=EVENTS, prose=False))]
    assert (answer["prose"], {claim["kind"] for claim in answer["claims"]}) == (None, {"quotation"})
    assert "prose" not in names
    assert model.asked == []


def test_a_language_model_that_fails_leaves_the_quotations_and_the_reason(write_answers):
    _, client = write_answers(["The st", LanguageModelError("The server went away.")])
    response = ask(client, headers=EVENTS)
    answer = read_events(response)[-1][2]
    assert response.status_code == 200
    assert {claim["kind"] for claim in answer["claims"]} == {"quotation"}
    assert answer["claims"] == [data for name, _, data in read_events(response) if name == "claim"]
    assert (answer["prose"]["fallback"], answer["prose"]["shown"]) == ("failed", 0)


def test_a_refusal_streams_too(client):
    (first, _, evidence), (last, _, answer) = read_events(ask(client, headers=EVENTS))
    assert (first, last, evidence) == ("evidence", "answer", [])
    assert answer == ask(client).json()


@pytest.mark.parametrize("headers", [None, EVENTS], ids=["json", "stream"])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "invalid_question"),
        ({"question": " \n "}, 422, "invalid_question"),
        ({"question": "x" * 2001}, 422, "invalid_question"),
        ({"question": 5}, 422, "invalid_request"),
        ({"question": "\ud800"}, 422, "invalid_request"),
        ({"question": "Wie?", "history": ["\udfff"]}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        ({"question": "Wie?", "limit": 3}, 422, "invalid_request"),
        ({"question": "Wie?", "prose": "no"}, 422, "invalid_request"),
        ({"question": "Wie?", "language": "Dutch!"}, 422, "invalid_request"),
        ({"question": "Wie?", "document_ids": ["nergens"]}, 404, "unknown_document"),
    ],
)
def test_a_bad_question_is_a_problem(client, austria, headers, body, status, code):
    body = json.dumps(body)
    response = client.post("/v1/answers", content=body, headers={"Content-Type": "application/json", **(headers or {})})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


def test_a_question_may_have_2000_characters(client):
    assert ask(client, "é" * 2000).status_code == 200


def test_an_unknown_answer_is_a_problem(client):
    response = client.get("/v1/answers/nergens")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_answer")


def test_a_question_for_which_no_slot_comes_free_is_turned_away_and_takes_none(make_client, monkeypatch):
    monkeypatch.setattr("api.dependencies.PATIENCE_SECONDS", 0.0)
    client = make_client(answer_slots=1)
    with client.portal.wrap_async_context_manager(client.app.state.answer_slots.taken()):
        for headers in (None, EVENTS):
            response = ask(client, headers=headers)
            assert (response.status_code, response.json()["code"]) == (503, "busy")
            assert response.headers["retry-after"] == "2"
    for headers in (None, EVENTS, None, EVENTS):
        assert ask(client, headers=headers).status_code == 200
    assert ask(client, "", headers=EVENTS).status_code == 422
    assert ask(client, headers=EVENTS).status_code == 200


@pytest.mark.parametrize("prose", [True, False])
def test_a_follow_up_is_searched_in_the_words_of_the_model_unless_it_is_kept_out(make_assistant, prose):
    asked, earlier = "En hoeveel gezinnen leefden ervan?", "Wanneer stopte het veer naar Marken?"
    rewritten = "En hoeveel gezinnen leefden van het veer naar Marken?"
    assistant = make_assistant(EvidenceModels(verifier=NumberVerifier(), rewriter=ScriptedLanguageModel([rewritten])))
    assistant.add_bytes("veer.txt", b"Van het veer naar Marken leefden veertig gezinnen.")
    with TestClient(create_app(assistant, allowed_hosts={"testserver"})) as client:
        answer = ask(client, asked, history=[earlier], prose=prose).json()
    assert answer["question"] == asked
    assert answer["receipt"]["resolved_question"] == (rewritten if prose else f"{earlier} {asked}")
