import pytest


def search(client, **body):
    return client.post("/v1/search", json=body)


def test_hits_are_passages_with_score_and_method(client, austria, poznan, check_shape):
    hits = search(client, query="strike of the workers in Poznan").json()
    check_shape("hits", hits)
    best = hits["hits"][0]["passage"]
    assert best["document_id"] == poznan["id"]
    span = {"start": best["start"], "end": best["end"]}
    assert client.get(f"/v1/documents/{poznan['id']}/text", params=span).content.decode() == best["text"]


def test_a_search_can_be_narrowed(client, austria, poznan):
    found = search(client, query="Poznan strike", document_ids=[austria["id"]]).json()["hits"]
    assert {hit["passage"]["document_id"] for hit in found} <= {austria["id"]}
    found = search(client, query="Poznan strike", language="nl").json()["hits"]
    assert {hit["passage"]["language"] for hit in found} <= {"nl"}
    assert len(search(client, query="Poznan Oostenrijk strike staatsverdrag", limit=1).json()["hits"]) == 1


def test_a_quoted_phrase_occurs_in_every_hit(client, austria, poznan):
    found = search(client, query='strike of the workers in Poznan "staatsverdrag van Oostenrijk"').json()["hits"]
    assert {hit["passage"]["document_id"] for hit in found} == {austria["id"]}
    assert search(client, query='strike "of workers the"').json() == {"hits": []}


def test_a_search_in_nothing_finds_nothing(client):
    assert search(client, query="Poznan").json() == {"hits": []}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": ""}, 422, "invalid_question"),
        ({"query": "x" * 2001}, 422, "invalid_question"),
        ({"query": "x", "limit": 0}, 422, "invalid_request"),
        ({"query": "x", "limit": 10**9}, 422, "invalid_request"),
        ({"query": "x", "document_ids": ["nergens"]}, 404, "unknown_document"),
    ],
)
def test_a_bad_search_is_a_problem(client, body, status, code):
    response = search(client, **body)
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("query", ['"', "NEAR(", "x:", "-a", "U.S.A.", "O'Neil", "a-b", "*", "\0", "(((", "AND OR NOT"])
def test_search_syntax_is_only_words(client, austria, query):
    assert search(client, query=query).status_code == 200
