"""A stand-in for the catalogue that holds seeded random vectors, and what the tests of the dense index share."""

import copy
import time
from hashlib import sha256

import numpy as np

from ingest.types import DocumentSummary, Passage, PassageVectors
from retriever.index.dense_index import DenseIndex

DIMENSION = 32
DOCUMENTS = tuple(sha256(f"document {number}".encode()).hexdigest() for number in range(4))


def random_vectors(count, *, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class VectorCatalogue:
    """Documents 0-3, languages in turn; `add` and `remove_document` are each one change."""

    model_fingerprint = "random@32"

    def __init__(self, count=60, *, seed=0):
        self.sequence = 0
        self._passages = {}
        self._vectors = {}
        self.add(random_vectors(count, seed=seed))

    def add(self, vectors, *, document_id=None):
        first = len(self._passages)
        passages, rows = dict(self._passages), dict(self._vectors)
        for number, vector in enumerate(vectors, first):
            passage_id = sha256(f"{self.sequence} {number}".encode()).hexdigest()
            document = document_id or DOCUMENTS[number % 4]
            text = f"Passage {passage_id[:12]} of a text about Plzeň, 1953."
            page = number if number % 2 else None
            language = "nl" if number % 3 else "en"
            passages[passage_id] = Passage(passage_id, document, 10, 10 + len(text), text, text, language, page)
            rows[passage_id] = vector
        self._passages, self._vectors = passages, rows
        self.sequence += 1

    def with_more(self, vectors):
        """Return what this catalogue will be once these vectors are added."""
        later = copy.copy(self)
        later.add(vectors)
        return later

    def remove_document(self, document_id):
        self._passages = {key: kept for key, kept in self._passages.items() if kept.document_id != document_id}
        self._vectors = {key: self._vectors[key] for key in self._passages}
        self.sequence += 1

    def passage_vectors(self):
        passages = [self._passages[passage_id] for passage_id in sorted(self._passages)]
        matrix = np.array([self._vectors[passage.id] for passage in passages], dtype=np.float32)
        return PassageVectors(
            tuple(passage.id for passage in passages),
            tuple(passage.document_id for passage in passages),
            tuple(passage.language for passage in passages),
            matrix.reshape(len(passages), DIMENSION),
        )

    def passages(self, passage_ids):
        return [self._passages[passage_id] for passage_id in passage_ids if passage_id in self._passages]

    def documents(self):
        counts = {}
        for passage in self._passages.values():
            counts[passage.document_id] = counts.get(passage.document_id, 0) + 1
        return [
            DocumentSummary(document_id, f"Title {document_id[:4]}", "", "text/plain", "en", "", 100, count)
            for document_id, count in sorted(counts.items())
        ]


def expected(catalogue, query, *, limit, document_ids=None, language=None):
    """Return the nearest passage ids the slow way: one cosine at a time, in float64."""
    vectors = catalogue.passage_vectors()
    cosines = {}
    for passage_id, document_id, spoken, row in zip(
        vectors.passage_ids, vectors.document_ids, vectors.languages, vectors.matrix.astype(np.float64), strict=True
    ):
        if (document_ids is None or document_id in document_ids) and language in (None, spoken):
            cosines[passage_id] = round(float(row @ query / np.linalg.norm(row) / np.linalg.norm(query)), 6)
    return sorted(cosines, key=lambda passage_id: (-cosines[passage_id], passage_id))[:limit]


def assert_searches_are_exact(index, catalogue, *, queries=12):
    """Ask with and without filters; every hit must be the one that the slow way finds."""
    filters = (
        {},
        {"language": "en"},
        {"document_ids": DOCUMENTS[:2]},
        {"document_ids": [DOCUMENTS[3]], "language": "nl"},
    )
    for number, query in enumerate(random_vectors(queries, seed=99)):
        choice = filters[number % len(filters)]
        found = [passage.passage_id for passage in index.search(query, limit=10, **choice)]
        assert found == expected(catalogue, query.astype(np.float64), limit=10, **choice)


def wait_until(condition, *, seconds=60.0):
    """Wait for something that happens in the background."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def generations(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.exists() else []


def open_index(catalogue, folder, **options):
    return DenseIndex(catalogue, folder, **({"retry_seconds": 0.05} | options))
