"""Claims are checked over HTTP."""

import json

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from retriever.claim_check import MAX_CLAIM_CHARACTERS, MAX_EVIDENCE_CHARACTERS
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import NumberVerifier

CLAIM = "Oostenrijk kreeg zijn staatsverdrag in 1955."
EVIDENCE = "The state treaty of Austria was signed in Vienna on 15 May 1955."


@pytest.fixture
def verifier():
    return NumberVerifier()


@pytest.fixture
def check(make_assistant, verifier):
    """Post a claim and its evidence to a server whose verifier knows numbers."""
    app = create_app(make_assistant(EvidenceModels(verifier=verifier)), allowed_hosts={"testserver"})
    with TestClient(app) as client:

        def post(claim, evidence):
            # All in ASCII, as most clients write JSON: the longest way to write a sign.
            body = json.dumps({"claim": claim, "evidence": evidence})
            return client.post("/v1/claims/check", content=body, headers={"Content-Type": "application/json"})

        yield post


@pytest.mark.parametrize(
    ("claim", "verdict", "support"),
    [
        (CLAIM, "supported", 0.95),
        (CLAIM.replace("1955", "1948"), "refuted", 0.1),
        ("De zon scheen in Wenen.", "not_enough", 0.1),
    ],
)
def test_a_claim_gets_its_verdict_and_support(check, check_shape, claim, verdict, support):
    response = check(claim, EVIDENCE)
    checked = response.json()
    assert (response.status_code, checked["verdict"], checked["support"]) == (200, verdict, support)
    assert checked["verifier"] == "numbers"
    assert sum(checked["probabilities"].values()) == pytest.approx(1)
    check_shape("claim_check", checked)


def test_without_a_verifier_no_claim_is_checked(client):
    response = client.post("/v1/claims/check", json={"claim": CLAIM, "evidence": EVIDENCE})
    assert (response.status_code, response.json()["code"]) == (503, "no_verifier")
    assert response.headers["content-type"] == "application/problem+json"
    assert "`quoth doctor` says why" in response.json()["detail"]
    assert "error_id" not in response.json()


@pytest.mark.parametrize(
    ("claim", "evidence", "code"),
    [
        ("", EVIDENCE, "invalid_claim"),
        (CLAIM, " \n ", "invalid_claim"),
        ("x" * (MAX_CLAIM_CHARACTERS + 1), EVIDENCE, "invalid_claim"),
        (CLAIM, "x" * (MAX_EVIDENCE_CHARACTERS + 1), "invalid_claim"),
        (CLAIM, None, "invalid_request"),
        (CLAIM, "half \ud800", "invalid_request"),
    ],
    ids=["no claim", "no evidence", "long claim", "long evidence", "evidence missing", "half a character"],
)
def test_what_cannot_be_checked_is_a_problem(check, verifier, claim, evidence, code):
    response = check(claim, evidence)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert verifier.pairs == []


@pytest.mark.parametrize("sign", ["é", "😀"])
def test_the_longest_claim_and_evidence_fit_into_a_body_in_any_script(check, sign):
    assert check(sign * MAX_CLAIM_CHARACTERS, sign * MAX_EVIDENCE_CHARACTERS).status_code == 200


def test_a_claim_takes_one_of_the_slots_for_answers(make_assistant, monkeypatch):
    monkeypatch.setattr("api.dependencies.PATIENCE_SECONDS", 0.0)
    assistant = make_assistant(EvidenceModels(verifier=NumberVerifier()))
    app = create_app(assistant, allowed_hosts={"testserver"}, answer_slots=1)
    with TestClient(app) as client, client.portal.wrap_async_context_manager(app.state.answer_slots.taken()):
        response = client.post("/v1/claims/check", json={"claim": CLAIM, "evidence": EVIDENCE})
    assert (response.status_code, response.json()["code"]) == (503, "busy")
