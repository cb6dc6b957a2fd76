"""Which files of the paths that a person names are read."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.readers import SUPPORTED_ENDINGS


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files that an ingest would read, how many others in folders it passes over, and folders it cannot list."""

    files: tuple[Path, ...]
    skipped: int
    unreadable: tuple[Path, ...] = ()


def find_files(paths: Sequence[Path]) -> FoundFiles:
    """Return the files to read, each once and sorted: all that are named, and the readable kinds in folders."""
    files: dict[Path, Path] = {}
    unreadable: list[Path] = []
    skipped = 0
    for path in paths:
        is_folder = _is_folder(path)
        for file in _files_below(path, unreadable) if is_folder else [path]:
            if is_folder and (file.suffix.lower() not in SUPPORTED_ENDINGS or file.name.startswith(".")):
                skipped += 1
            else:
                files.setdefault(resolved(file), file)
    return FoundFiles(tuple(sorted(files.values())), skipped, tuple(unreadable))


def resolved(path: Path) -> Path:
    """Return the place that a path leads to, or its absolute form when it leads nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a link that leads to itself, a name that cannot be
        return path.absolute()


def _files_below(folder: Path, unreadable: list[Path]) -> list[Path]:
    """Return the files in a folder and its folders; hidden folders, and links to folders, are not entered."""
    found = []
    for here, folders, names in os.walk(folder, onerror=lambda error: unreadable.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(here, name) for name in names]
    return found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a folder above it may not be entered; reading the file says so
        return False
