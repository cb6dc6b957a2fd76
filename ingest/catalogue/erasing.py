"""What the catalogue does after a removal, so that removed words are in none of its files."""

import logging
from threading import Event, Lock, Thread

from ingest.catalogue.connections import Connections
from ingest.catalogue.meta import read_meta, write_meta
from ingest.errors import CatalogueError

AT_ONCE_BYTES = 64_000_000
"""Up to this size of the file, erasing takes less than about a second and is done before the removal returns."""

QUIET_SECONDS = 2.0
"""So long a large catalogue waits for further removals, to erase once for all of them."""

log = logging.getLogger(__name__)


class Upkeep:
    """Erases what removals leave behind: at once in a small catalogue, in the background in a large one."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = Lock()
        self._stopped = Event()
        self._wanted = False
        self._thread: Thread | None = None

    def erase_removed(self) -> None:
        """Erase words of removed documents, if there are any; a failure is made good after the next removal."""
        try:
            if not self._due():
                return
            if not self._is_large():
                self._erase()
                return
        except (CatalogueError, OSError) as error:
            log.warning("Words of a removed document are not yet erased from the catalogue's files: %s", error)
            return
        with self._lock:
            self._wanted = True
            if self._thread is None and not self._stopped.is_set():
                self._thread = Thread(target=self._erase_later, name="catalogue-upkeep", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop erasing; what is left of it is done at the next opening."""
        self._stopped.set()
        thread = self._thread
        while thread is not None and thread.is_alive():
            self._connections.interrupt()
            thread.join(timeout=0.1)

    def _erase_later(self) -> None:
        while not self._stopped.wait(QUIET_SECONDS):
            with self._lock:
                if not self._wanted:
                    self._thread = None
                    return
                self._wanted = False
            try:
                self._erase()
            except (CatalogueError, OSError) as error:
                if not self._stopped.is_set():
                    log.warning("Words of a removed document are not yet erased from the catalogue's files: %s", error)

    def _due(self) -> int:
        """Return the sequence of the last removal whose words are not erased yet, or 0."""
        with self._connections.reading() as connection:
            return read_meta(connection, "scrub_due")

    def _is_large(self) -> bool:
        return self._connections.path.stat().st_size > AT_ONCE_BYTES

    def _erase(self) -> None:
        due = self._due()
        with self._connections.writing() as connection:
            # Deleted rows stay in older segments of the full-text index until these are merged.
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
        # Copies of rows stay in pages whose rows SQLite once moved to another page, in spite of secure_delete.
        if self._connections.rewrite(in_memory=not self._is_large()):
            with self._connections.writing() as connection:
                if read_meta(connection, "scrub_due") == due:  # else there was a removal in between
                    write_meta(connection, "scrub_due", 0)
