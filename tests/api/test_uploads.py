"""Uploads have a line of their own: who waits, who is turned away, and who is not in the way."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from api.received import together
from api.uploads import MAX_RETRY_SECONDS, UploadLine

NAMES = [f"verslag {number}.txt" for number in range(12)]


@pytest.fixture
def reading(assistant, monkeypatch):
    """Hold every upload back until it may be read; notes the order in which they were read."""
    may_read, read = threading.Semaphore(0), []
    add_files = assistant.add_files

    def add(files, **options):
        assert may_read.acquire(timeout=20)
        read.extend(file.name for file in files)
        return add_files(files, **options)

    monkeypatch.setattr(assistant, "add_files", add)
    read_on = may_read.release
    yield read, lambda: read_on(len(NAMES))
    read_on(len(NAMES))


def send(client, name):
    return client.post("/v1/documents", files={"file": (name, f"Dit is {name}.".encode())})


@contextmanager
def sent(client, names):
    """Send files, each when the one before it has its place."""
    line = client.app.state.uploads
    with ThreadPoolExecutor(len(names)) as pool:
        responses = []
        for number, name in enumerate(names, start=1):
            responses.append(pool.submit(send, client, name))
            deadline = time.monotonic() + 20
            while line._taken < number:
                assert time.monotonic() < deadline
                time.sleep(0.005)
        yield responses


def test_an_upload_that_finds_no_place_hears_when_to_come_again(make_client, reading):
    client = make_client(upload_places=3)
    _, read_on = reading
    with sent(client, NAMES[:3]) as waiting:
        refused = send(client, NAMES[3])
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert 1 <= int(refused.headers["retry-after"]) <= MAX_RETRY_SECONDS
        read_on()
    assert [upload.result().status_code for upload in waiting] == [201] * 3
    assert send(client, NAMES[3]).status_code == 201


def test_uploads_are_read_one_at_a_time_and_none_that_was_taken_is_lost(make_client, reading):
    client = make_client(upload_places=8)
    read, read_on = reading
    with sent(client, NAMES[:8]) as waiting:
        read_on()
    ids = {upload.result().json()["documents"][0]["id"] for upload in waiting}
    assert read[0] == NAMES[0]
    assert sorted(read) == sorted(NAMES[:8])
    assert {document["id"] for document in client.get("/v1/documents").json()["documents"]} == ids


def test_waiting_uploads_are_in_nobody_s_way(make_client, austria, reading):
    """More uploads than there are threads for requests."""
    client = make_client(upload_places=60)
    _, read_on = reading
    names = [f"{number}.txt" for number in range(60)]
    with sent(client, names) as waiting:
        assert client.post("/v1/answers", json={"question": "Wat werd in Wenen getekend?"}).status_code == 200
        assert client.get("/v1/health").json()["status"] == "ok"
        assert client.get("/v1/ready").status_code == 200
        for _ in range(6):
            read_on()
    assert {upload.result().status_code for upload in waiting} == {201}


def test_a_refused_upload_gives_its_place_back(make_client):
    client = make_client(upload_places=1, max_file_bytes=1000)
    for body in (b"x" * 2000, b"", b"\x00" * 500):
        assert client.post("/v1/documents", files={"file": ("a.txt", body)}).status_code in (413, 415, 422)
        assert client.post("/v1/documents", content=body).status_code == 415
    assert client.post("/v1/documents", headers={"Content-Length": "999999999"}, content=b"").status_code == 413
    assert send(client, "a.txt").status_code == 201


def test_the_longer_the_line_and_the_files_the_later_to_come_again():
    line = UploadLine(100)
    line.take_place()
    alone = line.retry_seconds
    for _ in range(39):
        line.take_place()
    many = line.retry_seconds
    line._seconds.extend([60.0] * 8)
    assert 1 <= alone < many < line.retry_seconds <= MAX_RETRY_SECONDS


def test_files_go_in_together_as_far_as_they_fit_and_a_large_one_alone(monkeypatch):
    monkeypatch.setattr("api.received.TOGETHER_BYTES", 10)
    assert list(together([4, 6, 1, 30, 2, 3])) == [[0, 1], [2], [3], [4, 5]]
    assert list(together([])) == []
