"""A catalogue is made whole again from its texts, and what was lost is told."""

import os
import random
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.embedding import embed_splits
from ingest.errors import CatalogueDamagedError, CatalogueInUseError, ModelMismatchError
from ingest.pipeline import ingest_bytes
from ingest.repair import RepairModel, find_damage, repair
from tests.fakes import WordCountEmbedder

embedder = WordCountEmbedder()
MODEL = RepairModel(embedder.read_passages, embedder.fingerprint)


def text_of(number):
    generator = random.Random(number)
    sentences = (" ".join(generator.choices(["tanks", "Warszawa", "de", "toespraak", "bread"], k=9)) for _ in range(30))
    return f"Text {number} has the word{number}x. " + ". ".join(sentences) + "."


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a catalogue with six documents, an answer and a flag."""
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        for number in range(6):
            added = ingest_bytes(f"Paper {number}.txt", text_of(number).encode(), catalogue, embedder.read_passages)
            assert added.status == "added"
        last = catalogue.documents()[-1].id
        catalogue.save_answer("answer", '{"text": "één"}', [last])
        catalogue.flag_answer("answer", "good", "a note")
    return tmp_path / "data"


def change(folder, statement):
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def repaired(folder):
    """Repair, and return whether nothing was lost, with what was told."""
    told = []
    return repair(folder, MODEL, told.append), told


def assert_whole(folder, numbers=range(6)):
    with Catalogue.open(folder) as catalogue:
        assert list(find_damage(catalogue)) == []
        assert [summary.title for summary in catalogue.documents()] == [f"Paper {number}" for number in numbers]
        for number, summary in zip(numbers, catalogue.documents(), strict=True):
            assert catalogue.document(summary.id).text == text_of(number)
            split, stored = catalogue.split_document(summary.id), catalogue.document_vectors(summary.id)
            (expected,) = embed_splits([split], embedder.read_passages)
            np.testing.assert_allclose(stored.passages, expected.passages, atol=1e-6)
            assert stored.states == expected.states
            hits = catalogue.search_keywords(f"word{number}x", limit=5)
            assert {passage.document_id for passage in catalogue.passages([hit.passage_id for hit in hits])} == {
                summary.id
            }


def test_a_whole_catalogue_is_left_as_it_is(folder):
    assert repaired(folder) == (True, [])
    assert_whole(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passage_vectors SET vector = zeroblob(length(vector)) WHERE passage > 3",
        "DELETE FROM passage_vectors WHERE passage = 2",
        "UPDATE passages SET search_text = 'other words' WHERE row = 4",
        "DELETE FROM sentences WHERE passage = 1",
        "DELETE FROM passages WHERE document = 3",
        "UPDATE documents SET edits = 'nonsense' WHERE row = 2",
        "DELETE FROM checks",
        "DROP TABLE passage_words",
    ],
)
def test_what_the_texts_tell_is_made_again(folder, statement):
    change(folder, statement)
    whole, told = repaired(folder)
    assert whole, told
    assert_whole(folder)
    with Catalogue.open(folder) as catalogue:
        assert catalogue.flagged_answers()[0].flag.note == "a note"


def test_a_text_that_is_damaged_is_taken_out_and_told(folder):
    change(folder, "UPDATE documents SET text = x'41' WHERE title = 'Paper 2'")
    with Catalogue.open(folder) as catalogue:
        assert list(find_damage(catalogue)) == ["The text of “Paper 2” is damaged."]
    whole, told = repaired(folder)
    assert not whole
    assert told == ["The text of “Paper 2” is damaged and was taken out; add its file again (Paper 2.txt)."]
    assert_whole(folder, [0, 1, 3, 4, 5])
    assert repaired(folder) == (True, [])


def test_a_title_that_changed_is_told_and_kept(folder):
    change(folder, "UPDATE documents SET title = 'Paper 1' WHERE title = 'Paper 0'")
    whole, told = repaired(folder)
    assert whole
    assert "title, path or pages of “Paper 1” are not what was written" in told[0]
    with Catalogue.open(folder) as catalogue:
        titles = [summary.title for summary in catalogue.documents()]
        assert titles == [f"Paper {number}" for number in (1, 1, 2, 3, 4, 5)]


def pages_of(path, names):
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, pageno FROM dbstat WHERE pagetype = 'leaf'").fetchall()
    return [page for name, page in found if name in names]


@pytest.mark.parametrize(
    "table", ["passages", "sentences", "passage_vectors", "sqlite_autoindex_documents_1", "answers"]
)
def test_a_file_that_cannot_be_opened_is_put_together_anew(folder, table):
    path = folder / "catalogue.sqlite3"
    content = bytearray(path.read_bytes())
    for page in pages_of(path, [table]):
        content[(page - 1) * 4096 : page * 4096] = os.urandom(4096)
    path.write_bytes(content)
    with pytest.raises(CatalogueDamagedError):
        Catalogue.open(folder)
    whole, told = repaired(folder)
    assert whole, told
    assert_whole(folder)
    assert (folder / "catalogue.replaced.sqlite3").read_bytes() == content
    assert not [file.name for file in folder.iterdir() if file.is_dir()]
    with Catalogue.open(folder) as catalogue:
        assert [flagged.flag.note for flagged in catalogue.flagged_answers()] == (
            [] if table == "answers" else ["a note"]
        )


def test_documents_that_cannot_be_read_are_counted_and_the_others_saved(folder):
    path = folder / "catalogue.sqlite3"
    content = bytearray(path.read_bytes())
    page = pages_of(path, ["documents"])[1]
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)
    whole, told = repaired(folder)
    assert not whole
    assert "could not be read: add their files again" in told[-2]
    with Catalogue.open(folder) as catalogue:
        kept = [int(summary.title[-1]) for summary in catalogue.documents()]
    assert 0 < len(kept) < 6
    assert_whole(folder, kept)


def test_a_file_that_is_no_catalogue_at_all_is_not_touched(folder):
    (folder / "catalogue.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(CatalogueDamagedError):
        repaired(folder)
    assert (folder / "catalogue.sqlite3").read_bytes() == b"garbage" * 1000
    (folder / "catalogue.sqlite3").unlink()
    with pytest.raises(CatalogueDamagedError, match="6 documents with it"):
        repaired(folder)


def test_an_older_copy_is_gone_on_with_and_what_is_missing_is_told(folder):
    copy = (folder / "catalogue.sqlite3").read_bytes()
    with Catalogue.open(folder) as catalogue:
        last = ingest_bytes("Paper 7.txt", text_of(7).encode(), catalogue, embedder.read_passages)
        sequence = catalogue.sequence
    assert last.status == "added"
    (folder / "catalogue.sqlite3").write_bytes(copy)
    with pytest.raises(CatalogueDamagedError, match="7 documents then, 6 now"):
        Catalogue.open(folder)
    whole, told = repaired(folder)
    assert (whole, told[0].split(":")[0]) == (False, "1 document(s) that were here once are gone")
    assert_whole(folder)
    with Catalogue.open(folder) as catalogue:
        assert catalogue.sequence > sequence


def test_vectors_of_another_model_are_not_mixed(folder):
    with pytest.raises(ModelMismatchError):
        repair(folder, RepairModel(embedder.read_passages, "another"), print)
    assert_whole(folder)


def test_a_catalogue_in_use_is_not_repaired(folder):
    with Catalogue.open(folder), pytest.raises(CatalogueInUseError):
        repaired(folder)
