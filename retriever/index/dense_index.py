"""The dense index: a Chroma collection built from the catalogue, with exact search as its referee and fallback."""

import threading
from collections import deque
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import numpy as np

from ingest.types import ScoredPassage
from retriever.index.chroma_store import recall
from retriever.index.exact_search import CurrentRows, PassageRows, VectorSource
from retriever.index.generations import Generation, GenerationError
from retriever.index.upkeep import Serving, Upkeep

State = Literal["ready", "building", "degraded", "empty"]

LEAST_NEIGHBOURS = 20
MOST_NEIGHBOURS = 300
REFEREE_LIMIT = 20_000
REFEREE_EVERY = 10
DISTANCE_TOLERANCE = 1e-3
HOPELESS_RECALL = 0.5
LEAST_MEAN_RECALL = 0.8
RECALLS_KEPT = 100
RECALLS_NEEDED = 20


class DenseIndex:
    """Finds the passages nearest to a vector; built from a catalogue, in a folder that may be deleted at any time."""

    def __init__(
        self,
        catalogue: VectorSource,
        folder: Path,
        *,
        exact_only: bool = False,
        call_seconds: float = 5.0,
        retry_seconds: float = 2.0,
    ) -> None:
        self._exact_only = exact_only
        self._call_seconds = call_seconds
        self._rows = CurrentRows(catalogue)
        self._upkeep = Upkeep(catalogue, folder.absolute(), self._rows, retry_seconds=retry_seconds)
        self._recalls: deque[float] = deque(maxlen=RECALLS_KEPT)
        self._judged: Serving | None = None
        self._asked = 0
        self._lock = threading.Lock()

    def search(
        self,
        vector: np.ndarray,
        *,
        limit: int,
        document_ids: Collection[str] | None = None,
        language: str | None = None,
    ) -> list[ScoredPassage]:
        """Return the nearest passages with their cosine, best first; equal ones are ordered by passage id."""
        rows = self._rows.read()
        query = rows.unit_query(vector)
        if limit <= 0 or not len(rows):
            return []
        selected = rows.selected(document_ids, language)
        available = len(rows) if selected is None else int(np.count_nonzero(selected))
        wanted = min(limit, available)
        found = self._ask_chroma(rows, query, wanted=wanted, available=available)
        if found is not None:
            kept = found if selected is None else found[selected[found]]
            if kept.size >= wanted:
                return rows.rank(kept, rows.scores(query, kept), limit=wanted)
        return rows.search(query, limit=wanted, selected=selected)

    def refresh(self, *, wait: bool = False) -> None:
        """Open or build the generation that fits the catalogue, in the background unless `wait`; never raises."""
        if not self._exact_only:
            self._upkeep.request(wait=wait)

    def active(self) -> Generation | None:
        """Return the generation in service, if it matches the catalogue as it is now."""
        serving = self._upkeep.serving
        if serving is None or serving.sequence != self._rows.read().sequence:
            return None
        return serving.store.generation

    @property
    def state(self) -> State:
        """Say how searches are answered: by Chroma when "ready", else by the exact search alone."""
        if not len(self._rows.read()):
            return "empty"
        if self._exact_only or self.active() is not None:
            return "ready"
        return "building" if self._upkeep.problem is None else "degraded"

    @property
    def detail(self) -> str:
        """Say the same in a sentence."""
        state, count = self.state, len(self._rows.read())
        if state == "empty":
            return "no passages yet"
        if state == "building":
            return f"building the index of {count} passages; exact search answers"
        if state == "degraded":
            seconds = self._upkeep.seconds_to_retry
            plan = "rebuilding" if not seconds else f"next attempt in {seconds:.0f} s"
            return f"{self._upkeep.problem}; {plan}; exact search answers"
        generation = self.active()
        return f"{count} passages, " + (f"generation {generation.folder.name}" if generation else "exact search only")

    def close(self) -> None:
        """End the background work and close Chroma."""
        self._upkeep.close()

    def _serving(self, rows: PassageRows) -> Serving | None:
        if self._exact_only:
            return None
        serving = self._upkeep.serving
        if serving is None or serving.sequence != rows.sequence:
            self._upkeep.nudge()
            return None
        if not serving.store.is_untouched():
            self._upkeep.report(serving, "files of the index were changed or deleted")
            return None
        return serving

    def _ask_chroma(self, rows: PassageRows, query: np.ndarray, *, wanted: int, available: int) -> np.ndarray | None:
        """Return the rows nearest to the query as Chroma finds them, ascending; None when the exact search answers.

        Where the two are compared the exact search answers even when they agree, so that ties come out the same.
        """
        serving = self._serving(rows)
        if serving is None or not wanted:
            return None
        # Filters are applied afterwards, so more is asked for: the share that is let through, and half as much again.
        asked = max(LEAST_NEIGHBOURS, wanted if available == len(rows) else wanted * len(rows) * 3 // (available * 2))
        asked = min(asked, len(rows))
        if asked > MOST_NEIGHBOURS:
            return None
        try:
            neighbours = serving.store.query(query, limit=asked, seconds=self._call_seconds)
        except GenerationError as error:
            self._upkeep.report(serving, str(error))
            return None
        found = np.array([rows.row_of.get(near.passage_id, -1) for near in neighbours], dtype=np.intp)
        distances = np.array([near.distance for near in neighbours])
        problem = _misfit(rows, query, found, distances)
        if problem is None and len(found) == asked and not self._is_refereed(rows):
            return np.sort(found)
        if problem is None:
            exact = rows.search(query, limit=asked)
            share = recall(np.array([passage.score for passage in exact]), rows.scores(query, found))
            problem = self._judge(serving, share)
        if problem is not None:
            self._upkeep.report(serving, problem)
        return None

    def _is_refereed(self, rows: PassageRows) -> bool:
        with self._lock:
            self._asked += 1
            return len(rows) <= REFEREE_LIMIT or self._asked % REFEREE_EVERY == 0

    def _judge(self, serving: Serving, share: float) -> str | None:
        """Say what is wrong when Chroma misses more than its approximation explains."""
        with self._lock:
            if self._judged is None or self._judged.store is not serving.store:
                self._judged = serving
                self._recalls.clear()
            self._recalls.append(share)
            mean = sum(self._recalls) / len(self._recalls)
            hopeless = share < HOPELESS_RECALL
            if hopeless or (len(self._recalls) >= RECALLS_NEEDED and mean < LEAST_MEAN_RECALL):
                return f"Chroma found only {share if hopeless else mean:.0%} of the nearest passages"
            return None


def _misfit(rows: PassageRows, query: np.ndarray, found: np.ndarray, distances: np.ndarray) -> str | None:
    """Say what Chroma tells of the passages it found that the catalogue's vectors contradict."""
    if (found < 0).any() or np.unique(found).size != found.size:
        return "Chroma named passages that are not in the catalogue"
    if not np.all(np.abs(1 - distances - rows.scores(query, found)) <= DISTANCE_TOLERANCE):
        return "Chroma gave distances that are not those of the catalogue's vectors"
    return None
