"""Documents, and uploads of them, as the API shows them."""

from dataclasses import dataclass
from typing import Literal

from api.errors import ProblemItem
from ingest.types import DocumentSummary

DocumentStatus = Literal["added", "replaced", "unchanged", "stored"]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the API shows it; `status` says what adding it did, `notice` what a person should know of it.

    `encoding` is there when the file was not in UTF-8; `author` and `date` when the file, or a person, says them.
    """

    id: str
    title: str
    language: str
    characters: int
    passages: int
    status: DocumentStatus
    notice: str | None = None
    encoding: str | None = None
    author: str | None = None
    date: str | None = None

    @classmethod
    def from_summary(
        cls, summary: DocumentSummary, *, status: DocumentStatus = "stored", notice: str | None = None
    ) -> "StoredDocument":
        """Show a document of the catalogue."""
        encoding = summary.media_type.partition("charset=")[2]
        return cls(
            id=summary.id,
            title=summary.title,
            language=summary.language,
            characters=summary.characters,
            passages=summary.passages,
            status=status,
            notice=notice,
            encoding=encoding if encoding not in ("", "utf-8") else None,
            author=summary.author or None,
            date=summary.date or None,
        )


@dataclass(frozen=True, slots=True)
class DocumentList:
    """Documents of the catalogue, by title; where there are more behind them, `next` is the `cursor` that goes on."""

    documents: tuple[StoredDocument, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class AddedDocuments:
    """The documents that are stored, and under `errors` the files that were refused, if any."""

    documents: tuple[StoredDocument, ...]
    errors: tuple[ProblemItem, ...] | None = None


@dataclass(frozen=True, slots=True)
class JobFile:
    """One file of a job: `document` is there once it is stored, `error` when it was refused.

    `not_stored` is what a stop of the server kept from being stored: send it again.
    """

    name: str
    state: Literal["waiting", "adding", "added", "replaced", "unchanged", "stored", "failed", "not_stored"]
    document_id: str | None = None
    document: StoredDocument | None = None
    error: ProblemItem | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An upload that is worked on after its request; `progress` is the share of it that is done."""

    id: str
    state: Literal["waiting", "working", "done", "interrupted"]
    progress: float
    files: tuple[JobFile, ...]
