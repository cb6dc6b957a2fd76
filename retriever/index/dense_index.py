"""The dense index: the passages nearest to a vector, found by Chroma, with the exact search beside and behind it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from ingest.catalogue import Catalogue
from ingest.errors import ModelError
from ingest.types import ScoredPassage
from retriever.index.chroma_search import ASKED_BEYOND, MAX_NEIGHBOURS, ChromaSearch
from retriever.index.generations import Generation, GenerationError, GenerationPlace
from retriever.index.rows import Rows, best, unit_vector
from retriever.index.upkeep import IndexUpkeep
from retriever.index.view import View

State = Literal["ready", "building", "degraded", "empty"]

FEW_PASSAGES = 2000
"""Documents with so few passages are searched exactly: reading them takes no longer than asking for many neighbours."""


class DenseIndex:
    """Finds the passages nearest to a vector; built from a catalogue, in a folder that may be deleted at any time.

    With `url` a Chroma server holds the passages; the folder then says which of its collections.
    """

    def __init__(  # noqa: PLR0913  the last four are for tests and servers
        self,
        catalogue: Catalogue,
        folder: Path,
        *,
        url: str | None = None,
        key: str | None = None,
        exact_only: bool = False,
        call_seconds: float = 5.0,
        retry_seconds: float = 2.0,
    ) -> None:
        self._catalogue = catalogue
        self._exact_only = exact_only or catalogue.is_read_only
        self.key = key
        place = GenerationPlace(folder.absolute(), url, key, call_seconds)
        self._upkeep = IndexUpkeep(catalogue, place, retry_seconds=retry_seconds)
        self._current = self._upkeep.current

    def search(
        self,
        vector: np.ndarray,
        *,
        limit: int,
        document_ids: Collection[str] | None = None,
        language: str | None = None,
    ) -> list[ScoredPassage]:
        """Return the nearest passages with their cosine, best first; equal ones are ordered by passage id."""
        languages = None if language is None else [language]
        (found,) = self.rank(vector, [languages], limit=limit, document_ids=document_ids)
        return found

    def rank(
        self,
        vector: np.ndarray,
        groups: Sequence[Collection[str] | None],
        *,
        limit: int,
        document_ids: Collection[str] | None = None,
    ) -> list[list[ScoredPassage]]:
        """Search once for each group of languages, None being all of them, in one state of the catalogue."""
        query = unit_vector(vector)
        chosen = None if document_ids is None else frozenset(document_ids)
        with self._catalogue.snapshot():
            view = self._view(query)
            share = 1.0 if chosen is None else self._share(chosen, limit)
            while (store := view.store) is not None and share:
                try:
                    store.check_files()
                    search = ChromaSearch(self._catalogue, view, store, query, limit, chosen, share)
                    return [self._search(search, languages) for languages in groups]
                except GenerationError as error:
                    self._upkeep.report(store, error)
                    view = self._view(query)
            rows = view.held if store is None or chosen is None else self._read(chosen)
            return [rows.nearest(query, limit=limit, languages=languages, document_ids=chosen) for languages in groups]

    def refresh(self, *, wait: bool = False) -> None:
        """Open or build a generation that fits the catalogue, in the background unless `wait`; never raises."""
        if not self._exact_only:
            self._upkeep.request(wait=wait)

    def complete(self) -> Generation | None:
        """Return a generation that holds the passages of the catalogue as it is now and no others; None on failure."""
        if not self._exact_only:
            self._upkeep.request(wait=True, whole=True)
        view = self._current.last
        if view is None or view.store is None or view.churn or view.sequence != self._catalogue.sequence:
            return None
        return view.store.generation

    @property
    def generation(self) -> Generation | None:
        """Return the generation in service."""
        store = self._current.store
        return store.generation if store else None

    @property
    def state(self) -> State:
        """Say how searches are answered: by Chroma when "ready", else by the exact search alone."""
        if not self._catalogue.holdings.passages:
            return "empty"
        if self._exact_only or self._current.store is not None:
            return "ready"
        return "building" if self._upkeep.problem is None else "degraded"

    @property
    def detail(self) -> str:
        """Say the same in a sentence."""
        state, count = self.state, self._catalogue.holdings.passages
        if state == "empty":
            return "no passages yet"
        if state == "building":
            return f"building the index of {count} passages; exact search answers"
        problem = self._upkeep.problem and f"{self._upkeep.problem}; {self._plan()}"
        if state == "degraded":
            return f"{problem}; exact search answers"
        view = self._current.last
        if view is None or view.store is None:
            return f"{count} passages, exact search only"
        beside = f", {len(view.held)} passages beside it and {len(view.gone)} gone from it" if view.churn else ""
        return f"{count} passages, generation {view.store.generation.folder.name}{beside}" + (
            (problem and f"; {problem}") or ""
        )

    def close(self) -> None:
        """End the background work and close Chroma."""
        self._upkeep.close()

    def _plan(self) -> str:
        seconds = self._upkeep.seconds_to_retry
        return f"next attempt in {seconds:.0f} s" if seconds else "rebuilding"

    def _view(self, query: np.ndarray) -> View:
        """Return the present view; raises ModelError when its vectors cannot be compared with the question's."""
        view = self._current.read()
        if view.store is None and not self._exact_only:
            self._upkeep.nudge()
        dimension = view.store.generation.dimension if view.store else view.held.vectors.matrix.shape[1]
        if dimension and query.size != dimension:
            raise ModelError(
                f"The question's vector has {query.size} numbers, the catalogue's vectors {dimension}: "
                "they come from different models. Reindex, or set the model that the catalogue was made with."
            )
        return view

    def _share(self, document_ids: frozenset[str], limit: int) -> float:
        """Return which part of all passages some documents are; 0 when they are better searched by themselves."""
        count = sum(summary.passages for summary in self._catalogue.summaries(document_ids).values())
        share = count / max(1, self._catalogue.holdings.passages)
        return 0.0 if count <= FEW_PASSAGES or ASKED_BEYOND * limit > share * MAX_NEIGHBOURS else share

    def _read(self, document_ids: Collection[str]) -> Rows:
        return Rows.from_vectors(self._catalogue.passage_vectors(document_ids=list(document_ids)))

    def _search(self, search: ChromaSearch, languages: Collection[str] | None) -> list[ScoredPassage]:
        """Return the best of what Chroma finds and of what it does not hold yet."""
        chosen, rows, found = search.document_ids, search.view.held, search.nearest(languages)
        if found is None and chosen is not None:
            rows = self._read(chosen)
        found = [
            *(found or ()),
            *rows.nearest(search.query, limit=search.limit, languages=languages, document_ids=chosen),
        ]
        return best(found, limit=search.limit)
