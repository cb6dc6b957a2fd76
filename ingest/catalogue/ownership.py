"""The lock that makes one process the owner of a data folder."""

import errno
import os
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import CatalogueError, CatalogueInUseError, ReadOnlyError

LOCK_NAME = "catalogue.lock"
OWNER_NAME = "catalogue.owner"
UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
PATIENCE_SECONDS = 1.0
"""How long to wait for an owner that is just leaving; a second process is to hear of the first within 2 s."""


def own_folder(folder: Path) -> FileLock:
    """Take the lock of a data folder; the kernel frees it when its owner dies, however that happens.

    Raises:
        CatalogueInUseError: another process, or another part of this one, owns the folder.
        ReadOnlyError: the folder can be read, and not written.
        CatalogueError: the folder cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueError(f"The data folder {folder} cannot be made ({error.strerror}). Choose another.") from error
    # A lock on one thread's behalf could not be released by another: the catalogue may be closed by any thread.
    lock = FileLock(folder / LOCK_NAME, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire(timeout=PATIENCE_SECONDS, poll_interval=0.05)
    except Timeout:
        raise CatalogueInUseError(in_use_message(folder)) from None
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            raise ReadOnlyError(f"The data folder {folder} cannot be written ({error.strerror}).") from error
        raise CatalogueError(
            f"The data folder {folder} cannot be locked ({error}). Choose one you can write."
        ) from error
    try:
        (folder / OWNER_NAME).write_text(f"{os.getpid()}\n", encoding="ascii")
    except OSError as error:
        lock.release()
        kind = ReadOnlyError if error.errno in UNWRITABLE else CatalogueError
        raise kind(f"The data folder {folder} cannot be written ({error.strerror}).") from error
    return lock


def in_use_message(folder: Path) -> str:
    """Say who owns a folder, as far as that can be told."""
    # The lock file itself is left alone: only the lock library writes there.
    try:
        owner = f"process {int((folder / OWNER_NAME).read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        owner = "another process"
    return f"The catalogue in {folder} is in use by {owner}. Stop it, or set QUOTH_HOME to another folder."
