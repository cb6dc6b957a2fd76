"""Keeps a checked generation of the dense index in service, in a thread of its own."""

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from retriever.index.exact_search import CurrentRows, PassageRows, VectorSource
from retriever.index.folder_lock import FolderLock
from retriever.index.generation_process import build_generation, open_generation
from retriever.index.generations import (
    GenerationError,
    GenerationStoppedError,
    activate,
    find_generation,
    prepare_generation,
    remove_generations,
)
from retriever.index.open_store import OpenStore

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.3
LONGEST_SETTLING = 3.0
LONGEST_PAUSE = 600.0
LASTING_SECONDS = 60.0
CLOSE_SECONDS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """An open generation and the sequence of the catalogue that it is known to match."""

    store: OpenStore
    sequence: int
    since: float


class Upkeep:
    """Opens, builds, switches and removes generations; whatever fails is told in `problem` and tried again."""

    def __init__(self, catalogue: VectorSource, folder: Path, rows: CurrentRows, *, retry_seconds: float) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._rows = rows
        self._retry_seconds = retry_seconds
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._lock = FolderLock(folder)
        self._requests = self._done = self._waiters = 0
        self._failures = self._damages = self._reports = 0
        self._retry_at: float | None = None
        self._closing = False
        self._retired: list[OpenStore] = []
        self._rejected: set[str] = set()
        self.serving: Serving | None = None
        self.problem: str | None = None

    def request(self, *, wait: bool = False) -> None:
        """Bring the index up to date with the catalogue; with `wait`, return when that was done or has failed."""
        with self._changed:
            self._start()
            self._requests += 1
            mine = self._requests
            self._waiters += wait
            self._changed.notify_all()
            while wait and self._done < mine and not self._closing:
                self._changed.wait(1.0)
            self._waiters -= wait

    def nudge(self) -> None:
        """Request an update unless one is under way or planned."""
        with self._changed:
            if self._requests != self._done or self._retry_at is not None or self._closing:
                return
        self.request()

    def report(self, serving: Serving, problem: str) -> None:
        """Take a generation out of service because of what it did, and have another one built."""
        with self._changed:
            if self.serving is not serving or self._closing:
                return
            logger.warning("dense index out of service: %s", problem)
            self._retire(serving)
            self.problem = self._without_path(problem)
            self._reports += 1
            now = time.monotonic()
            self._damages = 0 if now - serving.since > LASTING_SECONDS else self._damages + 1
            # Once may be an accident; what breaks again at once is given ever longer pauses.
            self._retry_at = now + self._pause(self._damages - 1)
            self._changed.notify_all()

    @property
    def seconds_to_retry(self) -> float | None:
        """Return how long until the next attempt, if one is planned."""
        retry_at = self._retry_at
        return None if retry_at is None else max(0.0, retry_at - time.monotonic())

    def close(self) -> None:
        """End the thread, the child and the open store."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)
        if self.serving is not None:
            self._retire(self.serving)
        self._close_retired()
        self._lock.release()

    def _without_path(self, problem: str) -> str:
        """Leave out where the index lies: what is told here is shown to whoever asks for the health of the server."""
        return problem.replace(str(self._folder), "index")

    def _start(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="quoth-index", daemon=True)
            self._thread.start()

    def _pause(self, times: int) -> float:
        return 0.0 if times <= 0 else min(LONGEST_PAUSE, self._retry_seconds * 2 ** min(times - 1, 20))

    def _retire(self, serving: Serving) -> None:
        self.serving = None
        self._rejected.add(serving.store.generation.folder.name)
        self._retired.append(serving.store)

    def _close_retired(self) -> None:
        while self._retired:
            self._retired.pop().close()

    def _run(self) -> None:
        while self._wait_for_work():
            taken, reported, problem = self._requests, self._reports, None
            try:
                self._close_retired()
                self._bring_up_to_date()
            except GenerationStoppedError:
                continue  # the catalogue has moved on, or the index is being closed
            except Exception as error:  # noqa: BLE001  an index that cannot be built is a state, not an error of a search
                told = f"{error}" if isinstance(error, GenerationError) else f"{type(error).__name__}: {error}"
                logger.warning("dense index not built: %s", told)
                problem = self._without_path(told)
            self._finish(taken, reported, problem)

    def _wait_for_work(self) -> bool:
        with self._changed:
            while not self._closing and self._requests == self._done:
                seconds = self.seconds_to_retry
                if seconds is not None and seconds <= 0:
                    break
                self._changed.wait(seconds)
            self._settle()
            return not self._closing

    def _settle(self) -> None:
        """Let a burst of changes pass before building for it."""
        until = time.monotonic() + LONGEST_SETTLING
        while not self._waiters and not self._closing and time.monotonic() < until:
            before = self._requests
            self._changed.wait(QUIET_SECONDS)
            if self._requests == before:
                return

    def _finish(self, taken: int, reported: int, problem: str | None) -> None:
        with self._changed:
            self._done = taken
            self._failures = self._failures + 1 if problem else 0
            if problem:
                self._retry_at = time.monotonic() + self._pause(self._failures)
            elif reported == self._reports:
                self._retry_at = None
            if problem or reported == self._reports:
                self.problem = problem
            self._changed.notify_all()

    def _bring_up_to_date(self) -> None:
        rows = self._rows.read()
        if not self._lock.hold():
            raise GenerationError("another process owns the folder of the index")
        if not len(rows):
            self._switch(None)
            return
        titles = {document.id: document.title for document in self._catalogue.documents()}
        fingerprint = rows.fingerprint(self._catalogue.model_fingerprint, titles)
        if self._still_fits(rows, fingerprint):
            return
        store = self._reopen(rows, fingerprint)
        if store is None:
            generation = prepare_generation(self._folder, rows, fingerprint, self._catalogue.model_fingerprint)
            store = build_generation(generation, rows, self._catalogue, is_unwanted=lambda: self._is_unwanted(rows))
        if self._catalogue.sequence != rows.sequence:
            store.close()
            raise GenerationStoppedError("the catalogue has moved on")
        self._switch(Serving(store, rows.sequence, time.monotonic()))

    def _still_fits(self, rows: PassageRows, fingerprint: str) -> bool:
        """Say whether the generation in service is that of these rows too, as after a change that was undone."""
        with self._changed:
            serving = self.serving
            if serving is None or serving.store.generation.fingerprint != fingerprint:
                return False
            if not serving.store.is_untouched():
                self._retire(serving)
                return False
            self.serving = replace(serving, sequence=rows.sequence)
            return True

    def _is_unwanted(self, rows: PassageRows) -> bool:
        return self._closing or self._catalogue.sequence != rows.sequence

    def _reopen(self, rows: PassageRows, fingerprint: str) -> OpenStore | None:
        generation = find_generation(self._folder, fingerprint, rejected=self._rejected)
        if generation is None:
            return None
        try:
            return open_generation(generation, is_unwanted=lambda: self._is_unwanted(rows))
        except GenerationStoppedError:
            raise
        except (GenerationError, OSError) as error:
            self._rejected.add(generation.folder.name)
            self.problem = self._without_path(f"generation {generation.folder.name} is damaged: {error}")
            logger.warning("%s", self.problem)
            return None

    def _switch(self, serving: Serving | None) -> None:
        generation = serving.store.generation if serving else None
        try:
            if generation is not None:
                activate(self._folder, generation)
        except OSError:
            serving.store.close()
            raise
        with self._changed:
            if self.serving is not None:
                self._retire(self.serving)
            self.serving = serving
        self._close_retired()
        with contextlib.suppress(OSError):
            remove_generations(self._folder, keep=generation)
