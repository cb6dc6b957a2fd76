"""What the catalogue counts as it changes: how much of what it holds, and what came and went since a sequence."""

import hashlib
import sqlite3
from collections.abc import Iterable

from ingest.catalogue.checks import write_checks
from ingest.catalogue.meta import read_meta, write_meta
from ingest.types import Holdings

MIN_REMOVALS_KEPT = 500
"""So many removed passages are remembered by id, or a tenth of those that are there, before the memory starts anew."""

_TEXTS = "SELECT id, text_sha256 FROM documents"
_TEXTS_MODULUS = 2**256


def note_added(connection: sqlite3.Connection, row: int, *, sequence: int) -> None:
    """Count a document that was just written, and note what its rows and vectors are."""
    connection.execute("INSERT INTO additions VALUES (?, ?)", (row, sequence))
    write_checks(connection, row)
    _count(connection, row, sign=1)


def note_removed(connection: sqlite3.Connection, row: int, *, sequence: int) -> None:
    """Count a document out that is about to be deleted."""
    connection.execute(
        "INSERT INTO removals (sequence, passage) SELECT ?, id FROM passages WHERE document = ?", (sequence, row)
    )
    _count(connection, row, sign=-1)


def read_holdings(connection: sqlite3.Connection) -> Holdings:
    """Return how much the catalogue holds; it is read from a few rows, whatever the size of the catalogue."""
    languages = dict(connection.execute("SELECT language, passages FROM languages ORDER BY language"))
    return Holdings(
        sequence=read_meta(connection, "sequence"),
        documents=read_meta(connection, "documents"),
        passages=sum(languages.values()),
        languages=languages,
        texts_sha256=read_meta(connection, "texts"),
    )


def start_books(connection: sqlite3.Connection) -> None:
    """Count and hash what is there; of states before the present one nothing is known."""
    for table in ("languages", "additions", "removals", "checks"):
        restart_book(connection, table)


def restart_book(connection: sqlite3.Connection, table: str) -> None:
    """Fill one of the tables of this module, which is empty, from what is there."""
    rows = connection.execute("SELECT row FROM documents").fetchall()
    sequence = read_meta(connection, "sequence")
    if table == "checks":
        for (row,) in rows:
            write_checks(connection, row)
    elif table == "languages":
        connection.execute("INSERT INTO languages SELECT language, count(*) FROM passages GROUP BY language")
        write_meta(connection, "documents", len(rows))
        write_meta(connection, "texts", _as_hex(_sum_of_texts(connection.execute(_TEXTS))))
    elif table == "additions":
        connection.executemany("INSERT INTO additions VALUES (?, ?)", ((row, sequence) for (row,) in rows))
        forget_changes(connection, sequence=sequence)
    else:
        forget_changes(connection, sequence=sequence)


def counts_are_right(connection: sqlite3.Connection) -> bool:
    """Tell whether as many documents and passages are there as were counted."""
    held = read_holdings(connection)
    (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    return (held.documents, held.passages) == (documents, passages)


def forget_changes(connection: sqlite3.Connection, *, sequence: int) -> None:
    """Say that of states before a sequence nothing is known any more."""
    connection.execute("DELETE FROM removals")
    write_meta(connection, "changes_known_from", sequence)


def forget_old_removals(connection: sqlite3.Connection, *, sequence: int) -> None:
    """Start the memory of removals anew, at a sequence, when it has grown long."""
    (kept,) = connection.execute("SELECT count(*) FROM removals").fetchone()
    (held,) = connection.execute("SELECT coalesce(sum(passages), 0) FROM languages").fetchone()
    if kept > max(MIN_REMOVALS_KEPT, held // 10):
        forget_changes(connection, sequence=sequence)


def _count(connection: sqlite3.Connection, row: int, *, sign: int) -> None:
    document = connection.execute(f"{_TEXTS} WHERE row = ?", (row,))
    texts = int(read_meta(connection, "texts"), 16) + sign * _sum_of_texts(document)
    write_meta(connection, "texts", _as_hex(texts))
    write_meta(connection, "documents", read_meta(connection, "documents") + sign)
    counted = connection.execute(
        "SELECT language, count(*) FROM passages WHERE document = ? GROUP BY language", (row,)
    ).fetchall()
    connection.executemany(
        "INSERT INTO languages VALUES (?1, ?2) ON CONFLICT (language) DO UPDATE SET passages = passages + ?2",
        ((language, sign * passages) for language, passages in counted),
    )
    connection.execute("DELETE FROM languages WHERE passages = 0")


def _sum_of_texts(documents: Iterable[tuple[str, str]]) -> int:
    # A sum of hashes does not depend on the order of the documents and changes with each in one step.
    hashes = (hashlib.sha256(f"{document_id} {text_sha256}".encode()) for document_id, text_sha256 in documents)
    return sum(int.from_bytes(each.digest()) for each in hashes)


def _as_hex(number: int) -> str:
    return f"{number % _TEXTS_MODULUS:064x}"
