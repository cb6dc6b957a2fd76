"""Thousands of random adds, replacements and removals over HTTP: nothing is lost and every search is right."""

import random

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from tests.fakes import WordCountEmbedder

EMBEDDER = WordCountEmbedder()


class Library:
    """What a server should hold, by file name, each document known by a word of its own."""

    def __init__(self, size):
        self.size = size
        self.generator = random.Random(size)
        self.made = 0
        self.held = {}
        self.gone = []

    def add(self, client, count):
        """Add some files in one request, about half of them in the place of others."""
        names = self.generator.sample([f"{number}.txt" for number in range(2 * self.size)], count)
        words = {name: f"unique{self.made + place}xq" for place, name in enumerate(names)}
        self.made += count
        files = [("file", (name, self.text(word).encode())) for name, word in words.items()]
        answer = client.post("/v1/documents", files=files, data={"on_conflict": "replace"})
        assert answer.status_code == 201, answer.text
        added = answer.json()["documents"]
        assert [one["title"].split()[0] for one in added] == [words[name] for name in names]
        for name, one in zip(names, added, strict=True):
            self.forget(name)
            self.held[name] = (words[name], one["id"])

    def remove(self, client, count):
        names = self.generator.sample(sorted(self.held), min(count, len(self.held)))
        ids = [self.held[name][1] for name in names]
        if len(ids) == 1:
            assert client.delete(f"/v1/documents/{ids[0]}").status_code == 204
        elif ids:
            assert client.post("/v1/documents/delete", json={"document_ids": ids}).status_code == 204
        for name in names:
            self.forget(name)

    def forget(self, name):
        if name in self.held:
            self.gone.append(self.held.pop(name)[0])

    def text(self, word):
        words = " ".join(f"w{self.generator.randrange(3000)}" for _ in range(80))
        return f"{word} stands first. {words}."

    def change(self, client):
        is_small = len(self.held) < self.size
        kinds = [(self.add, 1), (self.add, 3), (self.remove, 1), (self.remove, 3)]
        change, count = self.generator.choices(kinds, [12, 3, 6, 1] if is_small else [6, 1, 6, 2])[0]
        change(client, count)

    def check_some(self, client):
        for name in self.generator.sample(sorted(self.held), min(2, len(self.held))):
            word, document_id = self.held[name]
            (hit, *_) = client.post("/v1/search", json={"query": f'"{word}"'}).json()["hits"]
            assert (hit["passage"]["document_id"], word in hit["passage"]["text"]) == (document_id, True)
        for word in self.generator.sample(self.gone, min(1, len(self.gone))):
            hits = client.post("/v1/search", json={"query": f'"{word}"'}).json()["hits"]
            assert all(word not in hit["passage"]["text"] for hit in hits)

    def check_all(self, client):
        listed = client.get("/v1/documents").json()["documents"]
        assert {one["id"] for one in listed} == {document_id for _, document_id in self.held.values()}
        for word, document_id in self.held.values():
            assert client.get(f"/v1/documents/{document_id}/text").text.startswith(f"{word} stands first.")


@pytest.mark.parametrize(
    ("documents", "changes", "reopenings"),
    [
        pytest.param(8, 16, 2, id="small"),
        pytest.param(300, 4000, 8, id="large", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_thousands_of_changes_over_http_lose_nothing(tmp_path, documents, changes, reopenings):
    library = Library(documents)
    for _ in range(reopenings):
        with opened(tmp_path) as assistant, TestClient(create_app(assistant, allowed_hosts={"testserver"})) as client:
            for _ in range(changes // reopenings):
                library.change(client)
                library.check_some(client)
            library.check_all(client)
            assert client.get("/v1/health").json()["status"] == "ok"
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.faults() == []
        assert catalogue.changed_documents() == []


def opened(folder):
    catalogue = Catalogue.open(folder)
    catalogue.bind_model(EMBEDDER.fingerprint)
    index = DenseIndex(catalogue, folder / "index", exact_only=True)
    return Assistant(catalogue, EMBEDDER, index, max_file_bytes=1_000_000)
