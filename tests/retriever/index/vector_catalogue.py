"""A stand-in for the catalogue that holds seeded random vectors, and what the tests of the dense index share."""

import copy
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np

from ingest.types import Changes, DocumentSummary, Holdings, Passage, PassageVectors
from retriever.index.dense_index import DenseIndex

DIMENSION = 32
DOCUMENTS = tuple(sha256(f"document {number}".encode()).hexdigest() for number in range(4))


def random_vectors(count, *, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@dataclass(frozen=True)
class State:
    """One committed state: what is there, and every passage that came or went with its sequence."""

    sequence: int = 0
    passages: dict = field(default_factory=dict)
    vectors: dict = field(default_factory=dict)
    came: tuple = ()
    went: tuple = ()


class VectorCatalogue:
    """Documents 0-3, languages in turn; `add` and `remove_document` are each one change."""

    model_fingerprint = "random@32"
    is_read_only = False

    def __init__(self, count=60, *, seed=0):
        self._state = State()
        self._seen = threading.local()
        self.known_from = 0
        self.add(random_vectors(count, seed=seed))

    def add(self, vectors, *, document_id=None, language=None):
        old = self._state
        passages, rows = dict(old.passages), dict(old.vectors)
        for number, vector in enumerate(vectors, len(passages)):
            passage_id = sha256(f"{old.sequence} {number}".encode()).hexdigest()
            document = document_id or DOCUMENTS[number % 4]
            text = f"Passage {passage_id[:12]} of a text about Plzeň, 1953."
            page = number if number % 2 else None
            spoken = language or ("nl" if number % 3 else "en")
            passages[passage_id] = Passage(passage_id, document, 10, 10 + len(text), text, text, spoken, page)
            rows[passage_id] = vector
        came = tuple((old.sequence + 1, passage_id) for passage_id in passages if passage_id not in old.passages)
        self._state = State(old.sequence + 1, passages, rows, old.came + came, old.went)

    def with_more(self, vectors):
        """Return what this catalogue will be once these vectors are added."""
        later = copy.copy(self)
        later.add(vectors)
        return later

    def remove_document(self, document_id):
        old = self._state
        passages = {key: kept for key, kept in old.passages.items() if kept.document_id != document_id}
        went = old.went + tuple((old.sequence + 1, key) for key in old.passages if key not in passages)
        self._state = State(old.sequence + 1, passages, {key: old.vectors[key] for key in passages}, old.came, went)

    def exchange_vectors(self, seed):
        """Put other vectors in the place of all; of what was there before nothing is known any more."""
        old = self._state
        vectors = dict(zip(old.vectors, random_vectors(len(old.vectors), seed=seed), strict=True))
        self.known_from = old.sequence + 1
        self._state = replace(old, sequence=old.sequence + 1, vectors=vectors)

    def change_nothing(self):
        self._state = replace(self._state, sequence=self._state.sequence + 1)

    @contextmanager
    def snapshot(self):
        outer = getattr(self._seen, "state", None)
        self._seen.state = outer or self._state
        try:
            yield
        finally:
            self._seen.state = outer

    @property
    def state(self):
        return getattr(self._seen, "state", None) or self._state

    @property
    def sequence(self):
        return self.state.sequence

    @property
    def holdings(self):
        state = self.state
        languages = Counter(passage.language for passage in state.passages.values())
        documents = {passage.document_id for passage in state.passages.values()}
        texts = sha256(" ".join([*sorted(documents), *sorted(state.passages)]).encode()).hexdigest()
        return Holdings(state.sequence, len(documents), len(state.passages), dict(languages), texts)

    def changes_since(self, sequence):
        state = self.state
        if sequence < self.known_from:
            return None
        came = [passage_id for at, passage_id in state.came if at > sequence and passage_id in state.passages]
        went = frozenset(passage_id for at, passage_id in state.went if at > sequence)
        return Changes(state.sequence, self._vectors_of(state, came), went)

    def passage_vectors(self, passage_ids=None, *, document_ids=None):
        state = self.state
        if document_ids is not None:
            passage_ids = [key for key, passage in state.passages.items() if passage.document_id in document_ids]
        return self._vectors_of(state, state.passages if passage_ids is None else passage_ids)

    def _vectors_of(self, state, passage_ids):
        passages = [state.passages[key] for key in sorted(set(passage_ids)) if key in state.passages]
        matrix = np.array([state.vectors[passage.id] for passage in passages], dtype=np.float32)
        return PassageVectors(
            tuple(passage.id for passage in passages),
            tuple(passage.document_id for passage in passages),
            tuple(passage.language for passage in passages),
            matrix.reshape(len(passages), DIMENSION),
        )

    def is_searched_as_written(self, document_ids):
        return True

    def passages(self, passage_ids):
        state = self.state
        return [state.passages[passage_id] for passage_id in passage_ids if passage_id in state.passages]

    def documents(self):
        counts = Counter(passage.document_id for passage in self.state.passages.values())
        return [
            DocumentSummary(document_id, f"Title {document_id[:4]}", "", "text/plain", "en", "", 100, count)
            for document_id, count in sorted(counts.items())
        ]

    def summaries(self, document_ids):
        return {document.id: document for document in self.documents() if document.id in document_ids}


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
