import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue import meta as catalogue_meta
from ingest.catalogue import schema as catalogue_schema
from ingest.errors import (
    CatalogueError,
    ModelMismatchError,
    UnknownAnswerError,
    UnknownDocumentError,
)
from ingest.types import DocumentVectors
from tests.ingest.hand_made import HUNGARY, POLAND, add, embedder, split_by_hand


def test_vectors_of_two_models_do_not_mix(catalogue):
    add(catalogue, POLAND)
    catalogue.bind_model(embedder.fingerprint)
    with pytest.raises(ModelMismatchError, match=f"{embedder.fingerprint}.*other-model"):
        catalogue.bind_model("other-model")
    assert catalogue.model_fingerprint == embedder.fingerprint
    split = split_by_hand(HUNGARY)
    with pytest.raises(ModelMismatchError, match=r"64 numbers.* 3"):
        catalogue.replace(split, DocumentVectors(np.ones((2, 3), np.float32), (b"", b"")))
    assert len(catalogue.documents()) == 1


def test_an_empty_catalogue_takes_any_model(catalogue):
    catalogue.remove(add(catalogue, POLAND).id)
    catalogue.bind_model("other-model")
    assert catalogue.model_fingerprint == "other-model"


def test_vectors_without_a_model_are_not_taken_for_those_of_one(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.model_fingerprint is None
        add(catalogue, POLAND)
        with pytest.raises(ModelMismatchError, match="not noted"):
            catalogue.bind_model("model")


def test_all_vectors_can_be_exchanged_at_once(catalogue):
    ids = [add(catalogue, POLAND).id, add(catalogue, HUNGARY).id]
    before = catalogue.sequence
    vectors = {
        id: DocumentVectors(np.full((2, 5), 1 + number, np.float32), (b"a%d" % number, b"b%d" % number))
        for number, id in enumerate(ids)
    }
    with pytest.raises(ValueError, match="each document"):
        catalogue.replace_all_vectors("new", {ids[0]: vectors[ids[0]]})
    assert (catalogue.sequence, catalogue.model_fingerprint) == (before, embedder.fingerprint)
    catalogue.replace_all_vectors("new", vectors)
    assert (catalogue.sequence, catalogue.model_fingerprint) == (before + 1, "new")
    stored = catalogue.passage_vectors()
    assert {(id, row[0]) for id, row in zip(stored.document_ids, stored.matrix, strict=True)} == {
        (ids[0], 1),
        (ids[1], 2),
    }
    assert sorted(catalogue.states(stored.passage_ids).values()) == [b"a0", b"a1", b"b0", b"b1"]


@pytest.mark.parametrize(
    "vectors",
    [
        DocumentVectors(np.ones((1, 4), np.float32), (b"", b"")),
        DocumentVectors(np.ones((2, 4), np.float32), (b"",)),
        DocumentVectors(np.ones(2, np.float32), (b"", b"")),
        DocumentVectors(np.full((2, 4), np.nan, np.float32), (b"", b"")),
    ],
    ids=["a vector short", "states short", "flat", "not a number"],
)
def test_vectors_that_do_not_fit_are_refused(tmp_path, vectors):
    with Catalogue.open(tmp_path) as catalogue:
        with pytest.raises(ValueError):
            catalogue.replace(split_by_hand(HUNGARY), vectors)
        assert catalogue.documents() == []


def test_an_answer_is_saved_under_its_id(catalogue):
    document = add(catalogue, POLAND)
    for text in ('{"text": "één"}', '{"text": "één"}', '{"text": "twee"}'):
        catalogue.save_answer("answer", text, [document.id, document.id])
        assert catalogue.saved_answer("answer") == text
    catalogue.save_answer("refusal", "{}", [])
    assert catalogue.saved_answer("refusal") == "{}"


def test_a_removed_document_takes_answers_that_mention_it_along(catalogue):
    poland, hungary = add(catalogue, POLAND), add(catalogue, HUNGARY, path="/h.txt")
    catalogue.save_answer("poland", "{}", [poland.id])
    catalogue.save_answer("hungary", "{}", [hungary.id])
    catalogue.save_answer("both", "{}", [poland.id, hungary.id])
    catalogue.remove(poland.id)
    assert catalogue.saved_answer("hungary") == "{}"
    for answer_id in ("poland", "both", "never saved"):
        with pytest.raises(UnknownAnswerError, match=answer_id):
            catalogue.saved_answer(answer_id)
    add(catalogue, "Something else.", path="/h.txt")
    with pytest.raises(UnknownAnswerError):
        catalogue.saved_answer("hungary")


def test_an_answer_about_a_document_just_removed_is_not_saved(catalogue):
    with pytest.raises(UnknownDocumentError):
        catalogue.save_answer("late", "{}", ["removed"])
    with pytest.raises(UnknownAnswerError):
        catalogue.saved_answer("late")


@pytest.mark.parametrize(("version", "age"), [(0, "older"), (99, "newer")])
def test_a_catalogue_of_another_version_is_refused_naming_both(tmp_path, version, age):
    with Catalogue.open(tmp_path) as catalogue, catalogue._connections.writing() as connection:
        catalogue_meta.write_meta(connection, "schema_version", version)
    with pytest.raises(CatalogueError, match=f"version {version}.*{age}.*version {catalogue_schema.SCHEMA_VERSION}"):
        Catalogue.open(tmp_path)


def test_stored_settings_are_the_careful_ones(catalogue):
    with catalogue._connections.writing() as connection:
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        assert values == ["wal", 2]
        assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(CatalogueError, match="cannot be written"), catalogue._connections.reading() as connection:
        connection.execute("DELETE FROM documents")
