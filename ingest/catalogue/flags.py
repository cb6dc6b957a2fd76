"""What people say of saved answers; a flag lives no longer than its answer."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePath
from typing import get_args

from ingest.catalogue.answers import read_answer
from ingest.flags import Flag, FlaggedAnswer, FlagVerdict


def write_flag(connection: sqlite3.Connection, answer_id: str, verdict: FlagVerdict, note: str) -> Flag:
    """Flag a saved answer in place of an earlier flag; saying the same again changes nothing.

    Raises:
        UnknownAnswerError: no saved answer has this id.
        ValueError: there is no such verdict.
    """
    if verdict not in get_args(FlagVerdict):
        raise ValueError(f"{verdict!r} is no verdict on an answer. Say one of {', '.join(get_args(FlagVerdict))}.")
    read_answer(connection, answer_id)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    connection.execute(
        "INSERT INTO flags (answer, verdict, note, made) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (answer)"
        " DO UPDATE SET verdict = ?2, note = ?3, made = ?4 WHERE verdict <> ?2 OR note <> ?3",
        (answer_id, verdict, note, now),
    )
    kept = connection.execute("SELECT answer, verdict, note, made FROM flags WHERE answer = ?", (answer_id,))
    return Flag(*kept.fetchone())


def take_flags(connection: sqlite3.Connection, flags: Iterable[Flag]) -> None:
    """Write flags as they were made, those of answers that are there."""
    connection.executemany(
        "INSERT INTO flags (answer, verdict, note, made) SELECT ?1, ?2, ?3, ?4 WHERE ?1 IN (SELECT id FROM answers)",
        ((flag.answer_id, flag.verdict, flag.note, flag.made) for flag in flags),
    )


def read_flagged(connection: sqlite3.Connection) -> list[FlaggedAnswer]:
    """Return the flagged answers in the order in which they were first flagged."""
    paths = connection.execute("SELECT row, path FROM documents WHERE path <> ''")
    names = {row: PurePath(path).name for row, path in paths}
    bearers = Counter(names.values())
    flags = connection.execute("SELECT answer, verdict, note, made FROM flags ORDER BY number").fetchall()
    return [_flagged(connection, Flag(*values), names, bearers) for values in flags]


def _flagged(connection: sqlite3.Connection, flag: Flag, names: dict[int, str], bearers: Counter[str]) -> FlaggedAnswer:
    mentioned = connection.execute(
        "SELECT d.id, d.row FROM answer_documents a JOIN documents d ON d.row = a.document WHERE a.answer = ?"
        " ORDER BY d.row",
        (flag.answer_id,),
    ).fetchall()
    return FlaggedAnswer(
        flag,
        read_answer(connection, flag.answer_id),
        file_names={document_id: names[row] for document_id, row in mentioned if row in names},
        namesakes=frozenset(document_id for document_id, row in mentioned if row in names and bearers[names[row]] > 1),
    )
