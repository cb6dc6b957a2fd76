"""What the catalogue notes about itself: version, sequence, model, and what is still to be done."""

import sqlite3
from typing import Any


def read_meta(connection: sqlite3.Connection, key: str) -> Any:
    """Return one of the catalogue's own values, or None."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def write_meta(connection: sqlite3.Connection, key: str, value: str | int) -> None:
    """Set one of the catalogue's own values."""
    connection.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))


def advance(connection: sqlite3.Connection, *, removed: bool) -> int:
    """Count a change of documents and return its sequence; after a removal, note that its words may still lie about."""
    sequence = read_meta(connection, "sequence") + 1
    write_meta(connection, "sequence", sequence)
    if removed:
        write_meta(connection, "scrub_due", sequence)
    return sequence
