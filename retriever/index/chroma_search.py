"""Asks Chroma for the neighbours of a question, scores them from the catalogue, and sees whether they can be right."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from ingest.catalogue import Catalogue
from ingest.types import ScoredPassage
from retriever.index.generations import GenerationError, LanguageCollection
from retriever.index.open_store import OpenStore
from retriever.index.rows import best, cosines
from retriever.index.view import View

MIN_NEIGHBOURS = 20
MAX_NEIGHBOURS = 2000
ASKED_BEYOND = 1.5
TOLERANCE = 1e-3
"""Chroma's distances are of float32 vectors; further off than this they are those of other vectors."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What Chroma found of a collection: of `asked`, the passages of the documents in question, and the last score."""

    asked: int
    chosen: list[ScoredPassage]
    last_score: float


@dataclass(frozen=True, slots=True, eq=False)
class ChromaSearch:
    """A search in the generation of a view; `share` is the part of all passages that `document_ids` let through."""

    catalogue: Catalogue
    view: View
    store: OpenStore
    query: np.ndarray
    limit: int
    document_ids: Collection[str] | None = None
    share: float = 1.0

    def nearest(self, languages: Collection[str] | None) -> list[ScoredPassage] | None:
        """Return the nearest passages of each language; None when too few of the many found are in the documents.

        Raises:
            GenerationError: Chroma does not answer, or what it says contradicts the catalogue.
        """
        found: list[ScoredPassage] = []
        hits = trials = 0
        for collection in self.store.generation.collections:
            if languages is not None and collection.language not in languages:
                continue
            near = self._ask(collection)
            if self.document_ids is not None and len(near.chosen) < self.limit and near.asked < collection.count:
                return None
            expected = self._expected(collection, near)
            missed = expected.difference(near.chosen)
            hits, trials = hits + len(expected) - len(missed), trials + len(expected)
            found += [*near.chosen, *missed]
        self.store.recall.note(hits, trials)
        return found

    def _ask(self, collection: LanguageCollection) -> Neighbours:
        """Ask for more and more neighbours until none that was not asked for can be among the best."""
        asked = max(MIN_NEIGHBOURS, int(ASKED_BEYOND * self.limit / self.share))
        while True:
            near = self._neighbours(collection, min(asked, collection.count))
            # One as far away as the last one found may not have been found, and stand before it by its id.
            is_enough = len(near.chosen) >= self.limit and near.chosen[self.limit - 1].score > near.last_score
            if is_enough or asked >= min(collection.count, MAX_NEIGHBOURS):
                return near
            asked *= 4

    def _neighbours(self, collection: LanguageCollection, asked: int) -> Neighbours:
        """Return so many of Chroma's neighbours with the scores of the catalogue's vectors, best first."""
        told = self.store.query(collection, self.query, limit=asked)
        distances = {near.passage_id: near.distance for near in told}
        if len(distances) < len(told):
            raise GenerationError("Chroma named a passage twice")
        if len(told) < asked:
            self.store.recall.note(len(told), asked)
        for passage_id in self.view.gone.intersection(distances):
            del distances[passage_id]
        vectors = self.catalogue.passage_vectors(list(distances))
        if len(vectors.passage_ids) < len(distances) or {*vectors.languages} - {collection.language}:
            raise GenerationError("Chroma named passages that are not in the catalogue")
        scores = cosines(vectors.matrix, self.query)
        if not np.all(np.abs(1 - np.array([distances[id] for id in vectors.passage_ids]) - scores) <= TOLERANCE):
            raise GenerationError("Chroma gave distances that are not those of the catalogue's vectors")
        found = zip(vectors.passage_ids, scores.tolist(), vectors.document_ids, strict=True)
        chosen = [
            ScoredPassage(passage_id, score)
            for passage_id, score, document_id in found
            if self.document_ids is None or document_id in self.document_ids
        ]
        return Neighbours(asked, best(chosen, limit=asked), scores.min(initial=1.0))

    def _expected(self, collection: LanguageCollection, near: Neighbours) -> set[ScoredPassage]:
        """Return the passages of the sample that are nearer than the last one found, and so should be among them."""
        sample = self.view.sample.nearest(
            self.query, limit=near.asked, languages=[collection.language], document_ids=self.document_ids
        )
        least = near.last_score + 1 / 10 * TOLERANCE
        return {one for one in sample if one.score > least and one.passage_id not in self.view.gone}
