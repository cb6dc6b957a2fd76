from pathlib import Path

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.errors import ModelMismatchError
from ingest.pipeline import ingest_bytes
from ingest.types import EmbeddedTexts
from retriever.embedding.reindexing import reindex
from tests.fakes import WordCountEmbedder

SAMPLES = Path(__file__).parents[3] / "ingest" / "samples"
TEXTS = {
    "bakkers.txt": "De samen-\r\nwerking van de bakkers begon. Zij kregen twaalf zakken meel 🙂.",
    "sailors.txt": "The sailors of Hull received forty barrels. Then they sang all night.",
}


class BackwardEmbedder(WordCountEmbedder):
    """Another model: what the word counter gives, in reverse, and one number longer."""

    def __init__(self):
        super().__init__()
        self.fingerprint = "backward@65"

    def read_passages(self, texts, **others):
        read = super().read_passages(texts, **others)
        vectors = np.hstack([read.vectors[:, ::-1], np.zeros((len(texts), 1), np.float32)])
        return EmbeddedTexts(vectors, tuple(states[::-1] for states in read.states))


old, new = WordCountEmbedder(), BackwardEmbedder()


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(old.fingerprint)
        for name, text in TEXTS.items():
            ingest_bytes(name, text.encode(), catalogue, old.read_passages)
        yield catalogue


def without_vectors(catalogue):
    """Return all that the catalogue holds but the vectors."""
    documents = catalogue.documents()
    splits = [catalogue.split_document(document.id) for document in documents]
    found = [catalogue.search_keywords(word, limit=10) for word in ("samenwerking", "barrels")]
    return documents, splits, found, catalogue.saved_answer("an answer")


def states_of(catalogue):
    return catalogue.states(catalogue.passage_vectors().passage_ids)


def test_everything_but_the_vectors_stays_as_it_was(catalogue):
    catalogue.save_answer("an answer", '{"text": "Zij kregen meel."}', [catalogue.documents()[0].id])
    before = without_vectors(catalogue)
    reindex(catalogue, new)
    assert without_vectors(catalogue) == before


def test_all_vectors_are_those_of_the_new_model(catalogue):
    passages, states = catalogue.passage_vectors().matrix, states_of(catalogue)
    reindex(catalogue, new)
    assert catalogue.model_fingerprint == "backward@65"
    np.testing.assert_array_equal(catalogue.passage_vectors().matrix[:, :64], passages[:, ::-1])
    assert states_of(catalogue) == {passage_id: packed[::-1] for passage_id, packed in states.items()}
    assert catalogue.passage_vectors().matrix.shape[1] == 65


def test_the_same_model_gives_the_same_vectors(catalogue):
    passages, states = catalogue.passage_vectors().matrix, states_of(catalogue)
    reindex(catalogue, old)
    np.testing.assert_array_equal(catalogue.passage_vectors().matrix, passages)
    assert states_of(catalogue) == states


def test_the_sequence_grows_so_that_an_index_is_built_again(catalogue):
    before = catalogue.sequence
    reindex(catalogue, new)
    assert catalogue.sequence > before


def test_another_model_is_refused_before_reindexing_and_both_are_named(catalogue):
    with pytest.raises(ModelMismatchError) as refused:
        catalogue.bind_model(new.fingerprint)
    assert "word-count@64" in str(refused.value)
    assert "backward@65" in str(refused.value)


def test_after_reindexing_the_new_model_is_taken_and_the_old_one_refused(catalogue):
    reindex(catalogue, new)
    catalogue.bind_model(new.fingerprint)
    with pytest.raises(ModelMismatchError):
        catalogue.bind_model(old.fingerprint)


def test_an_interrupted_run_leaves_everything_as_it_was(catalogue):
    passages = catalogue.passage_vectors().matrix

    def interrupt(number, of):
        if number == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(catalogue, new, progress=interrupt)
    assert catalogue.model_fingerprint == old.fingerprint
    np.testing.assert_array_equal(catalogue.passage_vectors().matrix, passages)


def test_progress_counts_the_documents(catalogue):
    heard = []
    assert reindex(catalogue, new, progress=lambda *told: heard.append(told)) == 2
    assert heard == [(1, 2), (2, 2)]


def test_an_empty_catalogue_takes_the_new_model(tmp_path):
    with Catalogue.open(tmp_path / "empty") as catalogue:
        catalogue.bind_model(old.fingerprint)
        assert reindex(catalogue, new) == 0
        assert catalogue.model_fingerprint == "backward@65"


@pytest.mark.real
def test_a_sample_text_of_another_model_is_found_with_the_real_one(catalogue, real_embedder):
    sample = SAMPLES / "oostenrijk-staatsverdrag-1955.txt"
    added = ingest_bytes(sample.name, sample.read_bytes(), catalogue, old.read_passages).document
    reindex(catalogue, real_embedder)
    vectors = catalogue.passage_vectors()
    scores = vectors.matrix @ real_embedder.embed_queries(["What did Austria have to pay the Soviet Union?"])[0]
    assert catalogue.model_fingerprint == real_embedder.fingerprint
    assert vectors.document_ids[int(scores.argmax())] == added.id
