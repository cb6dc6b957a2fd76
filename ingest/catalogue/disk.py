"""Is there room on the disk?"""

import shutil
from pathlib import Path

from ingest.errors import DiskFullError
from ingest.types import SplitDocument

BYTES_PER_PASSAGE = 16_000
"""Of vectors, token states, words and the index: more than most passages take."""
KEPT_FREE = 10_000_000
"""So many bytes are left free beside what is to be written: a disk that is full stops everything else too."""


def require_space(folder: Path, size: int) -> None:
    """Raise DiskFullError unless there is room for so many bytes, and some more, on the disk of a folder."""
    free, needed = shutil.disk_usage(folder).free, size + KEPT_FREE
    if free < needed:
        raise DiskFullError(
            f"The disk at {disk_of(folder)}, which holds Quoth's data, has {_megabytes(free)} free, and "
            f"{_megabytes(needed)} are needed; nothing was changed. Free some space and try again."
        )


def space_for(split: SplitDocument, data: bytes) -> int:
    """Return how many bytes a document, and its file where that is kept, take in log, catalogue and index."""
    text = len(split.document.text.encode(errors="replace"))
    return 2 * (2 * text + len(data) + BYTES_PER_PASSAGE * len(split.passages))


def disk_of(folder: Path) -> Path:
    """Return where the disk of a folder begins."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_mount())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
