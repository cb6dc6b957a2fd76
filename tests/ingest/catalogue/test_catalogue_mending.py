"""What can be made from other tables of the catalogue is made anew where it is broken, and meanwhile not used."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, words
from ingest.catalogue import upkeep as catalogue_upkeep
from ingest.errors import CatalogueDamagedError
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole, split_by_hand, vectors_of

PROJECT = Path(__file__).resolve().parents[3]
MARK = "keepsake"


def fill(folder, documents=8):
    """Return the ids of documents in a catalogue that is closed again."""
    with Catalogue.open(folder) as catalogue:
        return [add(catalogue, text_of(number), path=f"/{number}.txt").id for number in range(documents)]


def text_of(number):
    generator = random.Random(number)
    filler = " ".join(f"w{generator.randrange(3000)}" for _ in range(60))
    return f"Document {number} has the {MARK} number{number}a.\n\n{filler}"


def assert_all_found(catalogue, ids):
    assert not catalogue.is_rebuilding
    for number, document_id in enumerate(ids):
        assert_whole(catalogue, document_id)
        (hit,) = catalogue.search_keywords(f"number{number}a", limit=5)
        assert catalogue.passages([hit.passage_id])[0].document_id == document_id
    assert words.words_fault(catalogue._connections._writer, thorough=True) is None


def wear_out(catalogue):
    """Do to the full-text index what an earlier Quoth did to it with every removal, until it is malformed."""
    writer = catalogue._connections._writer
    writer.execute("BEGIN")
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        for _ in range(1100):
            words.insert_words(writer, 10_000, words.IndexedWords("short lived", "short live", ""))
            writer.execute("DELETE FROM passage_words WHERE rowid = 10000")
            writer.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
    writer.execute("DELETE FROM passage_words_docsize WHERE id = 10000")
    writer.execute("COMMIT")


def test_an_index_worn_out_by_an_earlier_quoth_is_made_anew_at_opening(tmp_path, caplog):
    ids = fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        wear_out(catalogue)
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as connection:
        with pytest.raises(sqlite3.DatabaseError, match="vtable constructor failed"):
            connection.execute("SELECT * FROM passage_words")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Catalogue.open(tmp_path) as catalogue:
        assert_all_found(catalogue, ids)
        catalogue.remove(ids.pop())
        assert_all_found(catalogue, ids)
    assert "The full-text index of the catalogue is being made anew" in caplog.text


def test_an_index_that_breaks_in_use_is_made_anew_by_the_next_query(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 0.5)
    ids = fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE passage_words_data SET block = x'00' WHERE id > 10")
        assert catalogue.search_keywords(MARK, limit=50) == []
        assert catalogue.is_rebuilding
        assert {summary.id for summary in catalogue.documents()} == set(ids)
        catalogue.erase_removed()
        assert_all_found(catalogue, ids)


def test_many_threads_that_meet_a_broken_index_are_all_answered(tmp_path):
    ids = fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE passage_words_data SET block = x'00' WHERE id > 10")
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(catalogue.search_keywords(MARK, limit=50))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        catalogue.erase_removed()
        assert_all_found(catalogue, ids)


@pytest.mark.parametrize("change", ["add", "remove", "replace"])
def test_a_document_comes_and_goes_while_the_index_is_broken(tmp_path, change):
    ids = fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        wear_out(catalogue)
        catalogue._connections._writer.execute("PRAGMA shrink_memory")
        if change != "add":
            catalogue.remove(ids.pop())
        if change != "remove":
            ids.append(add(catalogue, text_of(len(ids)), path=f"/{len(ids)}.txt").id)
        catalogue.erase_removed()
        assert_all_found(catalogue, ids)


def pages_of(path, tables):
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, pageno FROM dbstat").fetchall()
    return [
        page for name, page in found if name in tables or any(name.endswith(f"autoindex_{table}_1") for table in tables)
    ]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "tables",
    [
        ["passage_words_data", "passage_words_idx", "passage_words_docsize", "passage_words_content"],
        ["languages", "additions", "removals", "additions_by_sequence"],
        ["checks"],
    ],
    ids=["words", "books", "checks"],
)
def test_damage_to_what_can_be_made_anew_is_mended(tmp_path, tables, seed):
    ids, generator = fill(tmp_path), random.Random(seed)
    path = tmp_path / "catalogue.sqlite3"
    content = bytearray(path.read_bytes())
    for page in generator.sample(pages_of(path, tables), 2 if len(tables) > 1 else 1):
        place = (page - 1) * 4096 + generator.choice([0, generator.randrange(4096)])
        length = generator.choice([1, 64, 4096 - place % 4096])
        content[place : place + length] = generator.choice([bytes(length), generator.randbytes(length)])
    path.write_bytes(content)
    # A hash that is changed, and its table whole, cannot be told from a document that is changed.
    with Catalogue.open(tmp_path, as_it_is="checks" in tables) as catalogue:
        catalogue.search_keywords(MARK, limit=5)
        catalogue.erase_removed()
        held = catalogue.holdings
        assert (held.documents, held.passages, held.languages) == (8, 16, {"en": 16})
        if "checks" not in tables:
            assert_all_found(catalogue, ids)
        catalogue.remove(ids.pop())
        add(catalogue, POLAND)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("table", ["passage_words", "languages", "additions", "removals", "checks"])
def test_a_lost_table_that_can_be_made_anew_is(tmp_path, table):
    ids = fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as connection:
        connection.execute(f"DROP TABLE {table}")
        connection.commit()
    with Catalogue.open(tmp_path) as catalogue:
        assert_all_found(catalogue, ids)
        assert catalogue.holdings.passages == 16


def test_wrong_counts_are_counted_again_at_opening(tmp_path):
    fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        right = catalogue.holdings
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE languages SET passages = 7")
            connection.execute("DELETE FROM meta WHERE key IN ('texts', 'documents')")
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.holdings == right


def test_damage_to_what_nothing_else_tells_is_still_damage(tmp_path):
    fill(tmp_path)
    path = tmp_path / "catalogue.sqlite3"
    content = bytearray(path.read_bytes())
    for page in pages_of(path, ["documents"]):
        content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(CatalogueDamagedError):
        Catalogue.open(tmp_path)


def test_a_rebuild_takes_in_what_changes_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "PASSAGES_PER_SLICE", 3)
    monkeypatch.setattr(catalogue_upkeep.CatalogueUpkeep, "request", lambda self: None)
    generator = random.Random(1)
    ids = dict(enumerate(fill(tmp_path, documents=20)))
    for serves in (True, False):
        with Catalogue.open(tmp_path) as catalogue:
            with catalogue._connections.writing() as connection:
                if not serves:
                    connection.execute("DROP TABLE passage_words")
                words.begin_rebuild(connection, serves=serves)
            goes_on, number = True, 100 if serves else 200
            while goes_on:
                with catalogue._connections.writing() as connection:
                    goes_on = words.rebuild_slice(connection)
                catalogue.remove(
                    ids.pop(generator.choice([min(ids), max(ids), *ids]))
                )  # rows at the end are used again
                ids[number] = add(catalogue, text_of(number), path=f"/{number}.txt").id
                number += 1
                assert bool(catalogue.search_keywords(MARK, limit=50)) == (serves or not goes_on)
            assert words.words_fault(catalogue._connections._writer, thorough=True) is None
            for kept, document_id in ids.items():
                (hit,) = catalogue.search_keywords(f"number{kept}a", limit=5)
                assert catalogue.passages([hit.passage_id])[0].document_id == document_id


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.catalogue import Catalogue, connections, opening, upkeep, words
words.PASSAGES_PER_SLICE = 4
statements, killed_at = 0, int(sys.argv[2])
def count(statement):
    global statements
    if statements == killed_at:
        os.kill(os.getpid(), signal.SIGKILL)
    statements += 1
connect = opening.connect
def watched(path, *, mode):
    connection = connect(path, mode=mode)
    connection.set_trace_callback(count)
    return connection
opening.connect = watched
Catalogue.open(Path(sys.argv[1])).close()
"""


def test_killed_while_it_mends_a_catalogue_mends_the_next_time(tmp_path):
    ids = fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        wear_out(catalogue)
    killed = 0
    for statement in (25, 45, 60, 75, 100, 130, 180, 240, 300):
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), str(statement)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        killed += run.returncode == -signal.SIGKILL
    assert killed >= 4
    with Catalogue.open(tmp_path) as catalogue:
        assert_all_found(catalogue, ids)


def test_an_index_that_was_merged_too_often_is_made_anew_and_answers_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "MAX_LEVELS", 12)
    monkeypatch.setattr("ingest.catalogue.housekeeping.MAX_LEVELS", 12)
    ids = fill(tmp_path)
    most = 0
    with Catalogue.open(tmp_path) as catalogue:
        for number in range(20):
            catalogue.remove(add(catalogue, text_of(1000 + number)).id)
            catalogue.erase_removed()
            most = max(most, words.count_levels(catalogue._connections._writer))
        assert_all_found(catalogue, ids)
    assert 12 < most <= 14


def test_an_index_that_breaks_each_time_is_not_made_anew_for_ever(tmp_path, monkeypatch):
    fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE passages SET search_text = CAST(x'ff' AS TEXT) WHERE row = 3")
            connection.execute("UPDATE passage_words_data SET block = x'00' WHERE id > 10")
        for _ in range(catalogue_upkeep.MAX_TIMES_MENDED + 2):
            assert catalogue.search_keywords(MARK, limit=5) == []
            with pytest.raises(CatalogueDamagedError):
                catalogue.erase_removed()


def test_a_query_that_fails_for_another_reason_says_so(tmp_path):
    fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        with catalogue._connections.writing() as connection:
            connection.execute("UPDATE passages SET id = CAST(x'ff' AS TEXT) WHERE row = 1")
        with pytest.raises(CatalogueDamagedError):
            catalogue.search_keywords(MARK, limit=50)
        assert not catalogue.is_rebuilding
        split = split_by_hand(HUNGARY)
        assert catalogue.replace(split, vectors_of(split))
