"""What can still be read of a catalogue file that cannot be opened any more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from ingest.catalogue.catalogue import Catalogue
from ingest.catalogue.connections import Connections, connect
from ingest.catalogue.faults import translated
from ingest.catalogue.meta import read_meta
from ingest.catalogue.reading import CatalogueReader
from ingest.catalogue.schema import FILE_NAME, create_catalogue
from ingest.errors import CatalogueError, UnknownDocumentError
from ingest.flags import Flag

_TABLES = (
    *("meta", "documents", "checks", "passages", "sentences", "places", "passage_vectors", "token_states"),
    *("details", "files", "answers", "answer_documents", "flags"),
)
_KNOWN_DOCUMENTS = (
    "SELECT row FROM documents UNION SELECT document FROM passages UNION SELECT document FROM checks"
    " UNION SELECT document FROM answer_documents"
)


class Wreck(CatalogueReader):
    """The rows that could be read of a catalogue file; they need not fit together."""

    @classmethod
    @contextmanager
    def opened(cls, path: Path, scratch: Path) -> Iterator["Wreck"]:
        """Copy what can be read of a file to a new one in an empty folder; raises CatalogueError when it is none."""
        copy = scratch / FILE_NAME
        create_catalogue(copy)
        with translated(path), closing(connect(path, mode="rw")) as old:
            writer = connect(copy, mode="rw")
            _copy_rows(old, writer)
        connections = Connections(copy, writer, after_commit=lambda _: None)
        try:
            yield cls(connections)
        finally:
            connections.close()

    def document_ids(self) -> list[str]:
        """Return the ids of the documents."""
        with self._connections.reading() as connection:
            return [document_id for (document_id,) in connection.execute("SELECT id FROM documents ORDER BY row")]

    def count_lost(self) -> int:
        """Return how many documents other rows tell of that are not there."""
        with self._connections.reading() as connection:
            found = connection.execute(f"SELECT count(*) FROM ({_KNOWN_DOCUMENTS} EXCEPT SELECT row FROM documents)")
            return found.fetchone()[0]

    @property
    def model(self) -> str | None:
        """The model that the vectors come from, or None when that cannot be read."""
        with self._connections.reading() as connection:
            return read_meta(connection, "model_fingerprint")

    def answers_into(self, catalogue: Catalogue) -> None:
        """Save the answers, and what was said of them, in a catalogue that holds their documents."""
        with self._connections.reading() as connection:
            answers = connection.execute("SELECT id FROM answers ORDER BY rowid").fetchall()
            flags = connection.execute("SELECT answer, verdict, note, made FROM flags ORDER BY number").fetchall()
            mentioned = connection.execute(
                "SELECT a.answer, d.id FROM answer_documents a LEFT JOIN documents d ON d.row = a.document"
            ).fetchall()
        documents: dict[str, list[str]] = {}
        for answer_id, document_id in mentioned:
            documents.setdefault(answer_id, []).append(document_id)
        for (answer_id,) in answers:
            with suppress(CatalogueError, UnknownDocumentError):  # an answer goes with a document that is lost
                catalogue.save_answer(answer_id, self.saved_answer(answer_id), documents.get(answer_id, []))
        catalogue.take_flags([Flag(*values) for values in flags])


def _copy_rows(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("BEGIN")
    for table in _TABLES:
        columns = [name for _, name, *_ in new.execute(f"PRAGMA table_info ({table})")]
        statement = f"REPLACE INTO {table} VALUES ({', '.join('?' * len(columns))})"
        for values in _readable_rows(old, table, columns):
            with suppress(sqlite3.IntegrityError):
                new.execute(statement, values)
    new.execute("COMMIT")


def _readable_rows(connection: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a table in their order; behind one that cannot be read, each is looked up by itself."""
    key, statement = columns[0], f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"
    last = 0
    try:
        for values in connection.execute(statement):
            yield values
            last = values[0]
        return
    except sqlite3.DatabaseError:
        if not isinstance(last, int):
            return
    for row in range(last + 1, _last_row(connection, table, key) + 1):
        with suppress(sqlite3.DatabaseError):
            yield from connection.execute(f"{statement} WHERE {key} = ?", (row,))


def _last_row(connection: sqlite3.Connection, table: str, key: str) -> int:
    for statement in (f"SELECT max({key}) FROM {table}", "SELECT max(document) FROM passages"):
        with suppress(sqlite3.DatabaseError):
            found = connection.execute(statement).fetchone()[0]
            if isinstance(found, int):
                return found
    return 0
