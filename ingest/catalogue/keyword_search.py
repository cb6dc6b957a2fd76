"""The keyword search: a full-text query over the words of all passages, or of some documents."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from itertools import accumulate

from ingest.catalogue.words import rebuilt_to
from ingest.types import ScoredPassage
from ingest.words.keywords import KeywordQuery

MAX_RANGES = 100
"""Up to so many documents are searched one by one, each a range of rows; more are looked up for every passage found."""

MAX_RANKED = 5_000
"""No more passages than about this are ranked for a query: bm25 takes 2 ms for each thousand."""

# bm25() is lower for better passages. Words of a heading count half. `CROSS JOIN` keeps the order of the tables: a
# passage is looked up for each match, and never a match for each passage.
_SEARCH = (
    "SELECT id, score FROM (SELECT p.id, -bm25(passage_words, 1.0, 1.0, 0.5) AS score FROM passage_words"
    " CROSS JOIN passages p ON p.row = passage_words.rowid"
    " WHERE passage_words MATCH :expression AND (:language IS NULL OR p.language = :language){scope} LIMIT :ranked)"
    " ORDER BY score DESC, id LIMIT :limit"
)
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)"
_IN_RANGE = " AND p.document = :document AND passage_words.rowid BETWEEN :first AND :last"
_IN_DOCUMENTS = " AND p.document IN (SELECT value FROM json_each(:documents))"


def search_words(
    connection: sqlite3.Connection,
    query: KeywordQuery,
    *,
    limit: int,
    document_ids: Collection[str] | None,
    language: str | None,
) -> list[ScoredPassage]:
    """Run a full-text query; returns the best passages first, equal ones by id.

    In a large catalogue words that very many passages hold are left out where rarer ones find something.
    """
    rebuilt = rebuilt_to(connection)
    if rebuilt and not rebuilt.serves:
        return []
    values: dict[str, object] = {
        "expression": query.expression,
        "limit": limit,
        "language": language,
        "ranked": MAX_RANKED,
    }
    if document_ids is None:
        everywhere = _SEARCH.format(scope="")
        telling = values | {"expression": _telling(connection, query)}
        return _run(connection, everywhere, telling) or _run(connection, everywhere, values)
    rows = connection.execute(
        "SELECT row FROM documents WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(document_ids)),)
    )
    documents = [row for (row,) in rows]
    if len(documents) > MAX_RANGES:
        return _run(connection, _SEARCH.format(scope=_IN_DOCUMENTS), values | {"documents": json.dumps(documents)})
    found = [
        passage
        for own in _ranges(connection, documents)
        for passage in _run(connection, _SEARCH.format(scope=_IN_RANGE), values | own)
    ]
    return sorted(found, key=lambda passage: (-passage.score, passage.passage_id))[:limit]


def _telling(connection: sqlite3.Connection, query: KeywordQuery) -> str | None:
    """Return an expression with the rarest words, as many as may be ranked; where none is rare, all must occur."""
    (held,) = connection.execute("SELECT coalesce(sum(passages), 0) FROM languages").fetchone()
    if held <= MAX_RANKED or query.required or len(query.words) < 2:
        return query.expression
    counts = {word: connection.execute(_COUNT, (word, MAX_RANKED + 1)).fetchone()[0] for word in query.words}
    rarest_first = sorted(query.words, key=counts.__getitem__)
    ranked = accumulate(counts[word] for word in rarest_first)
    kept = {word for word, total in zip(rarest_first, ranked, strict=True) if total <= MAX_RANKED}
    if not kept:
        return " AND ".join(f"({word})" for word in query.words)
    return " OR ".join(word for word in query.words if word in kept)


def _ranges(connection: sqlite3.Connection, documents: Sequence[int]) -> list[dict[str, int]]:
    """Return the first and last row of the passages of each document, which were written in one go."""
    found = connection.execute(
        "SELECT document, min(row), max(row) FROM passages WHERE document IN (SELECT value FROM json_each(?))"
        " GROUP BY document",
        (json.dumps(documents),),
    )
    return [{"document": document, "first": first, "last": last} for document, first, last in found]


def _run(connection: sqlite3.Connection, statement: str, values: dict[str, object]) -> list[ScoredPassage]:
    return [ScoredPassage(*found) for found in connection.execute(statement, values)]
