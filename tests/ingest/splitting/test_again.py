"""A catalogue whose texts an older Quoth split is brought to the present splitting, once."""

import sqlite3
from contextlib import closing

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from ingest.splitting.again import split_again
from ingest.types import DocumentVectors, Passage, Sentence, SplitDocument
from tests.fakes import WordCountEmbedder

TEXT = "CHAIR: We begin.\n\nMR. POTT: No. The barn leaks.\n\nCHAIR: Noted.\n"
embedder = WordCountEmbedder()


@pytest.fixture
def old(tmp_path):
    """Return a catalogue with a document in one passage of one sentence, as no splitting of today makes."""
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        document = catalogue.document(
            ingest_bytes("a.txt", TEXT.encode(), catalogue, embedder.read_passages).document.id
        )
        whole = Passage("p" * 64, document.id, 0, len(TEXT) - 1, TEXT[:-1], TEXT[:-1], "en")
        split = SplitDocument(document, (), (Sentence(document.id, whole.id, 0, len(TEXT) - 1, TEXT[:-1]),), (whole,))
        read = embedder.read_passages([TEXT])
        catalogue.split_again(split, DocumentVectors(read.vectors, read.states))
        catalogue.save_answer("a1", '{"permalink": "kept"}', [document.id])
        with catalogue._connections.writing() as connection:
            connection.execute("DELETE FROM places")
        yield catalogue


def test_it_is_split_and_embedded_again_once_and_says_how_far_it_is(old):
    told = []
    assert split_again(old, embedder.read_passages, progress=lambda *done: told.append(done)) == 1
    assert told == [(1, 1)]
    assert split_again(old, embedder.read_passages) == 0


def test_its_sentences_then_know_where_they_stand_and_are_found(old):
    split_again(old, embedder.read_passages)
    (document,) = old.documents()
    split = old.split_document(document.id)
    barn = next(one for one in split.sentences if "barn" in one.search_text)
    assert (barn.kind, barn.context) == ("entry", ("MR. POTT:",))
    assert document.passages == len(split.passages)
    assert [found.passage_id for found in old.search_keywords("barn", limit=5)] == [barn.passage_id]
    assert (
        old.states([barn.passage_id])[barn.passage_id]
        == embedder.read_passages([split.passages[0].search_text]).states[0]
    )


def test_text_id_and_saved_answers_hold(old):
    before = old.document(old.documents()[0].id)
    split_again(old, embedder.read_passages)
    assert old.document(old.documents()[0].id) == before
    assert old.saved_answer("a1") == '{"permalink": "kept"}'


def test_a_catalogue_of_today_is_left_alone(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        ingest_bytes("a.txt", TEXT.encode(), catalogue, embedder.read_passages)
        sequence = catalogue.sequence
        assert split_again(catalogue, embedder.read_passages) == 0
        assert catalogue.sequence == sequence


def test_a_catalogue_with_sentence_vectors_gets_token_states_once_and_answers_hold(tmp_path, caplog):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        for number in range(3):
            ingest_bytes(f"{number}.txt", f"{TEXT}Text {number}.\n".encode(), catalogue, embedder.read_passages)
        expected = [catalogue.document_vectors(summary.id) for summary in catalogue.documents()]
        catalogue.save_answer("a1", '{"permalink": "kept"}', [catalogue.documents()[0].id])
    back_to_version_7(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.changed_documents() == []
        told = []
        assert split_again(catalogue, embedder.read_passages, progress=lambda *done: told.append(done)) == 3
        assert told == [(3, 3)]
        assert "3 of 3 documents" in caplog.text
        stored = [catalogue.document_vectors(summary.id) for summary in catalogue.documents()]
        assert [vectors.states for vectors in stored] == [vectors.states for vectors in expected]
        assert all(states for vectors in stored for states in vectors.states)
        assert catalogue.changed_documents() == []
        assert catalogue.saved_answer("a1") == '{"permalink": "kept"}'
    with Catalogue.open(tmp_path) as catalogue:
        assert split_again(catalogue, embedder.read_passages) == 0


def back_to_version_7(folder):
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as connection:
        connection.execute("DROP TABLE token_states")
        connection.execute("CREATE TABLE sentence_vectors (passage INTEGER PRIMARY KEY, vectors BLOB NOT NULL)")
        connection.execute("UPDATE checks SET part = 'sentence_vectors' WHERE part = 'token_states'")
        connection.execute("UPDATE places SET form = 2")
        connection.execute("UPDATE meta SET value = 7 WHERE key = 'schema_version'")
        connection.commit()
