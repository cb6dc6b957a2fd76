"""A generation opened in this process; every call to Chroma runs in one thread and has a deadline."""

import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, cast

import numpy as np

from retriever.index.chroma_client import close_client, open_client
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationPlace,
    GenerationStoppedError,
    LanguageCollection,
    StoreAwayError,
)

OPEN_SECONDS = 120.0
CHECK_SECONDS_PER_PASSAGE = 0.02
CLOSE_SECONDS = 2.0
HOPELESS_RECALL = 0.5
MIN_OF_A_SEARCH = 8
MIN_RECALL = 0.8
MIN_TRIALS = 50
TRIALS_KEPT = 200

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What Chroma says of one passage: its id and its cosine distance."""

    passage_id: str
    distance: float


@dataclass(slots=True)
class _Job(Generic[Result]):
    call: Callable[[], Result]
    done: threading.Event = field(default_factory=threading.Event)
    value: Result | None = None
    error: BaseException | None = None


class Recall:
    """What share of the passages that should have been found were, over the last searches."""

    def __init__(self) -> None:
        self._trials: deque[tuple[int, int]] = deque(maxlen=TRIALS_KEPT)
        self._lock = threading.Lock()

    def note(self, found: int, of: int) -> None:
        """Count a search; raises GenerationError when more is missed than the approximation explains."""
        if not of:
            return
        with self._lock:
            self._trials.append((found, of))
            hits, trials = (sum(column) for column in zip(*self._trials, strict=True))
        if of >= MIN_OF_A_SEARCH and found < HOPELESS_RECALL * of:
            raise GenerationError(f"Chroma found only {found / of:.0%} of the nearest passages")
        if trials >= MIN_TRIALS and hits < MIN_RECALL * trials:
            raise GenerationError(f"Chroma found only {hits / trials:.0%} of the nearest passages")


class OpenStore:
    """A generation that answers; after one missed deadline its thread is given up and it answers no more."""

    def __init__(self, generation: Generation, place: GenerationPlace) -> None:
        self.generation = generation
        self.recall = Recall()
        self.opened_at = time.monotonic()
        self._place = place
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._stamps: dict[Path, tuple[int, ...]] = {}
        self._stuck = self._closed = False
        self._lock = threading.Lock()
        # A daemon: a call that hangs in Chroma must not keep the server from ending.
        self._thread = threading.Thread(target=self._work, name="quoth-chroma", daemon=True)

    @classmethod
    def open(cls, generation: Generation, place: GenerationPlace, *, is_unwanted: Callable[[], bool]) -> Self:
        """Open a generation that a child has checked, and load its graphs."""
        store = cls(generation, place)
        store._thread.start()
        try:
            generation.opening.touch()
            seconds = OPEN_SECONDS + CHECK_SECONDS_PER_PASSAGE * generation.count
            store._call(store._open, seconds=seconds, is_unwanted=is_unwanted)
        except BaseException:
            store.close()
            raise
        finally:
            generation.opening.unlink(missing_ok=True)
        return store

    def query(self, collection: LanguageCollection, query: np.ndarray, *, limit: int) -> list[Neighbour]:
        """Return the nearest passages of a collection as Chroma sees them."""
        return self._call(lambda: self._query(collection, query, limit), seconds=self._place.call_seconds)

    def remove_collections(self, prefix: str, *, keep_own: bool) -> None:
        """Remove the collections of other generations, known by how their names begin, from a server."""
        kept = self._collections if keep_own else ()
        if self.generation.url is not None:
            self._call(lambda: self._remove_collections(prefix, kept), seconds=OPEN_SECONDS)

    def take_stamps(self) -> None:
        """Note how the files are."""
        self._stamps = {path: _stamp(path) for path in self.generation.files()}

    def check(self) -> None:
        """Raise unless the files are as they were, or a server has as many passages as it had: it may lose some."""
        self.check_files()
        if self.generation.url is not None:
            self._call(self._check_counts, seconds=OPEN_SECONDS)

    def check_files(self) -> None:
        """Raise unless the files are as they were noted: serving never writes, so any change is damage."""
        with contextlib.suppress(OSError):
            if all(_stamp(path) == taken for path, taken in self._stamps.items()):
                return
        raise GenerationError("files of the index were changed or deleted")

    def close(self) -> None:
        """Close the store; calls of searches under way are still answered, and one that hangs is left behind."""
        with self._lock:
            self._closed = True
            self._jobs.put(None)
        if not self._stuck:
            self._thread.join(CLOSE_SECONDS)

    def _call(
        self, call: Callable[[], Result], *, seconds: float, is_unwanted: Callable[[], bool] = lambda: False
    ) -> Result:
        if self._stuck:
            raise StoreAwayError("Chroma is stuck in an earlier call")
        job: _Job[Result] = _Job(call)
        with self._lock:
            if self._closed:
                raise GenerationError("another generation has taken its place")
            self._jobs.put(job)
        deadline = time.monotonic() + seconds
        while not job.done.wait(min(0.1, seconds)):
            if is_unwanted():
                raise GenerationStoppedError("stopped")
            if self._stuck or time.monotonic() > deadline:
                self._stuck = True
                raise StoreAwayError(f"Chroma did not answer within {seconds:g} seconds")
        if isinstance(job.error, GenerationError):
            raise job.error
        if job.error is not None:
            name = type(job.error).__name__
            is_away = self.generation.url is not None and name != "NotFoundError"
            raise (StoreAwayError if is_away else GenerationError)(f"{name}: {job.error}") from job.error
        return cast(Result, job.value)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.value = job.call()
            except BaseException as error:  # noqa: BLE001  a panic in Chroma's Rust is a BaseException
                job.error = error
            job.done.set()
        with contextlib.suppress(BaseException):  # as above; and a store that does not close is as good as closed
            close_client(self._client)

    def _open(self) -> None:
        self._client = open_client(self.generation.path, url=self.generation.url, key=self._place.key)
        probe = np.full(self.generation.dimension, self.generation.dimension**-0.5)
        for one in self.generation.collections:
            self._collections[one.name] = self._client.get_collection(one.name, embedding_function=None)
            self._query(one, probe, 1)  # loads the graph; `count` would too, but holds the GIL meanwhile
        self._check_counts()
        self.take_stamps()

    def _check_counts(self) -> None:
        for one in self.generation.collections:
            count = self._collections[one.name].count()
            if count != one.count:
                raise GenerationError(f"{count} passages instead of {one.count}")

    def _query(self, collection: LanguageCollection, query: np.ndarray, limit: int) -> list[Neighbour]:
        # Filters are applied by the caller: Chroma's own looks at every passage.
        answer = self._collections[collection.name].query(
            query_embeddings=[query.astype(np.float32)], n_results=limit, include=["distances"]
        )
        return [Neighbour(*pair) for pair in zip(answer["ids"][0], answer["distances"][0], strict=True)]

    def _remove_collections(self, prefix: str, kept: Collection[str]) -> None:
        for name in [collection.name for collection in self._client.list_collections()]:
            if name.startswith(prefix) and name not in kept:
                self._client.delete_collection(name)


def _stamp(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
