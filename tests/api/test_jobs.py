"""Uploads that go on after their request: what is told of them, and what is known of them after a stop."""

import json
import threading
import time
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from api.app import create_app

PREFER = {"Prefer": "respond-async"}
BREAD = b"In juni 1956 kostte een brood in Poznan drie zloty.\n"
MILK = b"Melk kostte een zloty.\n"


def send(client, *files, headers=PREFER):
    return client.post("/v1/documents", files=[("file", file) for file in files], headers=headers)


def end_of(client, accepted):
    """Follow a job to its end."""
    deadline = time.monotonic() + 20
    while (job := client.get(accepted.headers["location"]).json())["state"] in ("waiting", "working"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return job


@pytest.fixture
def held_back(assistant, monkeypatch):
    """Hold the embedding of passages back until it may go on; `begun` tells that it was reached."""
    begun, may_go_on = threading.Event(), threading.Event()
    read = assistant.embedder.read_passages

    def wait_and_read(texts, **options):
        begun.set()
        assert may_go_on.wait(20)
        return read(texts, **options)

    monkeypatch.setattr(assistant.embedder, "read_passages", wait_and_read)
    yield begun, may_go_on
    may_go_on.set()


def test_an_upload_may_be_a_job_that_tells_what_became_of_each_file(client):
    accepted = send(client, ("brood.txt", BREAD), ("foto.jpg", b"\xff\xd8\x00\x01"), ("melk.txt", MILK))
    assert accepted.status_code == 202
    assert accepted.headers["location"] == f"/v1/jobs/{accepted.json()['id']}"
    assert accepted.headers["preference-applied"] == "respond-async"
    assert [file["state"] for file in accepted.json()["files"]] == ["waiting"] * 3
    job = end_of(client, accepted)
    assert (job["state"], job["progress"]) == ("done", 1.0)
    assert [(file["name"], file["state"]) for file in job["files"]] == [
        ("brood.txt", "added"), ("foto.jpg", "failed"), ("melk.txt", "added"),
    ]  # fmt: skip
    held = {document["id"]: document for document in client.get("/v1/documents").json()["documents"]}
    assert {file["document_id"] for file in job["files"] if "document" in file} == held.keys()
    assert job["files"][1]["error"]["status"] == 415
    again = end_of(client, send(client, ("brood.txt", BREAD)))
    assert again["files"][0]["state"] == "unchanged"


@pytest.mark.parametrize("prefer", [None, "wait=5", "return=minimal"])
def test_who_does_not_ask_for_a_job_gets_the_documents(client, prefer):
    assert send(client, ("brood.txt", BREAD), headers=prefer and {"Prefer": prefer}).status_code == 201


def test_preferences_come_in_lists_and_with_parameters(client):
    assert send(client, ("brood.txt", BREAD), headers={"Prefer": "wait=10, Respond-Async; x=1"}).status_code == 202


def test_a_job_tells_how_far_it_is_and_keeps_its_place_in_the_line(held_back, make_client):
    begun, may_go_on = held_back
    client = make_client(upload_places=1)
    accepted = send(client, ("brood.txt", BREAD))
    assert begun.wait(20)
    job = client.get(accepted.headers["location"]).json()
    assert (job["state"], job["files"][0]["state"]) == ("working", "adding")
    refused = send(client, ("melk.txt", MILK))
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused.headers["retry-after"]) >= 1
    may_go_on.set()
    assert end_of(client, accepted)["state"] == "done"
    for headers in (PREFER, None):
        while (again := send(client, ("melk.txt", MILK), headers=headers)).status_code == 503:
            time.sleep(0.01)
        assert again.status_code == (202 if headers else 201)


@contextmanager
def restarted(assistant):
    """Serve the same data folder once more, by a server that knows of no jobs but from their records."""
    with TestClient(create_app(assistant, allowed_hosts={"testserver"})) as client:
        yield client


def test_a_job_is_known_after_a_restart(client, assistant):
    accepted = send(client, ("brood.txt", BREAD))
    job = end_of(client, accepted)
    with restarted(assistant) as later:
        assert later.get(accepted.headers["location"]).json() == job


def test_a_job_that_was_interrupted_says_what_was_stored_and_what_was_not(held_back, client, assistant):
    begun, may_go_on = held_back
    assistant.catalogue.remove_many([])
    accepted = send(client, ("brood.txt", BREAD), ("melk.txt", MILK))
    assert begun.wait(20)
    with restarted(assistant) as later:  # as after a kill: there is the record, and nobody works on it
        job = later.get(accepted.headers["location"]).json()
        assert job["state"] == "interrupted"
        assert [file["state"] for file in job["files"]] == ["not_stored"] * 2
    may_go_on.set()
    end_of(client, accepted)
    record = assistant.catalogue.folder / "jobs" / f"{accepted.json()['id']}.json"
    told = json.loads(record.read_bytes())
    told["state"] = "working"  # the record of a server that was killed between storing and noting it
    told["files"] = [
        {"name": "brood.txt", "state": "adding", "document_id": told["files"][0]["document_id"]},
        {"name": "melk.txt", "state": "adding", "document_id": "0" * 64},
        {"name": "boter.txt", "state": "waiting"},
    ]
    record.write_text(json.dumps(told))
    with restarted(assistant) as later:
        job = later.get(accepted.headers["location"]).json()
    assert [file["state"] for file in job["files"]] == ["stored", "not_stored", "not_stored"]
    assert job["files"][0]["document"]["title"] == "Brood"


def test_a_job_whose_work_fails_is_over_and_gives_its_place_back(make_client, assistant, monkeypatch):
    def fail(*_given, **_choices):
        raise OSError("a disk that failed")

    client = make_client(upload_places=1)
    with monkeypatch.context() as patched:
        patched.setattr(assistant, "add_files", fail)
        job = end_of(client, send(client, ("brood.txt", BREAD)))
    assert (job["state"], job["files"][0]["state"]) == ("interrupted", "not_stored")
    assert send(client, ("brood.txt", BREAD), headers=None).status_code in (201, 503)


@pytest.mark.parametrize("job_id", ["x", "0" * 32, "..%2fcatalogue", "%2e%2e", "A" * 32])
def test_an_unknown_job_is_a_problem(client, job_id):
    assert client.get(f"/v1/jobs/{job_id}").status_code == 404


def test_old_records_go(client, assistant, monkeypatch):
    monkeypatch.setattr("api.jobs.MAX_KEPT", 2)
    accepted = []
    for _ in range(4):
        accepted.append(send(client, ("brood.txt", BREAD)))
        end_of(client, accepted[-1])
    assert [client.get(each.headers["location"]).status_code for each in accepted] == [404, 404, 200, 200]
    assert len(list((assistant.catalogue.folder / "jobs").glob("*.json"))) == 2


def test_many_documents_go_in_one_call_and_all_or_none(client, upload):
    ids = [each["id"] for each in upload(("brood.txt", BREAD), ("melk.txt", MILK)).json()["documents"]]
    unknown = client.post("/v1/documents/delete", json={"document_ids": [ids[0], "0" * 64]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_document")
    assert len(client.get("/v1/documents").json()["documents"]) == 2
    assert client.post("/v1/documents/delete", json={"document_ids": [*ids, ids[0]]}).status_code == 204
    assert client.get("/v1/documents").json()["documents"] == []
    assert client.post("/v1/documents/delete", json={"document_ids": []}).status_code == 422


def test_files_of_one_upload_are_one_piece_of_work(client, assistant, monkeypatch):
    refreshed = []
    monkeypatch.setattr(assistant.dense_index, "refresh", lambda **_: refreshed.append(1))
    files = [(f"{number}.txt", BREAD + str(number).encode()) for number in range(5)]
    assert len(send(client, *files, headers=None).json()["documents"]) == 5
    assert len(refreshed) == 1
