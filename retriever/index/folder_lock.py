"""A lock on a folder that holds even when the folder is deleted and made again."""

from pathlib import Path

from filelock import FileLock, Timeout


class FolderLock:
    """Held by the one process that may change a folder; the system frees it when that process dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "owner.lock"
        self._lock = FileLock(self._path, timeout=0, thread_local=False)
        self._inode: int | None = None

    def hold(self) -> bool:
        """Make the folder if need be and take its lock; say whether it is ours now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._lock.is_locked and not self._is_in_place():
            self._lock.release()
        if not self._lock.is_locked:
            try:
                self._lock.acquire()
            except Timeout:
                return False
            self._inode = self._path.stat().st_ino
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def _is_in_place(self) -> bool:
        return self._path.exists() and self._path.stat().st_ino == self._inode
