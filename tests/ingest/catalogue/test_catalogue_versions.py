"""A catalogue of an earlier version becomes one of this version and loses nothing on the way."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, opening
from ingest.catalogue import schema as catalogue_schema
from ingest.catalogue.mark import MARK_NAME
from ingest.errors import CatalogueDamagedError, CatalogueError
from ingest.types import DocumentVectors
from tests.ingest import catalogue_version_1
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole, embedder, vectors_of

PROJECT = Path(__file__).resolve().parents[3]
NEWER_TABLES = ("flags", "languages", "additions", "removals", "checks", "places", "details", "files", "token_states")
NEWER_KEYS = ("documents", "texts", "changes_known_from", "vacuum_due", "identity")

# Every statement of an opening is a moment to be killed; a process of its own for each, so that it can be.
STEPS = """
import os, shutil, signal, sys
from pathlib import Path
from ingest.catalogue import opening
from ingest.catalogue import Catalogue
connect = opening.connect
def open_until(folder, killed_at):
    statements = 0
    def count(statement):
        nonlocal statements
        if statements == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        statements += 1
    def watched(path, *, mode):
        connection = connect(path, mode=mode)
        connection.set_trace_callback(count)
        return connection
    opening.connect = watched
    Catalogue.open(folder).close()
    return statements
old, home = Path(sys.argv[1]), Path(sys.argv[2])
count = open_until(shutil.copytree(old, home / "whole"), None)
print(count)
for step in range(count):
    shutil.copytree(old, home / str(step))
    process = os.fork()
    if not process:
        open_until(home / str(step), step)
        os._exit(1)
    assert os.waitpid(process, 0)[1] == signal.SIGKILL, step
"""


@pytest.fixture
def old(tmp_path):
    """Return the folder of a catalogue of version 1 with two documents and three answers."""
    folder = tmp_path / "old"
    with Catalogue.open(folder) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        poland = add(catalogue, POLAND, path="/polen.txt", title="Polen", edits=[(3, 5, "")], heading="October")
        hungary = add(catalogue, HUNGARY, path="/hongarije.txt")
        catalogue.save_answer("poland", '{"text": "één"}', [poland.id])
        catalogue.save_answer("both", '{"text": "twee"}', [poland.id, hungary.id])
        catalogue.save_answer("refusal", '{"text": "nee"}', [])
    back_to_version_1(folder)
    assert look(folder) == (1, False)
    return folder


def back_to_version_1(folder):
    """Take from a catalogue what later versions brought, and see that the tables of version 1 are left."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        for table in NEWER_TABLES:
            connection.execute(f"DROP TABLE {table}")
        (sentence_vectors,) = re.findall(r"CREATE TABLE sentence_vectors.*?;", catalogue_version_1.SCHEMA, re.DOTALL)
        connection.execute(sentence_vectors)
        connection.execute("INSERT INTO sentence_vectors SELECT passage, vector FROM passage_vectors")
        connection.execute(f"DELETE FROM meta WHERE key IN {NEWER_KEYS}")
        connection.execute("UPDATE meta SET value = 1 WHERE key = 'schema_version'")
        connection.commit()
    (folder / MARK_NAME).unlink()
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(catalogue_version_1.SCHEMA)
        assert tables_of(folder) == set(connection.execute("SELECT type, name, trim(sql) FROM sqlite_schema"))


def look(folder):
    """Return the version that a catalogue says it has, and whether it has the table that version 2 brought."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        return version, ("flags",) in connection.execute("SELECT name FROM sqlite_schema").fetchall()


def tables_of(folder):
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        return set(connection.execute("SELECT type, name, trim(sql) FROM sqlite_schema"))


def contents(folder):
    """Return every row of the tables of version 1 that are kept, but for the version and what is noted beside it."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()
            for name in names
            if name not in (*NEWER_TABLES, "sentence_vectors")
        }
    return rows | {"meta": [row for row in rows["meta"] if row[0] not in ("schema_version", *NEWER_KEYS)]}


def assert_nothing_lost(catalogue):
    assert [summary.path for summary in catalogue.documents()] == ["/hongarije.txt", "/polen.txt"]
    for summary in catalogue.documents():
        assert_whole(catalogue, summary.id, vectors_of=lambda split: DocumentVectors(vectors_of(split).passages, ()))
    assert catalogue.changed_documents() == []
    assert [catalogue.saved_answer(answer_id) for answer_id in ("poland", "both", "refusal")] == [
        '{"text": "één"}',
        '{"text": "twee"}',
        '{"text": "nee"}',
    ]
    assert catalogue.model_fingerprint == embedder.fingerprint
    assert catalogue.sequence == 2


def test_a_catalogue_of_version_1_is_brought_to_this_version_and_loses_nothing(old):
    with Catalogue.open(old) as catalogue:
        assert_nothing_lost(catalogue)
        assert catalogue.flagged_answers() == []
        catalogue.flag_answer("poland", "good")
        catalogue.remove(next(summary.id for summary in catalogue.documents() if summary.path == "/polen.txt"))
        assert catalogue.flagged_answers() == []
        assert catalogue.saved_answer("refusal")
    assert look(old) == (catalogue_schema.SCHEMA_VERSION, True)


def test_no_row_is_touched_on_the_way(old):
    before = contents(old)
    Catalogue.open(old).close()
    assert contents(old) == before


def test_it_then_has_the_tables_of_a_new_one(old, tmp_path):
    Catalogue.open(old).close()
    Catalogue.open(tmp_path / "new").close()
    assert tables_of(old) == tables_of(tmp_path / "new")


def test_it_is_brought_there_once(old, caplog):
    with caplog.at_level("INFO", logger="ingest.catalogue.opening"):
        Catalogue.open(old).close()
        Catalogue.open(old).close()
    assert caplog.text.count("brought to version") == 1


@pytest.mark.slow
def test_killed_before_any_statement_it_has_one_version_or_the_other(old, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    run = subprocess.run(
        [sys.executable, "-c", STEPS, str(old), str(tmp_path)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE
    )
    assert run.returncode == 0
    seen = []
    for step in range(int(run.stdout)):
        folder = tmp_path / str(step)
        seen.append(look(folder))
        with Catalogue.open(folder) as catalogue:
            assert_nothing_lost(catalogue)
        assert look(folder) == (catalogue_schema.SCHEMA_VERSION, True)
    assert set(seen) == {(1, False), (catalogue_schema.SCHEMA_VERSION, True)}
    assert seen == sorted(seen)


def test_a_failure_on_the_way_leaves_the_old_version(old, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(opening, "write_meta", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Catalogue.open(old)
    assert look(old) == (1, False)
    with Catalogue.open(old) as catalogue:
        assert_nothing_lost(catalogue)


def test_a_damaged_catalogue_is_refused_before_it_is_changed(old):
    path = old / "catalogue.sqlite3"
    os.truncate(path, path.stat().st_size // 2)
    cut = path.read_bytes()
    with pytest.raises(CatalogueDamagedError):
        Catalogue.open(old)
    assert path.read_bytes() == cut


def test_a_catalogue_of_this_version_without_its_flags_is_refused(tmp_path):
    with Catalogue.open(tmp_path) as catalogue, catalogue._connections.writing() as connection:
        connection.execute("DROP TABLE flags")
    with pytest.raises(CatalogueError, match="no such table: flags"):
        Catalogue.open(tmp_path)
