import hashlib
from types import SimpleNamespace

import pytest

TEXT = "Één\r\nregel\rmet 😀 en \U0001d538, ¡olé!\n\tEinde van 1956.\n\n"


def test_files_become_documents(upload, check_shape):
    response = upload(
        ("Oostenrijk.txt", b"Oostenrijk werd in 1955 vrij."), ("notes.md", b"# Poznan\n\nWorkers went on strike.")
    )
    assert response.status_code == 201
    check_shape("added_documents", response.json())
    first, second = response.json()["documents"]
    assert first["id"] == hashlib.sha256(b"Oostenrijk werd in 1955 vrij.").hexdigest()
    assert (first["characters"], first["status"], second["status"]) == (29, "added", "added")


def test_the_same_bytes_are_one_document(upload, client, austria):
    again = upload(("Oostenrijk 1955.txt", client.get(f"/v1/documents/{austria['id']}/text").content))
    assert again.status_code == 201
    assert again.json()["documents"][0] | {"status": "added"} == austria
    assert again.json()["documents"][0]["status"] == "unchanged"
    assert len(client.get("/v1/documents").json()["documents"]) == 1


def test_a_name_that_is_taken_is_asked_about(upload, client):
    (old,) = upload(("fees.txt", b"The fee is ten guilders.")).json()["documents"]
    refused = upload(("fees.txt", b"The fee is twelve guilders."))
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "name_taken")
    assert problem["errors"][0]["document_ids"] == [old["id"]]
    assert "fees.txt" in problem["detail"]
    assert old["id"][:12] in problem["detail"]
    assert len(client.get("/v1/documents").json()["documents"]) == 1


@pytest.mark.parametrize(("on_conflict", "status", "left"), [("keep", "added", 2), ("replace", "replaced", 1)])
def test_a_file_goes_beside_or_in_the_place_of_one_with_its_name(upload, client, on_conflict, status, left):
    upload(("fees.txt", b"The fee is ten guilders."))
    file = {"file": ("fees.txt", b"The fee is twelve guilders.")}
    (added,) = client.post("/v1/documents", files=file, data={"on_conflict": on_conflict}).json()["documents"]
    assert added["status"] == status
    assert len(client.get("/v1/documents").json()["documents"]) == left


def test_documents_are_listed_by_title(client, poznan, austria, check_shape):
    listed = client.get("/v1/documents").json()
    check_shape("documents", listed)
    assert listed["documents"] == [austria | {"status": "stored"}, poznan | {"status": "stored"}]
    assert client.get(f"/v1/documents/{austria['id']}").json() == austria | {"status": "stored"}


def test_a_deleted_document_is_gone(client, austria, poznan):
    response = client.delete(f"/v1/documents/{austria['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert [document["id"] for document in client.get("/v1/documents").json()["documents"]] == [poznan["id"]]
    for address in (f"/v1/documents/{austria['id']}", f"/v1/documents/{austria['id']}/text"):
        assert client.get(address).json()["code"] == "unknown_document"
    assert client.delete(f"/v1/documents/{austria['id']}").status_code == 404


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("", 0, None),
        ("?start=3", 3, None),
        ("?end=7", 0, 7),
        ("?start=3&end=5", 3, 5),
        ("?start=10&end=18", 10, 18),
        ("?start=16&end=20", 16, 20),
        ("?start=9&end=9", 9, 9),
        ("?start=9&end=4", 9, 4),
        ("?start=40&end=2147483647", 40, None),
        ("?start=5000", 5000, None),
    ],
)
def test_a_span_of_the_text_is_exact(client, upload, query, start, end):
    document = upload(("regels.txt", TEXT.encode())).json()["documents"][0]
    response = client.get(f"/v1/documents/{document['id']}/text{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.content == TEXT[start:end].encode()


@pytest.mark.parametrize("query", ["start=-1", "end=-1", "start=x", "end=99999999999"])
def test_a_span_that_is_no_span_is_refused(client, austria, query):
    response = client.get(f"/v1/documents/{austria['id']}/text?{query}")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.json()["errors"][0]["location"] == ["query", query.partition("=")[0]]


@pytest.mark.parametrize(
    ("encoding", "has_notice"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("latin-1", True), ("cp1252", True)],
)
def test_encodings_are_found_and_told(client, upload, encoding, has_notice):
    text = "De regering in Boedapest was één dag later gevallen, zei de café-eigenaar, en “niemand” wist waarom. Çela!"
    text = text.replace("“", '"').replace("”", '"') if encoding == "latin-1" else text
    document = upload(("regering.txt", text.encode(encoding))).json()["documents"][0]
    assert client.get(f"/v1/documents/{document['id']}/text").content == text.encode()
    if has_notice:
        assert document["notice"]


REFUSED = [
    pytest.param(("leeg.txt", b""), 422, "empty_file", id="empty"),
    pytest.param(("wit.txt", b" \n\t\n"), 422, "empty_file", id="blank"),
    pytest.param(("foto.jpg", b"\xff\xd8\xff\xe0 foto"), 415, "unsupported_file", id="image"),
    pytest.param(("programma.txt", b"\x7fELF\0\0\0\1" * 200), 415, "unsupported_file", id="binary"),
    pytest.param(("groot.txt", b"woord " * 400), 413, "file_too_large", id="large"),
]


@pytest.mark.parametrize(("file", "status", "code"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused(make_client, file, status, code):
    client = make_client(max_file_bytes=2000)
    response = client.post("/v1/documents", files={"file": file})
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert [(item["name"], item["code"]) for item in problem["errors"]] == [(file[0], code)]
    assert client.get("/v1/documents").json() == {"documents": []}


def test_the_good_files_of_an_upload_are_stored_beside_the_refused(upload, client, check_shape):
    files = [REFUSED[0].values[0], ("goed.txt", b"Een goede tekst over Hongarije."), REFUSED[2].values[0]]
    response = upload(*files)
    assert response.status_code == 201
    check_shape("partly_added_documents", response.json())
    assert [document["title"] for document in response.json()["documents"]] == ["Goed"]
    assert [item["code"] for item in response.json()["errors"]] == ["empty_file", "unsupported_file"]
    assert len(client.get("/v1/documents").json()["documents"]) == 1


def test_the_first_problem_names_an_upload_without_a_good_file(upload):
    response = upload(REFUSED[2].values[0], REFUSED[0].values[0])
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_file")
    assert [item["status"] for item in response.json()["errors"]] == [415, 422]


@pytest.mark.parametrize("name", ["../../etc/brief.txt", "C:\\stukken\\brief.txt", "/brief.txt"])
def test_a_file_name_is_no_path(upload, name):
    document = upload((name, b"Een brief uit Boedapest.")).json()["documents"][0]
    assert document["title"] == "Brief"


def test_an_upload_is_multipart_with_files(client):
    assert client.post("/v1/documents", json={}).status_code == 415
    assert client.post("/v1/documents", data={"file": "geen bestand"}, files={"x": ("y", b"z")}).status_code == 422
    broken = client.post("/v1/documents", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert (broken.status_code, broken.json()["code"]) == (400, "bad_request")


def test_an_upload_as_a_whole_is_limited_too(make_client):
    client = make_client(max_file_bytes=1000)
    files = [("file", (f"{number}.txt", b"x" * 300_000)) for number in range(4)]
    response = client.post("/v1/documents", files=files)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_disk_without_room_is_told_with_what_is_free_and_what_is_needed(upload, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    response = upload(("brood.txt", b"Brood kostte drie zloty."))
    assert (response.status_code, response.json()["code"]) == (507, "insufficient_storage")
    assert "5.0 MB free" in response.json()["detail"]
    assert "are needed" in response.json()["detail"]


def test_a_document_is_called_what_a_person_says(client, upload):
    id = upload(("scan.txt", b"Workers in Poznan went on strike in June 1956.")).json()["documents"][0]["id"]
    said = {"title": "Poznań, June 1956", "author": "A. Visser", "date": "1956-06"}
    changed = client.patch(f"/v1/documents/{id}", json=said)
    assert changed.status_code == 200
    assert client.get(f"/v1/documents/{id}").json().items() >= said.items()
    assert client.patch(f"/v1/documents/{id}", json={"author": ""}).json().get("author") is None
    assert client.get(f"/v1/documents/{id}").json()["title"] == said["title"]
    assert client.patch(f"/v1/documents/{'0' * 64}", json=said).status_code == 404
    for wrong in ({"title": ""}, {"date": "June"}, {"path": "/etc"}, {"title": "a" * 201}):
        assert client.patch(f"/v1/documents/{id}", json=wrong).status_code == 422


def test_what_a_person_says_of_a_document_is_held_against_its_hash(assistant, upload):
    id = upload(("scan.txt", b"Workers in Poznan went on strike in June 1956.")).json()["documents"][0]["id"]
    assistant.catalogue.describe(id, title="Poznań", date="1956")
    assert assistant.catalogue.changed_documents() == []
    assert (assistant.document(id).title, assistant.document(id).date) == ("Poznań", "1956")
