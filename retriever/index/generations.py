"""Generations of the dense index on disk: their names, manifests and leftovers; nothing here imports Chroma."""

import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from ingest.errors import QuothError
from ingest.types import Passage
from retriever.index.exact_search import PassageRows, VectorSource

logger = logging.getLogger(__name__)

GENERATION_NAME = re.compile(r"\d{8,}-[0-9a-f]{12}")
SURROGATES = re.compile("[\ud800-\udfff]")
BYTES_A_FILE = 256 * 1024**2
BYTES_A_NUMBER = 64
BYTES_A_CHARACTER = 32


class GenerationError(QuothError):
    """A generation of the dense index could not be built, checked or opened."""


class GenerationStoppedError(GenerationError):
    """Work on a generation was given up because it is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One Chroma store built from one state of the catalogue; its folder's name is never used again."""

    folder: Path
    collection: str
    sequence: int
    count: int
    dimension: int
    fingerprint: str
    model_fingerprint: str | None
    largest_file: int

    @property
    def path(self) -> Path:
        """Return the folder that Chroma calls the persist directory."""
        return self.folder / "chroma"

    @property
    def opening(self) -> Path:
        """Return the mark that stands while this process opens the store; left behind, opening it was fatal."""
        return self.folder / "opening"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What a file looked like after opening; serving never writes, so any change is damage."""

    path: Path
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> "FileStamp":
        """Read the stamp of a file."""
        status = path.stat()
        return cls(path, status.st_ino, status.st_size, status.st_mtime_ns)


def stamps(generation: Generation) -> tuple[FileStamp, ...]:
    """Read the stamps of all files of a store."""
    return tuple(FileStamp.of(path) for path in sorted(generation.path.rglob("*")) if path.is_file())


def is_untouched(taken: Sequence[FileStamp]) -> bool:
    """Say whether the files still are what they were when the stamps were taken."""
    try:
        return all(FileStamp.of(stamp.path) == stamp for stamp in taken)
    except OSError:
        return False


def prepare_generation(folder: Path, rows: PassageRows, fingerprint: str, model_fingerprint: str | None) -> Generation:
    """Make the folder of a new generation; it counts for nothing until the child writes its manifest."""
    name = f"{rows.sequence:08d}-{secrets.token_hex(6)}"
    numbers, dimension = rows.matrix.size, rows.matrix.shape[1]
    generation = Generation(
        folder=folder / name,
        collection=f"passages-{name}",
        sequence=rows.sequence,
        count=len(rows),
        dimension=dimension,
        fingerprint=fingerprint,
        model_fingerprint=model_fingerprint,
        largest_file=BYTES_A_FILE + BYTES_A_NUMBER * numbers,
    )
    (generation.folder / "input").mkdir(parents=True)
    return generation


def _row(passage: Passage, title: str) -> dict[str, object]:
    metadata = {
        "document_id": passage.document_id,
        "title": SURROGATES.sub("\ufffd", title),
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "page": passage.page,
    }
    kept = {name: value for name, value in metadata.items() if value is not None}
    return {"id": passage.id, "text": SURROGATES.sub("\ufffd", passage.text), "metadata": kept}


def write_input(
    generation: Generation, rows: PassageRows, catalogue: VectorSource, *, is_unwanted: Callable[[], bool]
) -> Generation:
    """Write what the child builds from and return the generation as it is asked for."""
    folder = generation.folder / "input"
    np.save(folder / "vectors.npy", rows.matrix, allow_pickle=False)
    titles = {document.id: document.title for document in catalogue.documents()}
    characters = 0
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as lines:
        for start in range(0, len(rows), 1000):
            passage_ids = rows.passage_ids[start : start + 1000]
            passages = catalogue.passages(passage_ids)
            if is_unwanted() or tuple(passage.id for passage in passages) != passage_ids:
                raise GenerationStoppedError("the catalogue has moved on")
            for passage in passages:
                characters += len(passage.text)
                lines.write(json.dumps(_row(passage, titles.get(passage.document_id, ""))) + "\n")
    generation = replace(generation, largest_file=generation.largest_file + BYTES_A_CHARACTER * characters)
    _check_room(generation, characters)
    request = asdict(generation)
    del request["folder"]
    _write_durably(generation.folder / "request.json", request)
    return generation


def _check_room(generation: Generation, characters: int) -> None:
    estimate = 4 * 1024**2 + 12 * generation.count * generation.dimension + 6 * characters
    free = shutil.disk_usage(generation.folder).free
    if free < 3 * estimate:
        raise GenerationError(f"{free // 1024**2} MB free, {3 * estimate // 1024**2} MB needed to build the index")


def _write_durably(path: Path, content: dict[str, object]) -> None:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def activate(folder: Path, generation: Generation) -> None:
    """Make a generation the one that is opened at the next start."""
    _write_durably(folder / "active.json", {"generation": generation.folder.name})


def read_generation(folder: Path) -> Generation | None:
    """Read a generation that a child has built and checked; None when there is none in this folder."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        del manifest["content_sha256"], manifest["graph_sha256"]
        generation = Generation(folder=folder, **manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    numbers = (generation.sequence, generation.count, generation.dimension, generation.largest_file)
    words = (generation.collection, generation.fingerprint)
    sound = all(type(number) is int for number in numbers) and all(type(word) is str for word in words)
    return generation if sound else None


def find_generation(folder: Path, fingerprint: str, *, rejected: Collection[str] = ()) -> Generation | None:
    """Return the newest complete generation with this content, the active one first, none of the rejected names."""
    try:
        active = json.loads((folder / "active.json").read_text(encoding="utf-8"))["generation"]
    except (OSError, ValueError, KeyError, TypeError):
        active = None
    names = sorted((path.name for path in _generation_folders(folder)), reverse=True)
    names.sort(key=lambda name: name != active)
    for name in names:
        if name in rejected:
            continue
        generation = read_generation(folder / name)
        if generation and generation.fingerprint == fingerprint and not generation.opening.exists():
            return generation
    return None


def has_sane_sizes(generation: Generation) -> bool:
    """Say whether no file of a store appears larger than it can be (a sparse file of terabytes has been seen)."""
    try:
        return all(stamp.size <= generation.largest_file for stamp in stamps(generation))
    except OSError:
        return False


def _generation_folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if GENERATION_NAME.fullmatch(path.name)]
    except OSError:
        return []


def remove_generations(folder: Path, *, keep: Generation | None = None) -> None:
    """Remove all generations but one, and what interrupted writes have left; other files are not ours to touch."""
    for path in _generation_folders(folder):
        if keep is None or path != keep.folder:
            shutil.rmtree(path, ignore_errors=True)
            logger.info("removed generation %s", path.name)
    for path in folder.glob("active.json.*.new"):
        path.unlink(missing_ok=True)
    if keep is None:
        (folder / "active.json").unlink(missing_ok=True)
