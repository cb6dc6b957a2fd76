"""Which generation of the dense index is in service: opened, built, checked and removed, without any thread."""

import contextlib
import logging
from collections.abc import Callable

from ingest.catalogue import Catalogue
from retriever.index.folder_lock import FolderLock
from retriever.index.generation_process import build_generation, open_generation
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationPlace,
    GenerationStoppedError,
    StoreAwayError,
    activate,
    find_generations,
    is_near,
    remove_generations,
)
from retriever.index.open_store import OpenStore
from retriever.index.view import CurrentView

logger = logging.getLogger(__name__)


class Service:
    """Owns the folder of the index; any thread may read `current` and reject, one alone does the rest."""

    def __init__(self, catalogue: Catalogue, place: GenerationPlace) -> None:
        self._catalogue = catalogue
        self._place = place
        self._lock = FolderLock(place.folder)
        self._rejected: set[str] = set()
        self.current = CurrentView(catalogue)

    def hold_folder(self) -> None:
        """Become the owner of the folder; raises GenerationError when another process is."""
        self._close_retired()
        if not self._lock.hold():
            raise GenerationError("another process owns the folder of the index")

    def reject(self, generation: Generation, error: Exception) -> bool:
        """Never open a generation again, unless what is wrong is only that its server was away; say which."""
        is_away = self._place.url is not None and isinstance(error, StoreAwayError)
        if not is_away:
            self._rejected.add(generation.folder.name)
        return not is_away

    def reopen(self, *, is_unwanted: Callable[[], bool]) -> None:
        """Open a generation of an earlier run that is near enough to the catalogue, if there is one."""
        for generation in find_generations(self._place, self._catalogue.model_fingerprint):
            if generation.folder.name in self._rejected or generation.opening.exists():
                continue
            if not is_near(generation, self._catalogue):
                continue
            try:
                self._switch(open_generation(generation, self._place, is_unwanted=is_unwanted))
                return
            except GenerationStoppedError:
                raise
            except (GenerationError, OSError) as error:
                if not self.reject(generation, error):
                    raise
                logger.warning("generation %s is not used: %s", generation.folder.name, error)

    def build(self, *, is_unwanted: Callable[[], bool]) -> None:
        """Build a generation of the catalogue as it is, and put it into service."""
        self._switch(build_generation(self._catalogue, self._place, is_unwanted=is_unwanted))

    def remove_all(self) -> None:
        """Take out of service and remove whatever there is."""
        with contextlib.suppress(OSError, GenerationError):
            if self.current.store is not None:
                self.current.store.remove_collections(self._place.prefix(), keep_own=False)
            self.current.retire()
            self._close_retired()
            remove_generations(self._place.folder)

    def without_path(self, problem: str) -> str:
        """Leave out where the index lies: a problem is shown to whoever asks for the health of the server."""
        return problem.replace(str(self._place.folder), "index")

    def close(self) -> None:
        """Close what is open and give the folder free."""
        self.current.retire()
        self._close_retired()
        self._lock.release()

    def _switch(self, store: OpenStore) -> None:
        try:
            activate(self._place.folder, store.generation)
            self.current.serve(store)
        except BaseException:
            store.close()
            raise
        self._close_retired()
        with contextlib.suppress(OSError, GenerationError):
            remove_generations(self._place.folder, keep=store.generation)
            store.remove_collections(self._place.prefix(), keep_own=True)

    def _close_retired(self) -> None:
        while self.current.retired:
            self.current.retired.pop().close()
