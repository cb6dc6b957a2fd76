"""Keeps a checked generation of the dense index in service, in a thread of its own."""

import contextlib
import logging
import threading
import time

from ingest.catalogue import Catalogue
from retriever.index.folder_lock import FolderLock
from retriever.index.generation_process import build_generation, open_generation
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationStoppedError,
    Place,
    StoreAwayError,
    activate,
    find_generations,
    is_near,
    remove_generations,
)
from retriever.index.open_store import OpenStore
from retriever.index.view import CurrentView, View

logger = logging.getLogger(__name__)

MAX_CHURN = 0.1
"""A generation that differs from the catalogue in a larger part of its passages is built anew."""
QUIET_SECONDS = 0.3
LONGEST_SETTLING = 3.0
BUSY_SECONDS = 10.0
ERASING_SECONDS = 30.0
"""After so long without a change, or what the last building took, passages that are gone are erased by another one."""
REST = 9
"""While changes keep coming, so many times what the last building took passes before the next one."""
WATCH_SECONDS = 30.0
"""So often a server is asked whether it still has all passages."""
LONGEST_PAUSE = 600.0
LASTING_SECONDS = 60.0
CLOSE_SECONDS = 4.0


class Upkeep:
    """Opens, builds, switches and removes generations; whatever fails is told in `problem` and tried again."""

    def __init__(self, catalogue: Catalogue, place: Place, *, retry_seconds: float) -> None:
        self._catalogue = catalogue
        self._place = place
        self._retry_seconds = retry_seconds
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._lock = FolderLock(place.folder)
        self._requests = self._done = self._whole = self._waiters = 0
        self._troubles = self._pauses = 0
        self._retry_at: float | None = None
        self._retried_at = -float("inf")
        self._built_at = self._watched_at = -float("inf")
        self._closing = False
        self._rejected: set[str] = set()
        self.current = CurrentView(catalogue)
        self.problem: str | None = None

    def request(self, *, wait: bool = False, whole: bool = False) -> None:
        """Bring the index up to date with the catalogue.

        Args:
            wait: Return when that was done or has failed.
            whole: Build until the generation holds all passages by itself, and no others.
        """
        with self._changed:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._run, name="quoth-index", daemon=True)
                self._thread.start()
            self._requests += 1
            mine = self._requests
            self._whole = mine if whole else self._whole
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

    def report(self, store: OpenStore, error: GenerationError) -> None:
        """Take a generation out of service because of what it did, and have it opened again or another one built."""
        with self._changed:
            if not self.current.retire(store) or self._closing:
                return
            logger.warning("dense index out of service: %s", error)
            self._reject(store.generation, error)
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
        self.current.retire()
        self._close_retired()
        self._lock.release()

    def _reject(self, generation: Generation, error: Exception) -> None:
        """Never open a generation again, unless what is wrong is only that its server was away."""
        if self._place.url is None or not isinstance(error, StoreAwayError):
            self._rejected.add(generation.folder.name)

    def _note(self, problem: str, *, pauses: int) -> None:
        """Tell what is wrong and plan another attempt; what goes wrong again at once is given ever longer pauses."""
        # Where the index lies is left out: this is shown to whoever asks for the health of the server.
        self.problem = problem.replace(str(self._place.folder), "index")
        now = time.monotonic()
        self._troubles += 1
        self._pauses = pauses if now > self._retried_at + LASTING_SECONDS else self._pauses + 1
        pause = min(LONGEST_PAUSE, self._retry_seconds * 2 ** (self._pauses - 1)) if self._pauses else 0.0
        self._retry_at = self._retried_at = now + pause

    def _close_retired(self) -> None:
        while self.current.retired:
            self.current.retired.pop().close()

    def _run(self) -> None:
        while self._wait_for_work():
            taken, troubles, problem = self._requests, self._troubles, None
            try:
                self._close_retired()
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
        until = time.monotonic() + LONGEST_SETTLING
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
        watching = None if self._place.url is None else self._watched_at + WATCH_SECONDS
        return min(filter(None, (watching, self._rebuilding_at(view))), default=None)

    def _rebuilding_at(self, view: View) -> float | None:
        changed_at, generation = self.current.changed_at, view.store.generation
        if view.churn > MAX_CHURN * generation.count:
            return min(changed_at + BUSY_SECONDS, self._built_at + REST * generation.seconds)
        return changed_at + max(ERASING_SECONDS, generation.seconds) if view.gone else None

    def _bring_up_to_date(self) -> None:
        if not self._lock.hold():
            raise GenerationError("another process owns the folder of the index")
        store = self.current.store
        if not self._catalogue.holdings.passages:
            self._remove_all(store)
            return
        if store is not None:
            try:
                store.check_files()
                if self._place.url is not None:
                    store.check_counts(seconds=WATCH_SECONDS)
                    self._watched_at = time.monotonic()
            except GenerationError as error:
                self.report(store, error)
        if (self.current.store or self._reopen()) and not self._is_wanted(self.current.read()):
            return
        self._switch(build_generation(self._catalogue, self._place, is_unwanted=lambda: self._closing))

    def _is_wanted(self, view: View) -> bool:
        """Say whether another generation is to be built although one serves."""
        if view.store is None:
            return True
        if self._done < self._whole:
            return view.churn > 0
        due = self._rebuilding_at(view)
        is_far = view.churn > MAX_CHURN * view.store.generation.count
        return (is_far and self._waiters > 0) or (due is not None and due <= time.monotonic())

    def _reopen(self) -> bool:
        """Open a generation of an earlier run that is near enough to the catalogue, if there is one."""
        for generation in find_generations(self._place, self._catalogue.model_fingerprint):
            if generation.folder.name in self._rejected or generation.opening.exists():
                continue
            if not is_near(generation, self._catalogue):
                continue
            try:
                self._switch(open_generation(generation, self._place, is_unwanted=lambda: self._closing))
                return True
            except GenerationStoppedError:
                raise
            except (GenerationError, OSError) as error:
                self._reject(generation, error)
                if generation.folder.name not in self._rejected:
                    raise
                logger.warning("generation %s is not used: %s", generation.folder.name, error)
        return False

    def _switch(self, store: OpenStore) -> None:
        try:
            activate(self._place.folder, store.generation)
            self.current.serve(store)
        except BaseException:
            store.close()
            raise
        self._built_at = time.monotonic()
        self._close_retired()
        with contextlib.suppress(OSError, GenerationError):
            remove_generations(self._place.folder, keep=store.generation)
            if self._place.url is not None:
                store.remove_collections(self._place.prefix(), keep_own=True)

    def _remove_all(self, store: OpenStore | None) -> None:
        with contextlib.suppress(OSError, GenerationError):
            if store is not None and self._place.url is not None:
                store.remove_collections(self._place.prefix(), keep_own=False)
            self.current.retire()
            self._close_retired()
            remove_generations(self._place.folder)
