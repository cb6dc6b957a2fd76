"""Files become passages in the catalogue; whoever starts the ingest hands in the embedding model as a function."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from ingest.catalogue import Catalogue
from ingest.catalogue.disk import require_space, space_for
from ingest.embedding import Embed, embed_splits
from ingest.errors import QuothError, ReadError, UnknownDocumentError
from ingest.incoming.conflicts import OnConflict, replaced_by
from ingest.incoming.folders import find_files, resolved
from ingest.incoming.reading_ahead import ReadingAhead, size_of
from ingest.incoming.unpacking import NotUnpacked, unpacked
from ingest.readers import MAX_BYTES, MAX_CHARACTERS, RawFile, document_from, encoding_notice, read_file, scan_notice
from ingest.readers.formats import is_read_here
from ingest.splitting.process import SplittingProcess
from ingest.splitting.split import split_into_passages
from ingest.types import DocumentSummary, NewDocument, SplitDocument

PASSAGES_TOGETHER = 256
"""Passages of several files that are embedded and stored together: enough to sort by length, some seconds' work."""
BULK_BYTES = 200_000
"""More than this is read in a process of its own, which takes a second to start."""

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
    """How far an ingest is: files done, and of the next `in_hand` files how many texts are embedded, of all."""

    path: str
    files_done: int
    files: int
    in_hand: int
    embedded: int
    to_embed: int


Progress = Callable[[IngestProgress], None]


@dataclass(frozen=True, slots=True)
class _New:
    """A file that was read and split, and is to be embedded and stored; `changed` tells that an older one goes.

    `data` is the file itself where its pages are shown.
    """

    path: str
    split: SplitDocument
    same_path: bool
    changed: bool
    replaces: frozenset[str]
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _Rules:
    """How much one file may hold, and what becomes of one whose name is taken."""

    max_bytes: int
    max_characters: int
    on_conflict: OnConflict


def ingest_file(path: Path, catalogue: Catalogue, embed: Embed) -> Ingested:
    """Ingest one file; a document read earlier from the same path is replaced."""
    (ingested,) = ingest_files([path], catalogue, embed)
    return ingested


def ingest_bytes(name: str, data: bytes, catalogue: Catalogue, embed: Embed) -> Ingested:
    """Ingest an uploaded file; one with the same name and other content stays beside it."""
    (ingested,) = ingest_files([RawFile(name, data)], catalogue, embed)
    return ingested


def ingest_files(  # noqa: PLR0913  each may be left out
    files: Sequence[Path | RawFile],
    catalogue: Catalogue,
    embed: Embed,
    *,
    max_bytes: int = MAX_BYTES,
    max_characters: int = MAX_CHARACTERS,
    progress: Progress | None = None,
    on_conflict: OnConflict = "keep",
) -> Iterator[Ingested]:
    """Ingest the files and folders named, in the order of their paths, and then uploads; yield what is on disk.

    Small files are embedded and stored together, each of them whole or not at all, and one that fails stops no other.
    A file at a path takes the place of the document that was read from there; `on_conflict` says what becomes of an
    upload whose name another document has.
    """
    found = find_files([file for file in files if isinstance(file, Path)])
    for folder in found.unreadable:
        error = ReadError(f"{folder}: the folder cannot be listed. Give yourself the right to and add it again.")
        yield Ingested(str(folder), None, "failed", error=error)
    uploads = (file for file in files if isinstance(file, RawFile))
    rules = _Rules(max_bytes, max_characters, on_conflict)
    for batch in unpacked([*found.files, *uploads], max_bytes=max_bytes):
        if isinstance(batch, NotUnpacked):
            yield Ingested(str(batch.path), None, "failed", error=batch.error)
        else:
            yield from _ingest(batch, catalogue, embed, rules, progress)


def _ingest(
    files: Sequence[Path | RawFile],
    catalogue: Catalogue,
    embed: Embed,
    rules: _Rules,
    progress: Progress | None,
) -> Iterator[Ingested]:
    done = 0

    def tell(group: Sequence[Ingested | _New], embedded: int, to_embed: int) -> None:
        if progress and group:
            progress(IngestProgress(group[0].path, done, len(files), len(group), embedded, to_embed))

    process = SplittingProcess()
    is_small = sum(map(size_of, files)) <= BULK_BYTES

    def split(file: RawFile) -> SplitDocument:
        here = is_small and is_read_here(file.name, file.data)
        read = _split_here if here else process.split
        return read(file, max_bytes=rules.max_bytes, max_characters=rules.max_characters)

    ahead = ReadingAhead(files, lambda file: _read(file, catalogue, split, rules))
    group: Sequence[Ingested | _New] = ()
    with closing(ahead.groups(is_full=_is_full)) as groups, closing(process):
        for group in groups:
            tell(group, 0, 0)
            new = [file for file in group if isinstance(file, _New)]
            stored = iter(_store(new, catalogue, embed, partial(tell, group)))
            for file in group:
                yield next(stored) if isinstance(file, _New) else file
            done += len(group)
        tell(group[-1:], 0, 0)


def _read(
    file: Path | RawFile,
    catalogue: Catalogue,
    split: Callable[[RawFile], SplitDocument],
    rules: _Rules,
) -> Ingested | _New:
    name = file.path or file.name if isinstance(file, RawFile) else str(file)
    try:
        is_upload = isinstance(file, RawFile) and not file.path  # one with a path comes out of an archive
        raw = _bytes_of(file, rules.max_bytes)
        # A name that is no text is stored with signs in its place, so that two files may have one path here.
        same_path = raw.path == str(resolved(file)) if isinstance(file, Path) else not is_upload
        older = catalogue.documents_at(raw.path) - {raw.document_id} if same_path else set()
        known = catalogue.summary(raw.document_id)
        if known and not older:
            return Ingested(name, known, "unchanged", _notice_of_twin(raw.path, known))
        replaces = replaced_by(raw, catalogue, rules.on_conflict, is_upload=is_upload)
        document = split(raw)
        data = raw.data if document.document.word_boxes else b""
        return _New(name, document, same_path, bool(older or replaces), replaces, data)
    except QuothError as error:
        return Ingested(name, None, "failed", error=error)


def _bytes_of(file: Path | RawFile, max_bytes: int) -> RawFile:
    if isinstance(file, Path):
        return read_file(resolved(file), max_bytes=max_bytes)
    return file if file.path else file.named()


def _split_here(file: RawFile, *, max_bytes: int, max_characters: int) -> SplitDocument:
    return split_into_passages(document_from(file, max_bytes=max_bytes, max_characters=max_characters))


def _is_full(group: Sequence[Ingested | _New]) -> bool:
    return sum(len(file.split.passages) for file in group if isinstance(file, _New)) >= PASSAGES_TOGETHER


def _store(
    new: Sequence[_New], catalogue: Catalogue, embed: Embed, progress: Callable[[int, int], None]
) -> list[Ingested]:
    """Embed and store files together; where that fails each by itself, so that no file fails for another."""
    if not new:
        return []
    try:
        catalogue.require_writable()
        # Before the model reads for half a minute what then finds no room.
        require_space(catalogue.folder, sum(space_for(file.split, file.data) for file in new))
        vectors = embed_splits([file.split for file in new], embed, progress)
        written = catalogue.replace_many(
            [
                NewDocument(file.split, own, file.same_path, file.data, file.replaces)
                for file, own in zip(new, vectors, strict=True)
            ]
        )
    except QuothError as error:
        if len(new) == 1:
            return [Ingested(new[0].path, None, "failed", error=error)]
        return [outcome for file in new for outcome in _store([file], catalogue, embed, progress)]
    return [
        _outcome(file, catalogue, own.cut, is_written=is_written)
        for file, own, is_written in zip(new, vectors, written, strict=True)
    ]


def _outcome(file: _New, catalogue: Catalogue, cut: int, *, is_written: bool) -> Ingested:
    document = file.split.document
    stored = catalogue.summary(document.id)
    if stored is None:
        error = UnknownDocumentError(f"{file.path} was removed while it was added.")
        return Ingested(file.path, None, "failed", error=error)
    if not is_written:  # the same bytes came in beside it
        return Ingested(file.path, stored, "unchanged", _notice_of_twin(document.path, stored))
    notices = encoding_notice(document), scan_notice(document), _notice_of_cuts(cut, len(file.split.passages))
    notice = " ".join(filter(None, notices)) or None
    return Ingested(file.path, stored, "replaced" if file.changed else "added", notice)


def _notice_of_twin(path: str, known: DocumentSummary) -> str | None:
    if not path or path == known.path:
        return None
    return f"The same text is in the catalogue already, as {known.title}."


def _notice_of_cuts(cut: int, passages: int) -> str | None:
    if not cut:
        return None
    count = f"{cut} of {passages} passages"
    return f"{count} are longer than the embedding model reads; search by meaning misses their ends."
