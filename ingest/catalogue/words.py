"""The full-text index over the words of all passages: made from them, checked, rebuilt and purged of removed words."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, NamedTuple

from ingest.catalogue.faults import is_damage
from ingest.catalogue.meta import read_meta, write_meta
from ingest.words.keywords import IndexedWords, index_words, keyword_form

NEXT = "new_passage_words"
PASSAGES_PER_SLICE = 100
"""So many passages are indexed in one transaction of a rebuild: about 50 ms, for that long a writer waits."""

PAGES_PER_SLICE = 64
"""So many pages of the index are written in one transaction of a merge: about 20 ms."""

MAX_LEVELS = 200
"""Each full merge leaves two more levels in the structure of an FTS5 index, and at 2,000 it counts as malformed."""

SAMPLE = 20
SAMPLED_WORDS = 5
THOROUGH_PASSAGES = 2_000
"""Up to so many passages the whole index is compared with its words at opening, in about 0.1 s."""


class RebuiltTo(NamedTuple):
    """How far a rebuild has come; `serves` tells whether the index that it will replace answers meanwhile."""

    row: int
    serves: bool


def create_words(connection: sqlite3.Connection, table: str = "passage_words") -> None:
    """Make an empty full-text index."""
    connection.execute(
        f"CREATE VIRTUAL TABLE {table} USING fts5 (words, stems, heading, tokenize = 'unicode61 remove_diacritics 2')"
    )


def insert_words(connection: sqlite3.Connection, passage_row: int, words: IndexedWords) -> None:
    """Put one passage into the full-text index."""
    _insert(connection, "passage_words", passage_row, words)
    rebuilt = rebuilt_to(connection)
    if rebuilt and passage_row <= rebuilt.row:  # a row that was free when the rebuild came past it
        _insert(connection, NEXT, passage_row, words)


def delete_words(connection: sqlite3.Connection, document_row: int) -> None:
    """Take the passages of a document out of the full-text index; their words stay in it until it is purged."""
    for table in ("passage_words", NEXT) if rebuilt_to(connection) else ("passage_words",):
        connection.execute(
            f"DELETE FROM {table} WHERE rowid IN (SELECT row FROM passages WHERE document = ?)", (document_row,)
        )


def rebuilt_to(connection: sqlite3.Connection) -> RebuiltTo | None:
    """Return how far a rebuild of the full-text index has come, or None when there is none."""
    row = read_meta(connection, "words_rebuilt_to")
    return None if row is None else RebuiltTo(row, bool(read_meta(connection, "words_serve")))


def begin_rebuild(connection: sqlite3.Connection, *, serves: bool) -> None:
    """Begin to build the index anew beside the present one, which answers meanwhile where it `serves`.

    Where it does not there must be none, and a new one takes the passages that come until the other is whole.
    """
    if not serves:
        create_words(connection)
    create_words(connection, NEXT)
    note_rebuild(connection, serves=serves)


def note_rebuild(connection: sqlite3.Connection, *, serves: bool) -> None:
    """Note that the index is to be built anew from the first passage on."""
    write_meta(connection, "words_rebuilt_to", 0)
    write_meta(connection, "words_serve", int(serves))
    write_meta(connection, "keyword_form", keyword_form())


def rebuild_slice(connection: sqlite3.Connection) -> bool:
    """Index some more passages; with the last of them the new index takes its place. False when there was no more."""
    rebuilt = rebuilt_to(connection)
    if rebuilt is None:
        return False
    passages = connection.execute(
        "SELECT row, search_text, heading, language FROM passages WHERE row > ? ORDER BY row LIMIT ?",
        (rebuilt.row, PASSAGES_PER_SLICE),
    ).fetchall()
    for row, *words in passages:
        _insert(connection, NEXT, row, index_words(*words))
    if len(passages) == PASSAGES_PER_SLICE:
        write_meta(connection, "words_rebuilt_to", passages[-1][0])
        return True
    connection.execute("DROP TABLE passage_words")
    connection.execute(f"ALTER TABLE {NEXT} RENAME TO passage_words")
    connection.execute("DELETE FROM meta WHERE key IN ('words_rebuilt_to', 'words_serve')")
    return False


def merge_slice(connection: sqlite3.Connection, *, first: bool) -> bool:
    """Merge some more of the index into one segment, which no removed word is in; False when there was no more."""
    before = connection.total_changes
    # A negative number of pages begins a merge of all segments, a positive one goes on with it.
    connection.execute(
        "INSERT INTO passage_words (passage_words, rank) VALUES ('merge', ?)",
        (-PAGES_PER_SLICE if first else PAGES_PER_SLICE,),
    )
    return connection.total_changes - before >= 2


def count_levels(connection: sqlite3.Connection) -> int:
    """Return how many levels the structure of the index has."""
    (record,) = connection.execute("SELECT block FROM passage_words_data WHERE id = 10").fetchone()
    levels, place = 0, 8 if record[4:8] == b"\xff\x00\x00\x01" else 4  # behind a cookie, and the mark of a newer form
    while record[place] & 0x80:
        levels, place = levels << 7 | record[place] & 0x7F, place + 1
    return levels << 7 | record[place]


def words_fault(connection: sqlite3.Connection, *, thorough: bool = False) -> str | None:
    """Return what is wrong with the index, or None; unless `thorough`, a large one is held against a few passages.

    Of one that is being rebuilt it is only said whether it is there.
    """
    try:
        if rebuilt_to(connection):
            connection.execute(f"SELECT 1 FROM passage_words, {NEXT} LIMIT 1")
            return None
        count_levels(connection)
        (held,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        (indexed,) = connection.execute("SELECT count(*) FROM passage_words_docsize").fetchone()
        if indexed != held:
            return f"it holds {indexed} passages instead of {held}"
        if thorough or held <= THOROUGH_PASSAGES:
            connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        astray = next((row for row in _chosen(connection, thorough=thorough) if not _finds(connection, row)), None)
        return None if astray is None else f"it does not find passage {astray[0]} by its own words"
    except sqlite3.DatabaseError as error:
        if not is_damage(error) and "no such table" not in str(error):
            raise
        return str(error)
    except (IndexError, TypeError):
        return "its structure cannot be read"


def _insert(connection: sqlite3.Connection, table: str, row: int, words: IndexedWords) -> None:
    connection.execute(
        f"INSERT INTO {table} (rowid, words, stems, heading) VALUES (?, ?, ?, ?)", (row, *astuple(words))
    )


def _chosen(connection: sqlite3.Connection, *, thorough: bool) -> Iterator[tuple[Any, ...]]:
    columns = "SELECT row, search_text, heading, language FROM passages"
    if thorough:
        yield from connection.execute(columns)
        return
    (last,) = connection.execute("SELECT coalesce(max(row), 0) FROM passages").fetchone()
    for row in sorted(random.sample(range(1, last + 1), min(SAMPLE, last))):
        yield from connection.execute(f"{columns} WHERE row >= ? ORDER BY row LIMIT 1", (row,))


def _finds(connection: sqlite3.Connection, passage: tuple[Any, ...]) -> bool:
    row, *about = passage
    words = index_words(*about)
    kept = connection.execute("SELECT words, stems, heading FROM passage_words WHERE rowid = ?", (row,)).fetchone()
    if kept != astuple(words):
        return False
    phrase = " ".join(words.words.split()[:SAMPLED_WORDS])
    found = "SELECT 1 FROM passage_words WHERE passage_words MATCH ? AND rowid = ?"
    return not phrase or connection.execute(found, (f'words : "{phrase}"', row)).fetchone() is not None
