"""A file becomes passages in the catalogue; whoever starts the ingest hands in the embedding model as a function."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ingest.catalogue import Catalogue
from ingest.errors import QuothError, ReadError
from ingest.readers import MAX_BYTES, SUPPORTED_ENDINGS, encoding_notice, read_document, read_document_bytes
from ingest.split import split_into_passages
from ingest.types import Document, DocumentSummary, DocumentVectors, Sentence, SplitDocument

EMBEDDED_AT_ONCE = 256
"""Texts handed to the model in one call: enough to sort by length, few enough to show progress."""

Embed = Callable[[Sequence[str]], np.ndarray]
TooLong = Callable[[Sequence[str]], Sequence[int]]
"""Returns the positions of the texts whose end the model would not read."""

Outcome = Literal["added", "replaced", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file; `document` is there unless it failed, `notice` is meant for the user."""

    path: str
    document: DocumentSummary | None
    status: Outcome
    notice: str | None = None
    error: QuothError | None = None


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is: files of all files, and texts of the current file that are embedded, of all its texts."""

    path: str
    files_done: int
    files: int
    embedded: int
    to_embed: int


Progress = Callable[[IngestProgress], None]


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files that an ingest would read, how many others in folders it passes over, and folders it cannot list."""

    files: tuple[Path, ...]
    skipped: int
    unreadable: tuple[Path, ...] = ()


def ingest_paths(
    paths: Sequence[Path],
    catalogue: Catalogue,
    embed: Embed,
    *,
    max_bytes: int = MAX_BYTES,
    too_long: TooLong | None = None,
    progress: Progress | None = None,
) -> Iterator[Ingested]:
    """Ingest files and folders in the order of their paths; yield each outcome when it is on disk.

    A file that fails does not stop the others.
    """
    found = find_files(paths)
    files = found.files
    for folder in found.unreadable:
        error = ReadError(f"{folder}: the folder cannot be listed. Give yourself the right to and add it again.")
        yield Ingested(str(folder), None, "failed", error=error)
    for number, path in enumerate(files):

        def tell(embedded: int, to_embed: int, path: str = str(path), number: int = number) -> None:
            if progress:
                progress(IngestProgress(path, number, len(files), embedded, to_embed))

        tell(0, 0)
        yield ingest_file(path, catalogue, embed, max_bytes=max_bytes, too_long=too_long, progress=tell)
    if progress and files:
        progress(IngestProgress(str(files[-1]), len(files), len(files), 0, 0))


def ingest_file(
    path: Path,
    catalogue: Catalogue,
    embed: Embed,
    *,
    max_bytes: int = MAX_BYTES,
    too_long: TooLong | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ingested:
    """Ingest one file; a document read earlier from the same path is replaced."""
    place = _resolved(path)
    try:
        document = read_document(place, max_bytes=max_bytes)
        # A name that is no text is stored with signs in its place, so that two files may have one path here.
        same_path = document.path == str(place)
        ingested = _store(document, catalogue, embed, same_path=same_path, too_long=too_long, progress=progress)
    except QuothError as error:
        return Ingested(str(path), None, "failed", error=error)
    return replace(ingested, path=str(path))


def ingest_bytes(
    name: str,
    data: bytes,
    catalogue: Catalogue,
    embed: Embed,
    *,
    max_bytes: int = MAX_BYTES,
    too_long: TooLong | None = None,
) -> Ingested:
    """Ingest an uploaded file; one with the same name and other content stays beside it."""
    try:
        document = read_document_bytes(name, data, max_bytes=max_bytes)
        ingested = _store(document, catalogue, embed, same_path=False, too_long=too_long, progress=None)
    except QuothError as error:
        return Ingested(name, None, "failed", error=error)
    return replace(ingested, path=name)


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
                files.setdefault(_resolved(file), file)
    return FoundFiles(tuple(sorted(files.values())), skipped, tuple(unreadable))


def embed_document(split: SplitDocument, embed: Embed, progress: Callable[[int, int], None] | None) -> DocumentVectors:
    """Return the vectors of a document's passages and sentences; `progress` hears of texts done and texts in all.

    The vector of a sentence lies half-way between that of the sentence alone and that of the sentence behind the one
    before it: "He was released on 3 May" is found by the name that only the sentence before it has.
    """
    passages = [passage.search_text for passage in split.passages]
    alone = [sentence.search_text for sentence in split.sentences]
    in_context = list(_with_sentence_before(split.sentences))
    texts = [*passages, *dict.fromkeys([*alone, *in_context])]
    matrix = _embed_all(texts, embed, progress)
    row = {text: len(passages) + number for number, text in enumerate(texts[len(passages) :])}
    sentences = matrix[[row[text] for text in alone]] + matrix[[row[text] for text in in_context]]
    norms = np.linalg.norm(sentences, axis=1, keepdims=True)
    return DocumentVectors(matrix[: len(passages)], sentences / np.where(norms > 0, norms, 1))


def _with_sentence_before(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Give the words of each sentence behind those of the sentence before it in the same passage."""
    previous: Sentence | None = None
    for sentence in sentences:
        together = previous is not None and previous.passage_id == sentence.passage_id
        yield f"{previous.search_text} {sentence.search_text}" if together else sentence.search_text
        previous = sentence


def _embed_all(texts: Sequence[str], embed: Embed, progress: Callable[[int, int], None] | None) -> np.ndarray:
    vectors = []
    for start in range(0, len(texts), EMBEDDED_AT_ONCE):
        if progress:
            progress(start, len(texts))
        vectors.append(np.asarray(embed(texts[start : start + EMBEDDED_AT_ONCE]), dtype=np.float32))
    if progress:
        progress(len(texts), len(texts))
    return np.concatenate(vectors)


def _store(
    document: Document,
    catalogue: Catalogue,
    embed: Embed,
    *,
    same_path: bool,
    too_long: TooLong | None,
    progress: Callable[[int, int], None] | None,
) -> Ingested:
    older = catalogue.documents_at(document.path) - {document.id} if same_path else set()
    known = catalogue.summary(document.id)
    if known and not older:
        return Ingested(document.path, known, "unchanged", _notice_of_twin(document, known))
    split = split_into_passages(document)
    vectors = embed_document(split, embed, progress)
    written = catalogue.replace(split, vectors, same_path=same_path)
    status = "unchanged" if not written else "replaced" if older else "added"
    notices = encoding_notice(document), _notice_of_cuts(split, too_long)
    notice = " ".join(filter(None, notices)) or None
    return Ingested(document.path, catalogue.summary(document.id), status, notice)


def _notice_of_twin(document: Document, known: DocumentSummary) -> str | None:
    if not document.path or document.path == known.path:
        return None
    return f"The same text is in the catalogue already, as {known.title}."


def _notice_of_cuts(split: SplitDocument, too_long: TooLong | None) -> str | None:
    cut = len(too_long([passage.search_text for passage in split.passages])) if too_long else 0
    if not cut:
        return None
    count = f"{cut} of {len(split.passages)} passages"
    return f"{count} are longer than the embedding model reads; search by meaning misses their ends."


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


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a link that leads to itself, a name that cannot be
        return path.absolute()
