"""Generations of the dense index on disk: their names, manifests and leftovers; nothing here imports Chroma."""

import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.errors import QuothError

logger = logging.getLogger(__name__)

FORMAT = 2
GENERATION_NAME = re.compile(r"\d{8,}-[0-9a-f]{12}")
USEFUL_CHURN = 0.5
"""A generation of an earlier run that differs in no more than this part of its passages is worth opening."""


class GenerationError(QuothError):
    """A generation of the dense index could not be built, checked or opened."""


class StoreAwayError(GenerationError):
    """Chroma does not answer, or its server cannot be reached; what it holds may well be sound."""


class GenerationStoppedError(GenerationError):
    """Work on a generation was given up because it is no longer wanted."""


@dataclass(frozen=True, slots=True)
class GenerationPlace:
    """Where generations are: in a folder, or at a Chroma server, with a folder that tells which of its collections."""

    folder: Path
    url: str | None = None
    key: str | None = None
    call_seconds: float = 5.0

    def prefix(self) -> str:
        """Return how the names of collections begin; at a server, which others may use too, by a name of our own."""
        if self.url is None:
            return "passages-"
        own = self.folder / "name.txt"
        if not own.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            own.write_text(secrets.token_hex(8), encoding="ascii")
        return f"quoth-{own.read_text(encoding='ascii')}-"


@dataclass(frozen=True, slots=True)
class LanguageCollection:
    """The passages of one language in a generation: a collection of Chroma's."""

    name: str
    language: str
    count: int


@dataclass(frozen=True, slots=True)
class Generation:
    """Chroma collections built from one state of the catalogue; its folder's name is never used again."""

    folder: Path
    sequence: int
    texts_sha256: str
    model_fingerprint: str | None
    url: str | None
    dimension: int = 0
    largest_file: int = 0
    collections: tuple[LanguageCollection, ...] = ()
    seconds: float = 0.0

    @property
    def path(self) -> Path:
        """Return the folder that Chroma calls the persist directory."""
        return self.folder / "chroma"

    @property
    def count(self) -> int:
        """Count the passages."""
        return sum(collection.count for collection in self.collections)

    def files(self) -> list[Path]:
        """List the files of the store; a server's are not here."""
        return sorted(path for path in self.path.rglob("*") if path.is_file())

    @property
    def opening(self) -> Path:
        """Return the mark that stands while this process opens the store; left behind, opening it was fatal."""
        return self.folder / "opening"

    def to_json(self) -> dict[str, object]:
        """Return what the child builds from, and puts into the manifest that `read` reads."""
        values = asdict(self)
        del values["folder"], values["seconds"]
        return values | {"format": FORMAT}

    def read_sample(self) -> list[str]:
        """Return the ids of the passages that were drawn when it was built."""
        sample = json.loads((self.folder / "sample.json").read_text(encoding="utf-8"))
        return [passage_id for hashes in sample.values() for passage_id in hashes]


def prepare_generation(place: GenerationPlace, catalogue: Catalogue) -> Generation:
    """Make the folder of a new generation of the catalogue as it is; it counts for nothing until it has a manifest."""
    held = catalogue.holdings
    folder = place.folder / f"{held.sequence:08d}-{secrets.token_hex(6)}"
    (folder / "input").mkdir(parents=True)
    return Generation(folder, held.sequence, held.texts_sha256, catalogue.model_fingerprint, place.url)


def write_durably(path: Path, content: dict[str, object]) -> None:
    """Write a JSON file that is whole on disk, or as it was before, whatever happens."""
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
    write_durably(folder / "active.json", {"generation": generation.folder.name})


def read_generation(folder: Path) -> Generation | None:
    """Read a generation that a child has built and checked; None when there is none in this folder."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        collections = tuple(LanguageCollection(**one) for one in manifest.pop("collections"))
        is_known = manifest.pop("format") == FORMAT
        del manifest["chroma"], manifest["files_sha256"]
        generation = Generation(folder, **manifest, collections=collections)
        numbers = (generation.sequence, generation.dimension, generation.largest_file, generation.count)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return generation if is_known and all(type(number) is int for number in numbers) else None


def find_generations(place: GenerationPlace, model_fingerprint: str | None) -> Iterator[Generation]:
    """Give the complete generations of a model, the active one first, then the newest."""
    try:
        active = json.loads((place.folder / "active.json").read_text(encoding="utf-8"))["generation"]
    except (OSError, ValueError, KeyError, TypeError):
        active = None
    names = sorted((path.name for path in _generation_folders(place.folder)), reverse=True)
    for name in sorted(names, key=lambda name: name != active):
        generation = read_generation(place.folder / name)
        if generation and (generation.model_fingerprint, generation.url) == (model_fingerprint, place.url):
            yield generation


def is_near(generation: Generation, catalogue: Catalogue) -> bool:
    """Say whether a generation is of an earlier state of a catalogue, or the present one, and worth opening."""
    with catalogue.snapshot():
        held, changes = catalogue.holdings, catalogue.changes_since(generation.sequence)
    if changes is None or generation.sequence > held.sequence:
        return False
    if generation.sequence == held.sequence and generation.texts_sha256 != held.texts_sha256:
        return False
    return len(changes.added.passage_ids) + len(changes.removed) <= USEFUL_CHURN * generation.count


def has_sane_sizes(generation: Generation) -> bool:
    """Say whether no file of a store appears larger than it can be (a sparse file of terabytes has been seen)."""
    try:
        return all(path.stat().st_size <= generation.largest_file for path in generation.files())
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
