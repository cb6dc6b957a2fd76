"""Documents as they are named on the command line: by the first characters of their id."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.errors import UnknownDocumentError

if TYPE_CHECKING:
    from ingest.types import DocumentSummary

MIN_ID_LENGTH = 4


def find_document(document_id: str, listed: Sequence["DocumentSummary"]) -> "DocumentSummary":
    """Return the one document whose id begins so; four characters at least, so that a slip removes nothing."""
    matching = [document for document in listed if document.id.startswith(document_id)]
    if len(document_id) < MIN_ID_LENGTH or len(matching) != 1:
        raise UnknownDocumentError(
            f"{len(matching)} documents have an id that starts with {document_id!r}. "
            f"Give at least {MIN_ID_LENGTH} characters of an id that `quoth documents` lists."
        )
    return matching[0]
