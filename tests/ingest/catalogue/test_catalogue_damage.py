import os
import random
import shutil
import subprocess
import sys

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import CatalogueDamagedError, CatalogueError
from tests.ingest.hand_made import HUNGARY, add


def make(folder, documents=12):
    """Return the ids of documents in a catalogue that is closed again."""
    with Catalogue.open(folder) as catalogue:
        return [add(catalogue, f"{HUNGARY}\n\nNumber {number}. " + "filler " * 300).id for number in range(documents)]


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage" * 1000, b"SQLite format 3\x00" + b"\x00" * 5000, os.urandom(100)],
    ids=["empty", "garbage", "a header only", "short"],
)
def test_a_file_that_is_no_catalogue_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "catalogue.sqlite3"
    path.write_bytes(content)
    with pytest.raises(CatalogueDamagedError, match="backup"):
        Catalogue.open(tmp_path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path):
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE a (b)'); c.close()"
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "catalogue.sqlite3")], check=True)
    with pytest.raises(CatalogueDamagedError, match="mark of a catalogue"):
        Catalogue.open(tmp_path)


def test_a_log_without_its_file_is_not_taken_for_an_empty_catalogue(tmp_path):
    (tmp_path / "catalogue.sqlite3-wal").write_bytes(b"log")
    with pytest.raises(CatalogueDamagedError, match="only its log"):
        Catalogue.open(tmp_path)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_catalogue_that_was_cut_is_refused(tmp_path, part):
    make(tmp_path)
    path = tmp_path / "catalogue.sqlite3"
    os.truncate(path, int(path.stat().st_size * part))
    with pytest.raises(CatalogueDamagedError):
        Catalogue.open(tmp_path)


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_never_change_a_text_or_lose_a_document(tmp_path, seed):
    ids = make(tmp_path / "good")
    texts = {}
    with Catalogue.open(tmp_path / "good") as catalogue:
        texts = {document_id: catalogue.document(document_id).text for document_id in ids}
    generator = random.Random(seed)
    for number in range(8):
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "good", folder)
        flip(folder / "catalogue.sqlite3", generator)
        assert_true_or_refused(folder, texts)


def flip(path, generator):
    content = bytearray(path.read_bytes())
    place = generator.randrange(len(content))
    length = generator.choice([1, 16, 4096])
    content[place : place + length] = generator.randbytes(len(content[place : place + length]))
    path.write_bytes(content)


def assert_true_or_refused(folder, texts):
    try:
        with Catalogue.open(folder) as catalogue:
            assert {summary.id for summary in catalogue.documents()} == texts.keys()
            for document_id, text in texts.items():
                assert catalogue.document(document_id).text == text
            passages = catalogue.passages(catalogue.passage_vectors().passage_ids)
            assert all(passage.text == texts[passage.document_id][passage.start : passage.end] for passage in passages)
            catalogue.search_keywords("Nagy again", limit=10)
    except CatalogueError:
        pass


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("pages", "'[[1,'"),
        ("pages", "'[[1, 2]]'"),
        ("pages", "'{}'"),
        ("title", "CAST(x'ff41' AS TEXT)"),
        ("text", "x'41'"),
    ],
)
def test_a_value_that_makes_no_sense_is_damage(tmp_path, column, value):
    with Catalogue.open(tmp_path) as catalogue:
        document = add(catalogue, HUNGARY)
        with catalogue._connections.writing() as connection:
            connection.execute(f"UPDATE documents SET {column} = {value}")
        with pytest.raises(CatalogueDamagedError):
            catalogue.document(document.id)


@pytest.mark.parametrize("value", ["x'00'", "x'0000c07f'"], ids=["cut", "not a number"])
def test_a_vector_that_makes_no_sense_is_damage(tmp_path, value):
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, "one passage")
        with catalogue._connections.writing() as connection:
            connection.execute(f"UPDATE passage_vectors SET vector = {value}")
        with pytest.raises(CatalogueDamagedError):
            catalogue.passage_vectors()
