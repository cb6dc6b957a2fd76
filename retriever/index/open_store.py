"""A generation opened in this process; every call to Chroma runs in one thread and has a deadline."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from retriever.index.chroma_store import open_client
from retriever.index.generations import (
    FileStamp,
    Generation,
    GenerationError,
    GenerationStoppedError,
    is_untouched,
    stamps,
)

OPEN_SECONDS = 120.0
SECONDS_A_PASSAGE = 0.02
CLOSE_SECONDS = 2.0


class StoreTimeoutError(GenerationError):
    """Chroma did not answer in time."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What Chroma says of one passage: its id and its cosine distance."""

    passage_id: str
    distance: float


@dataclass(slots=True)
class _Job:
    call: Callable[[], Any]
    done: threading.Event = field(default_factory=threading.Event)
    value: Any = None
    error: BaseException | None = None


class OpenStore:
    """A generation that answers; after one missed deadline its thread is given up and it answers no more."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._client: Any = None
        self._collection: Any = None
        self._stamps: tuple[FileStamp, ...] = ()
        self._stuck = False
        # A daemon: a call that hangs in Chroma must not keep the server from ending.
        self._thread = threading.Thread(target=self._work, name="quoth-chroma", daemon=True)

    @classmethod
    def open(cls, generation: Generation, *, is_unwanted: Callable[[], bool] = lambda: False) -> "OpenStore":
        """Open a generation that a child has checked, and load its graph."""
        store = cls(generation)
        store._thread.start()
        try:
            generation.opening.touch()
            seconds = OPEN_SECONDS + SECONDS_A_PASSAGE * generation.count
            store._call(store._open, seconds=seconds, is_unwanted=is_unwanted)
        except BaseException:
            store.close()
            raise
        finally:
            generation.opening.unlink(missing_ok=True)
        return store

    def query(self, query: np.ndarray, *, limit: int, seconds: float) -> list[Neighbour]:
        """Return the nearest passages as Chroma sees them."""
        return self._call(lambda: self._query(query, limit), seconds=seconds)

    def is_untouched(self) -> bool:
        """Say whether the files are as they were after opening."""
        return is_untouched(self._stamps)

    def close(self) -> None:
        """Close the store; a call that hangs is left behind."""
        self._jobs.put(None)
        if not self._stuck:
            self._thread.join(CLOSE_SECONDS)

    def _call(self, call: Callable[[], Any], *, seconds: float, is_unwanted: Callable[[], bool] = lambda: False) -> Any:
        if self._stuck:
            raise StoreTimeoutError("Chroma is stuck in an earlier call")
        job = _Job(call)
        self._jobs.put(job)
        deadline = time.monotonic() + seconds
        while not job.done.wait(min(0.1, seconds)):
            if is_unwanted():
                raise GenerationStoppedError("stopped")
            if self._stuck or time.monotonic() > deadline:
                self._stuck = True
                raise StoreTimeoutError(f"Chroma did not answer within {seconds:g} seconds")
        if job.error is not None:
            raise GenerationError(f"{type(job.error).__name__}: {job.error}") from job.error
        return job.value

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.value = job.call()
            except BaseException as error:  # noqa: BLE001  a panic in Chroma's Rust is a BaseException
                job.error = error
            job.done.set()
        with contextlib.suppress(BaseException):  # as above; and a store that does not close is as good as closed
            self._client.close()

    def _open(self) -> None:
        self._client = open_client(self.generation.path)
        self._collection = self._client.get_collection(self.generation.collection, embedding_function=None)
        probe = np.full(self.generation.dimension, self.generation.dimension**-0.5, dtype=np.float32)
        self._query(probe, 1)  # loads the graph; `count` would too, but holds the GIL meanwhile
        count = self._collection.count()
        if count != self.generation.count:
            raise GenerationError(f"{count} passages instead of {self.generation.count}")
        self._stamps = stamps(self.generation)

    def _query(self, query: np.ndarray, limit: int) -> list[Neighbour]:
        # Filters are applied by the caller: Chroma's own cost five times as much as the search [measured at 5,000].
        answer = self._collection.query(query_embeddings=[query], n_results=limit, include=["distances"])
        return [Neighbour(*pair) for pair in zip(answer["ids"][0], answer["distances"][0], strict=True)]
