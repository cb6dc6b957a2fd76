"""Files that came by an upload, added to the catalogue: how many at once, and what became of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import BinaryIO, Protocol

from fastapi import UploadFile

from api.document_schemas import StoredDocument
from api.errors import ProblemItem, problem_item
from ingest.errors import ReadError
from ingest.incoming.conflicts import OnConflict
from ingest.pipeline import Ingested, IngestProgress
from ingest.readers import RawFile
from ingest.readers.files import too_large
from retriever.assistant import Assistant

MAX_NAME_CHARACTERS = 200
TOGETHER_BYTES = 8_000_000
"""Of files that are read into memory and given to an ingest as one piece of work."""

Outcome = StoredDocument | ProblemItem


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was sent; it lies in memory or, when it is large, in a temporary file.

    `on_conflict`: what becomes of it where another document came under its name.
    """

    name: str
    size: int
    file: BinaryIO
    on_conflict: OnConflict

    @classmethod
    def take(cls, upload: UploadFile, on_conflict: OnConflict) -> "Received":
        """Take a file out of a form, which closes what is in it when its request is over."""
        received = cls(clean_name(upload.filename or ""), upload.size or 0, upload.file, on_conflict)
        upload.file = BytesIO()
        return received


class Watch(Protocol):
    """Whoever wants to know how far it is; the numbers are places in what was received."""

    def begin(self, document_ids: Mapping[int, str]) -> None:
        """Hear which files are added next, and as which documents."""
        ...

    def go_on(self, progress: IngestProgress, *, before: int) -> None:
        """Hear how far these are; `before` them so many files were done."""
        ...

    def end(self, number: int, outcome: Outcome) -> None:
        """Hear what became of a file, once it is on disk."""
        ...


class Unwatched:
    """Nobody wants to know."""

    def begin(self, document_ids: Mapping[int, str]) -> None:
        """Hear nothing."""

    def go_on(self, progress: IngestProgress, *, before: int) -> None:
        """Hear nothing."""

    def end(self, number: int, outcome: Outcome) -> None:
        """Hear nothing."""


def add_received(
    assistant: Assistant, received: Sequence[Received], max_file_bytes: int, watch: Watch = Unwatched()
) -> list[Outcome]:
    """Add files, those that are small together, and tell what became of each."""
    outcomes: dict[int, Outcome] = {}

    def end(number: int, outcome: Outcome) -> None:
        outcomes[number] = outcome
        watch.end(number, outcome)

    def end_next(numbers: Iterator[int], done: Ingested) -> None:
        number = next(numbers)
        end(number, outcome_of(done, received[number].name))

    for part in together([file.size for file in received]):
        raw = {}
        for number in part:
            file = received[number]
            if file.size > max_file_bytes:
                end(number, problem_item(too_large(file.name, file.size, max_file_bytes), file.name))
            else:
                raw[number] = RawFile(file.name, file.file.read())
        watch.begin({number: file.document_id for number, file in raw.items()})
        assistant.add_files(
            list(raw.values()),
            progress=partial(watch.go_on, before=part[0]),
            on_file=partial(end_next, iter(raw)),
            on_conflict=received[part[0]].on_conflict,
        )
    return [outcomes[number] for number in range(len(received))]


def together(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield the positions of files that are added as one piece of work, in order."""
    part: list[int] = []
    total = 0
    for number, size in enumerate(sizes):
        if part and total + size > TOGETHER_BYTES:
            yield part
            part, total = [], 0
        part.append(number)
        total += size
    if part:
        yield part


def outcome_of(ingested: Ingested, name: str) -> Outcome:
    """Show what became of one file."""
    if ingested.document is None or ingested.status == "failed":
        return problem_item(ingested.error or ReadError(f"{name} was not taken."), name)
    return StoredDocument.from_summary(ingested.document, status=ingested.status, notice=ingested.notice)


def clean_name(name: str) -> str:
    """Keep the last part of a file name, printable and of a sensible length, with its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character if character.isprintable() else "_" for character in last)
    return printable[-MAX_NAME_CHARACTERS:] or "file"
