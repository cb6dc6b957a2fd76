"""The texts of documents, read from the catalogue once, checked, and kept for a while."""

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from ingest.catalogue.faults import damaged
from ingest.errors import InvalidSpanError, UnknownDocumentError

KEPT_CHARACTERS = 16_000_000


class DocumentTexts:
    """Reads texts; what a document id stands for never changes, so a text kept is a text still true."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def read(self, connection: sqlite3.Connection, document_id: str) -> str:
        """Return the text of a document as of the connection's state.

        Raises:
            UnknownDocumentError: there is no such document.
            CatalogueDamagedError: the bytes on disk are not those that were stored.
        """
        found = connection.execute("SELECT row, text_sha256 FROM documents WHERE id = ?", (document_id,)).fetchone()
        if found is None:
            self.forget([document_id])
            raise unknown_document(document_id)
        row, text_sha256 = found
        with self._lock:
            if document_id in self._kept:
                self._kept.move_to_end(document_id)
                return self._kept[document_id]
        (stored,) = connection.execute("SELECT text FROM documents WHERE row = ?", (row,)).fetchone()
        if hashlib.sha256(stored).hexdigest() != text_sha256:
            raise damaged(self._path, f"the text of document {document_id[:12]} is not what was stored")
        text = stored.decode("utf-8")
        self._keep(document_id, text)
        return text

    def cut(self, connection: sqlite3.Connection, document_id: str, start: int, end: int) -> str:
        """Return exactly `text[start:end]`; raises what `read` raises, and InvalidSpanError for any other span."""
        text = self.read(connection, document_id)
        if not 0 <= start <= end <= len(text):
            raise InvalidSpanError(f"There is no span {start}-{end} in a text of {len(text)} characters.")
        return text[start:end]

    def forget(self, document_ids: Iterable[str]) -> None:
        """Drop texts of documents that were removed."""
        with self._lock:
            for document_id in document_ids:
                self._kept.pop(document_id, None)

    def _keep(self, document_id: str, text: str) -> None:
        with self._lock:
            self._kept[document_id] = text
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT_CHARACTERS:
                self._kept.popitem(last=False)


def unknown_document(document_id: str) -> UnknownDocumentError:
    """Return the error for an id that no document has."""
    return UnknownDocumentError(f"No document has the id {document_id!r}. List the documents to see their ids.")
