"""The client, against the running server."""

import pytest

from api.app import create_app
from api.client import ApiError, Client
from retriever.events import answer_of
from retriever.evidence_model.evidence_models import EvidenceModels
from tests.api.conftest import AUSTRIA
from tests.fakes import NumberVerifier
from tests.ui.visiting import served

QUESTION = "In welk jaar werd het staatsverdrag van Oostenrijk getekend?"
KEY = "een-lange-sleutel"


@pytest.fixture
def client(make_assistant):
    assistant = make_assistant(EvidenceModels(verifier=NumberVerifier()))
    with served(create_app(assistant, api_key=KEY)) as origin, Client(origin, api_key=KEY) as client:
        yield client


def test_what_a_library_gives_comes_over_http_in_the_same_shapes(client, tmp_path):
    file = tmp_path / "Oostenrijk 1955.txt"
    file.write_bytes(AUSTRIA.encode())
    (added,) = client.add(file).documents
    assert [document.id for document in client.documents()] == [added.id]

    answer = client.answer(QUESTION)
    assert answer.claims
    for claim in answer.claims:
        for cited in claim.citations:
            assert client.text(cited.document_id, cited.start, cited.end) == cited.quote
    events = list(client.stream_answer(QUESTION))
    assert events[0].name == "evidence"
    assert answer_of(events) == answer == client.saved_answer(answer.id)

    assert client.search("staatsverdrag", limit=1)[0].passage.document_id == added.id
    assert client.check_quotation("Op 15 mei 1955 werd in Wenen het staatsverdrag").verdict == "exact"
    assert client.check_claim("Het was in 1955.", "Op 15 mei 1955 werd het getekend.").verdict == "supported"
    assert client.flag_answer(answer.id, "good").verdict == "good"
    assert client.text(added.id, 0, 10_000) == AUSTRIA
    client.remove(added.id)
    assert client.documents() == []


def test_a_refusal_of_the_server_is_an_error_with_its_problem(client, tmp_path):
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(b"\xff\xd8")
    for call, code in (
        (lambda: client.answer(""), "invalid_question"),
        (lambda: list(client.stream_answer("")), "invalid_question"),
        (lambda: client.saved_answer("0"), "unknown_answer"),
        (lambda: client.remove("0"), "unknown_document"),
        (lambda: client.add(picture), "unsupported_file"),
    ):
        with pytest.raises(ApiError) as refused:
            call()
        assert refused.value.problem.code == code
