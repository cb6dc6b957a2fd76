"""Where the sentences of each passage stand, kept beside them; a passage that has none was split by an older Quoth."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.types import BlockKind, Sentence, Span

SPLIT_FORM = 3
"""Counted up when texts are split in another way, or other states of their tokens kept: then all are read anew."""

PLACES = """
CREATE TABLE places (
    passage INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE, form INTEGER NOT NULL, json TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """Where one sentence stands; see `Sentence`."""

    kind: BlockKind = "paragraph"
    block: int = 0
    trail: tuple[Span, ...] = ()
    context: tuple[str, ...] = ()


def insert_places(connection: sqlite3.Connection, passage_row: int, sentences: Sequence[Sentence]) -> None:
    """Write where the sentences of one passage stand; what many stand under is written once."""
    trails = {(sentence.trail, sentence.context): None for sentence in sentences}
    numbers = {trail: number for number, trail in enumerate(trails)}
    stored = {
        "trails": [
            [[span.start, span.end, words] for span, words in zip(spans, context, strict=True)]
            for spans, context in trails
        ],
        "sentences": [
            [sentence.kind, sentence.block, numbers[sentence.trail, sentence.context]] for sentence in sentences
        ],
    }
    connection.execute(
        "INSERT INTO places VALUES (?, ?, ?)", (passage_row, SPLIT_FORM, json.dumps(stored, ensure_ascii=False))
    )


def read_places(connection: sqlite3.Connection, passage_ids: Iterable[str]) -> dict[str, list[StoredPlace]]:
    """Return where the sentences of passages stand, by passage id."""
    found = connection.execute(
        "SELECT p.id, places.json FROM passages p JOIN places ON places.passage = p.row"
        " WHERE p.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(passage_ids)),),
    )
    return {passage_id: _read(stored) for passage_id, stored in found}


def _read(stored: str) -> list[StoredPlace]:
    try:
        values = json.loads(stored)
        trails = [
            (tuple(Span(start, end) for start, end, _ in trail), tuple(words for _, _, words in trail))
            for trail in values["trails"]
        ]
        return [StoredPlace(kind, block, *trails[number]) for kind, block, number in values["sentences"]]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise sqlite3.DataError("a list of places in it cannot be read") from error


def split_before(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of the documents that were split in an earlier form."""
    found = connection.execute(
        "SELECT id FROM documents d WHERE EXISTS (SELECT 1 FROM passages p LEFT JOIN places ON places.passage = p.row"
        " WHERE p.document = d.row AND places.form IS NOT ?) ORDER BY row",
        (SPLIT_FORM,),
    )
    return [document_id for (document_id,) in found]
