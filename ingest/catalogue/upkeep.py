"""What a catalogue does for itself: rebuild its full-text index, erase removed words, give back empty pages."""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Lock, Thread

from ingest.catalogue import housekeeping
from ingest.catalogue.connections import Connections
from ingest.catalogue.mending import WORDS, mend
from ingest.catalogue.meta import read_meta
from ingest.catalogue.words import rebuilt_to, words_fault
from ingest.errors import CatalogueDamagedError, CatalogueError

SMALL_BYTES = 16_000_000
"""In a file up to this size all takes some tenths of a second, and opening and closing the catalogue wait for it."""

QUIET_SECONDS = 2.0
"""So long further removals are waited for, to erase once for all of them."""

MAX_SETTLING_SECONDS = 60.0
MAX_TIMES_MENDED = 5

log = logging.getLogger(__name__)


class CatalogueUpkeep:
    """Does what is due in short steps, in a thread of its own; between two steps others may write."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = Lock()
        self._working = Lock()
        self._stopped = Event()
        self._requests = self._times_mended = 0
        self._is_wanted = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """Do what an earlier process left, at once where the catalogue is small."""
        try:
            if self._is_due() and self._is_small():
                self.finish()
            if self._is_due():
                self.request()
        except (CatalogueError, OSError) as error:
            log.warning("The catalogue could not put itself in order: %s", error)

    def request(self) -> None:
        """See to it that what is due is done soon; a failure is made good after the next request."""
        with self._lock:
            self._requests += 1
            self._is_wanted = True
            if self._thread is None and not self._stopped.is_set():
                self._thread = Thread(target=self._run, name="catalogue-upkeep", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Do all that is due now, but for what a reader stands in the way of."""
        with self._working:
            for _ in self._steps():
                pass

    def rebuild_words(self) -> None:
        """Build the full-text index anew now, whether it is broken or not."""
        with self._connections.alone() as connection:
            mend(connection, {WORDS: "a rebuild is wanted"})
        self.finish()

    def faults(self) -> list[str]:
        """Read the whole file and return what is wrong with it: nothing that could be mended at opening is left."""
        with self._connections.alone() as connection:
            problems = [problem for (problem,) in connection.execute("PRAGMA integrity_check (5)") if problem != "ok"]
            fault = words_fault(connection, thorough=True)
        return problems + ([f"The full-text index: {fault}."] if fault else [])

    def mend_words(self, *, rebuild_failed: bool = False) -> None:
        """Begin to build the full-text index anew where it is broken."""
        with self._connections.alone() as connection:
            fault = "it broke while it was made" if rebuild_failed else words_fault(connection)
            if fault is None or self._times_mended >= MAX_TIMES_MENDED:
                return
            mend(connection, {WORDS: fault})
            self._times_mended += 1
        self.request()

    def close(self) -> None:
        """Stop; what is left to do in a large catalogue is done after the next opening."""
        self._stopped.set()
        thread = self._thread
        if thread is not None:
            thread.join()
        try:
            if self._is_due() and self._is_small():
                self.finish()
        except (CatalogueError, OSError) as error:
            log.warning("The catalogue could not put itself in order: %s", error)

    def _is_due(self) -> bool:
        with self._connections.reading() as connection:
            noted = read_meta(connection, "scrub_due") or read_meta(connection, "vacuum_due")
            return bool(noted) or rebuilt_to(connection) is not None

    def _is_small(self) -> bool:
        return self._connections.path.stat().st_size <= SMALL_BYTES

    def _steps(self) -> Iterator[None]:
        yield from housekeeping.rebuild_words(self._connections)
        with self._connections.reading() as connection:
            removed, in_old_form = read_meta(connection, "scrub_due"), read_meta(connection, "vacuum_due")
        if in_old_form:
            with self._connections.alone() as connection:
                housekeeping.write_anew(
                    connection, in_memory=self._is_small(), is_unwanted=lambda: self._connections.is_awaited
                )
            yield
        if removed:
            yield from housekeeping.purge_words(self._connections)
            yield from housekeeping.give_back_pages(self._connections)
            if (yield from housekeeping.zero_moved_rows(self._connections)):
                housekeeping.note_purged(self._connections, removed)

    def _run(self) -> None:
        while True:
            self._settle()
            with self._lock:
                if self._stopped.is_set() or not self._is_wanted:
                    self._thread = None
                    return
                self._is_wanted = False
            try:
                self._work_with_pauses()
                self._is_wanted |= self._is_due()
            except (CatalogueError, OSError) as error:
                log.warning("The catalogue could not put itself in order: %s", error)
                self._mend_after(error)

    def _mend_after(self, error: Exception) -> None:
        if isinstance(error, CatalogueDamagedError):
            with suppress(CatalogueError):
                self.mend_words(rebuild_failed=True)

    def _settle(self) -> None:
        """Let a burst of removals pass."""
        until = time.monotonic() + MAX_SETTLING_SECONDS
        while time.monotonic() < until:
            before = self._requests
            if self._stopped.wait(QUIET_SECONDS) or self._requests == before:
                return

    def _work_with_pauses(self) -> None:
        with self._working:
            started = time.monotonic()
            for _ in self._steps():
                # As long as the step took, for whoever waits to write: a lock is not handed to them by itself.
                if self._stopped.wait(time.monotonic() - started):
                    return
                started = time.monotonic()
