"""What answers a search: an open generation, and beside it the passages that it lacks."""

import threading
import time
from dataclasses import dataclass

import numpy as np

from ingest.catalogue import Catalogue
from ingest.types import Changes, PassageVectors
from retriever.index.generations import GenerationError
from retriever.index.open_store import OpenStore
from retriever.index.rows import Rows

NO_ROWS = Rows.from_vectors(PassageVectors((), (), (), np.zeros((0, 0), dtype=np.float32)))


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One state of the catalogue: `held` is what `store` lacks (all, without one), `gone` what it has beyond it."""

    sequence: int
    store: OpenStore | None
    held: Rows
    gone: frozenset[str] = frozenset()
    sample: Rows = NO_ROWS

    @property
    def churn(self) -> int:
        """Count the passages in which the store differs from the catalogue."""
        return len(self.held) + len(self.gone)

    def changed(self, changes: Changes) -> "View":
        """Return the view of a later state."""
        gone = self.gone
        if self.store is not None:
            gone |= changes.removed.difference(self.held.vectors.passage_ids)
        return View(changes.sequence, self.store, self.held.changed(changes), gone, self.sample)


class CurrentView:
    """The view of the catalogue as it is; all vectors are in memory only while no generation is in service."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._view: View | None = None
        self.changed_at = time.monotonic()
        self.retired: list[OpenStore] = []

    @property
    def store(self) -> OpenStore | None:
        """Return the generation in service."""
        view = self._view
        return view.store if view else None

    @property
    def last(self) -> View | None:
        """Return the view as it was read last, without looking whether the catalogue has changed."""
        return self._view

    def read(self) -> View:
        """Return the view of the present state; within a snapshot, of that or a later one."""
        view = self._view
        if view is not None and view.sequence >= self._catalogue.sequence:
            return view
        with self._lock, self._catalogue.snapshot():
            before = self._view
            changes = None if before is None else self._catalogue.changes_since(before.sequence)
            if before is None or changes is None:
                vectors = self._catalogue.passage_vectors()
                view = View(self._catalogue.sequence, None, Rows.from_vectors(vectors))
            elif changes.sequence > before.sequence:
                view = before.changed(changes)
                self.changed_at = time.monotonic()
            else:
                return before
            self._set(view)
            return view

    def serve(self, store: OpenStore) -> None:
        """Put a generation into service in the place of the present one; raises GenerationError when it is outdated."""
        generation = store.generation
        with self._lock, self._catalogue.snapshot():
            changes = self._catalogue.changes_since(generation.sequence)
            if changes is None:
                raise GenerationError("the vectors of the catalogue are others by now")
            sample = Rows.from_vectors(self._catalogue.passage_vectors(generation.read_sample()))
            self._set(View(generation.sequence, store, NO_ROWS, sample=sample).changed(changes))

    def retire(self, store: OpenStore | None = None) -> bool:
        """Take a generation out of service, or whichever is; say whether it was in service."""
        with self._lock:
            present = self.store
            if present is None or store not in (None, present):
                return False
            self._set(None)
            return True

    def _set(self, view: View | None) -> None:
        before = self.store
        if before is not None and (view is None or view.store is not before):
            self.retired.append(before)
        self._view = view
