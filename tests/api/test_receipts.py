"""Answers are made again, kept citations looked up again, and documents listed in pages."""

from tests.api.conftest import AUSTRIA

QUESTION = "In welk jaar werd het staatsverdrag van Oostenrijk getekend?"


def ask(client, **choices):
    return client.post("/v1/answers", json={"question": QUESTION, **choices}).json()


def replay(client, answer):
    response = client.post(f"/v1/answers/{answer['id']}/replay")
    assert response.status_code == 200, response.text
    return response.json()


def check(client, cited):
    names = ("document_id", "start", "end", "quote")
    response = client.post("/v1/citations/check", json={name: cited[name] for name in names})
    assert response.status_code == 200, response.text
    return response.json()


def test_the_same_texts_give_the_identical_answer(client, austria):
    answer = ask(client, language="nl", document_ids=[austria["id"]])
    again = replay(client, answer)
    assert (again["verdict"], again["changed"], again["causes"]) == ("identical", [], [])
    assert again["answer"] == answer


def test_another_text_is_named_as_the_cause_of_what_changed(client, upload, austria):
    answer = ask(client)
    more = "Het staatsverdrag van Oostenrijk werd in het jaar 1955 getekend in Wenen, in welk jaar het vrij werd.\n"
    upload(("Meer.txt", more.encode()))
    again = replay(client, answer)
    assert (again["verdict"], again["causes"]) == ("changed", ["texts_sha256"])
    assert "citations" in again["changed"]


def test_an_answer_that_is_not_there_cannot_be_made_again(client):
    assert client.post("/v1/answers/0/replay").json()["code"] == "unknown_answer"


def test_a_kept_citation_is_unchanged_moved_changed_or_gone(client, upload, austria):
    cited = ask(client)["claims"][0]["citations"][0]
    assert check(client, cited)["verdict"] == "unchanged"

    def replace_by(text):
        client.delete(f"/v1/documents/{client.get('/v1/documents').json()['documents'][0]['id']}")
        return upload(("Oostenrijk 1955.txt", text.encode())).json()["documents"][0]["id"]

    new = replace_by("Een nieuw begin.\r\n\r\n" + AUSTRIA)
    moved = check(client, cited)
    (part,) = moved["parts"]
    assert (moved["verdict"], part["citation"]["document_id"]) == ("moved", new)
    assert part["citation"]["quote"].rstrip() == cited["quote"].rstrip()

    replace_by(AUSTRIA.replace("15 mei", "16 mei"))
    changed = check(client, cited)
    (change,) = changed["parts"][0]["changes"]
    assert (changed["verdict"], changed["quote"]) == ("changed", cited["quote"])
    assert (change["source"], change["quoted"]) == ("16", "15")

    replace_by("Over de bakkers van Utrecht is niets bekend.")
    assert check(client, cited) == {"verdict": "gone", "quote": cited["quote"], "parts": []}


def test_documents_are_listed_in_pages_that_go_on_behind_the_last(client, upload):
    upload(*((f"{title}.txt", f"Over {title} is veel bekend.".encode()) for title in ("A/b", "Aa", "B", "C")))
    everything = client.get("/v1/documents").json()
    assert "next" not in everything
    first = client.get("/v1/documents", params={"limit": 2}).json()
    client.delete(f"/v1/documents/{first['documents'][1]['id']}")  # the one that the cursor names
    second = client.get("/v1/documents", params={"limit": 2, "cursor": first["next"]}).json()
    assert first["documents"] + second["documents"] == everything["documents"]
    assert "next" not in second
