"""What a generation is built from: the passages and vectors of the catalogue, written for the child process."""

import json
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.types import DocumentSummary, Passage
from ingest.words.characters import without_halves
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationStoppedError,
    LanguageCollection,
    write_durably,
)
from retriever.index.rows import Rows

BYTES_PER_FILE = 256 * 1024**2
BYTES_PER_NUMBER = 64
BYTES_PER_CHARACTER = 32
BATCH = 1000


def write_input(
    generation: Generation, catalogue: Catalogue, *, prefix: str, is_unwanted: Callable[[], bool]
) -> Generation:
    """Write what the child builds from and return the generation as it is asked for.

    Documents that come or go meanwhile are in it or not; either way they are in what changed since its sequence.
    """
    documents, folder = catalogue.documents(), generation.folder / "input"
    titles = {document.id: document.title for document in documents}
    counts: Counter[str] = Counter()
    dimension = largest_file = 0
    with (
        (folder / "vectors.f32").open("wb") as vectors,
        (folder / "passages.jsonl").open("w", encoding="utf-8") as lines,
    ):
        for rows, passages in _read_passages(catalogue, documents):
            if is_unwanted():
                raise GenerationStoppedError("stopped")
            if not dimension:
                dimension = rows.vectors.matrix.shape[1]
                largest_file = _check_room(folder, documents, dimension)
            counts.update(rows.vectors.languages)
            vectors.write(rows.vectors.matrix.astype("<f4").tobytes())
            lines.writelines(json.dumps(_row(passage, titles)) + "\n" for passage in passages)
    collections = tuple(
        LanguageCollection(f"{prefix}{generation.folder.name}-{language}", language, count)
        for language, count in sorted(counts.items())
    )
    generation = replace(generation, dimension=dimension, largest_file=largest_file, collections=collections)
    write_durably(generation.folder / "request.json", generation.to_json())
    return generation


def _read_passages(catalogue: Catalogue, documents: Sequence[DocumentSummary]) -> Iterator[tuple[Rows, list[Passage]]]:
    """Read the passages of documents that are there, a few documents at a time."""
    waiting = deque(documents)
    while waiting:
        batch = [waiting.popleft()]
        while waiting and sum(document.passages for document in batch) + waiting[0].passages <= BATCH:
            batch.append(waiting.popleft())
        with catalogue.snapshot():
            if not catalogue.is_searched_as_written([document.id for document in batch]):
                raise GenerationError("vectors in the catalogue are not what was written: run `quoth doctor --repair`")
            rows = Rows.from_vectors(catalogue.passage_vectors(document_ids=[document.id for document in batch]))
            passages = catalogue.passages(rows.vectors.passage_ids)
        if passages:
            yield rows, passages


def _row(passage: Passage, titles: Mapping[str, str]) -> dict[str, object]:
    metadata = {
        "document_id": passage.document_id,
        "title": without_halves(titles[passage.document_id]),
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "page": passage.page,
    }
    kept = {name: value for name, value in metadata.items() if value is not None}
    return {"id": passage.id, "text": without_halves(passage.text), "metadata": kept}


def _check_room(folder: Path, documents: Sequence[DocumentSummary], dimension: int) -> int:
    """Raise when the disk has no room for a generation of these documents; return how large a file of it may get."""
    numbers = dimension * sum(document.passages for document in documents)
    characters = sum(document.characters for document in documents)
    estimate = 4 * 1024**2 + 12 * numbers + 6 * characters
    free = shutil.disk_usage(folder).free
    if free < 3 * estimate:
        raise GenerationError(f"{free // 1024**2} MB free, {3 * estimate // 1024**2} MB needed to build the index")
    return BYTES_PER_FILE + BYTES_PER_NUMBER * numbers + BYTES_PER_CHARACTER * characters
