import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.embedding.state_reader import StateReader
from tests.fakes import WordCountEmbedder

TEXT = b"De bakkers van Tiel kregen meel."


class CountingEmbedder(WordCountEmbedder):
    def __init__(self):
        super().__init__()
        self.read = []

    def passage_states(self, texts):
        self.read += texts
        return super().passage_states(texts)


@pytest.fixture
def embedder():
    return CountingEmbedder()


@pytest.fixture
def catalogue(tmp_path, embedder):
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield catalogue


@pytest.fixture
def passages(catalogue, embedder):
    document = ingest_bytes("a.txt", TEXT, catalogue, embedder.read_passages).document
    return catalogue.split_document(document.id).passages


def test_a_question_is_read_once_for_its_vector_and_its_states(catalogue, embedder):
    states = StateReader(catalogue, embedder)
    assert len(states.question("Wie kreeg meel?")) == 2
    assert np.allclose(states.vector("Wie kreeg meel?"), embedder.embed("Wie kreeg meel?"))
    assert embedder.queries_embedded == 1


def test_a_passage_is_not_read_again_for_a_question(catalogue, embedder, passages):
    states = StateReader(catalogue, embedder).passages(passages)
    assert list(states) == [passages[0].id]
    assert len(states[passages[0].id].matrix) == 4
    assert embedder.read == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM token_states",
        "UPDATE token_states SET packed = x'00'",
        "UPDATE token_states SET packed = substr(packed, 1, 100)",
        "UPDATE token_states SET packed = 'text'",
    ],
)
def test_what_the_catalogue_does_not_hold_is_made_from_the_text(catalogue, embedder, passages, change):
    states = StateReader(catalogue, embedder)
    (before,) = states.passages(passages).values()
    with catalogue._connections.writing() as connection:
        connection.execute(change)
    (after,) = states.passages(passages).values()
    assert embedder.read == [passages[0].search_text]
    np.testing.assert_array_equal(after.matrix, before.matrix)
    np.testing.assert_array_equal(after.starts, before.starts)
