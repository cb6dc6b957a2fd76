"""When a generation of the dense index is looked at, built anew or tried again: a thread that does it."""

import logging
import threading
import time

from ingest.catalogue import Catalogue
from retriever.index.generations import GenerationError, GenerationPlace, GenerationStoppedError
from retriever.index.open_store import OpenStore
from retriever.index.service import Service
from retriever.index.view import View

logger = logging.getLogger(__name__)

MAX_CHURN = 0.1
"""A generation that differs from the catalogue in a larger part of its passages is built anew."""
QUIET_SECONDS = 0.3
MAX_SETTLING = 3.0
BUSY_SECONDS = 10.0
NUDGE_SECONDS = 5.0
ERASING_SECONDS = 30.0
"""After so long without a change, or what the last building took, passages that are gone are erased by another one."""
REST = 9
"""While changes keep coming, so many times what the last building took passes before the next one."""
WATCH_SECONDS = 30.0
"""So often a store is looked at though nobody asks: at its files, or at how many passages a server has left."""
MAX_PAUSE = 600.0
LASTING_SECONDS = 60.0
CLOSE_SECONDS = 4.0


class IndexUpkeep:
    """Keeps a checked generation in service; whatever fails is told in `problem` and tried again."""

    def __init__(self, catalogue: Catalogue, place: GenerationPlace, *, retry_seconds: float) -> None:
        self._catalogue = catalogue
        self._service = Service(catalogue, place)
        self._retry_seconds = retry_seconds
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._requests = self._done = self._whole = self._waiters = 0
        self._troubles = self._pauses = 0
        self._retry_at: float | None = None
        self._retried_at = -float("inf")
        self._watched_at = -float("inf")
        self._closing = False
        self.current = self._service.current
        self.problem: str | None = None

    def request(self, *, wait: bool = False, whole: bool = False) -> None:
        """Bring the index up to date with the catalogue.

        Args:
            wait: Return when that was done or has failed.
            whole: Build until the generation holds all passages by itself, and no others.
        """
        with self._changed:
            self._start()
            self._requests += 1
            mine = self._requests
            self._whole = mine if whole else self._whole
            self._waiters += wait
            self._changed.notify_all()
            while wait and self._done < mine and not self._closing:
                self._changed.wait(1.0)
            self._waiters -= wait

    def nudge(self) -> None:
        """Plan an update unless one is under way or planned: not at once, for a single question is answered by then."""
        with self._changed:
            if self._requests == self._done and self._retry_at is None:
                self._retry_at = time.monotonic() + NUDGE_SECONDS
                self._start()
                self._changed.notify_all()

    def report(self, store: OpenStore, error: GenerationError) -> None:
        """Take a generation out of service because of what it did, and have it opened again or another one built."""
        with self._changed:
            if not self.current.retire(store) or self._closing:
                return
            logger.warning("dense index out of service: %s", error)
            self._service.reject(store.generation, error)
            self._note(f"{error}", pauses=0)
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
        self._service.close()

    def _note(self, problem: str, *, pauses: int) -> None:
        """Tell what is wrong and plan another attempt; what goes wrong again at once is given ever longer pauses."""
        self.problem, now = self._service.without_path(problem), time.monotonic()
        self._troubles += 1
        self._pauses = pauses if now > self._retried_at + LASTING_SECONDS else self._pauses + 1
        pause = min(MAX_PAUSE, self._retry_seconds * 2 ** (self._pauses - 1)) if self._pauses else 0.0
        self._retry_at = self._retried_at = now + pause

    def _start(self) -> None:
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="quoth-index", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._wait_for_work():
            taken, troubles, problem = self._requests, self._troubles, None
            try:
                self._bring_up_to_date()
            except GenerationStoppedError:
                continue  # the index is being closed
            except Exception as error:  # noqa: BLE001  an index that cannot be built is a state, not an error of a search
                problem = f"{error}" if isinstance(error, GenerationError) else f"{type(error).__name__}: {error}"
                logger.warning("dense index not built: %s", problem)
            with self._changed:
                self._done = taken
                if problem is not None:
                    self._note(problem, pauses=1)
                elif troubles == self._troubles:
                    self._retry_at = self.problem = None
                self._changed.notify_all()

    def _wait_for_work(self) -> bool:
        with self._changed:
            while not self._closing and self._requests == self._done:
                due = self._due()
                if due is not None and due <= time.monotonic():
                    break
                self._changed.wait(None if due is None else due - time.monotonic())
            self._settle()
            return not self._closing

    def _settle(self) -> None:
        """Let a burst of changes pass before building for it."""
        until = time.monotonic() + MAX_SETTLING
        while not self._waiters and not self._closing and time.monotonic() < until:
            before = self._requests
            self._changed.wait(QUIET_SECONDS)
            if self._requests == before:
                return

    def _due(self) -> float | None:
        """Return when there will be something to do, whether or not anybody asks."""
        if self._retry_at is not None:
            return self._retry_at
        view = self.current.last
        if view is None or view.store is None:
            return None
        return min(self._watched_at + WATCH_SECONDS, self._rebuilding_at(view, view.store))

    def _rebuilding_at(self, view: View, store: OpenStore) -> float:
        changed_at, generation = self.current.changed_at, store.generation
        if view.churn > MAX_CHURN * generation.count:
            return min(changed_at + BUSY_SECONDS, store.opened_at + REST * generation.seconds)
        return changed_at + max(ERASING_SECONDS, generation.seconds) if view.gone else float("inf")

    def _bring_up_to_date(self) -> None:
        service = self._service
        service.hold_folder()
        if not self._catalogue.holdings.passages:
            service.remove_all()
            return
        self._watched_at = time.monotonic()
        store = service.current.store
        if store is not None:
            try:
                store.check()
            except GenerationError as error:
                self.report(store, error)
        if service.current.store is None:
            service.reopen(is_unwanted=lambda: self._closing)
        if service.current.store is None or self._is_wanted(service.current.read()):
            service.build(is_unwanted=lambda: self._closing)

    def _is_wanted(self, view: View) -> bool:
        """Say whether another generation is to be built although one serves."""
        if view.store is None:
            return True
        if self._done < self._whole:
            return view.churn > 0
        is_far = view.churn > MAX_CHURN * view.store.generation.count
        return (is_far and self._waiters > 0) or self._rebuilding_at(view, view.store) <= time.monotonic()
