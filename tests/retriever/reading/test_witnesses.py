import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.reading.witnesses import one_of_each_witness
from retriever.types import Reading
from tests.fakes import WordCountEmbedder

LETTER = (
    "Dear Anton, I hope that this letter finds you. The {horse} was sold for {price} guilders to the vet of Diever. "
    "I kept the cart and the harness, because nobody wanted them. The saddle went to your cousin in Assen."
)
embedder = WordCountEmbedder()


@pytest.fixture
def quoted(tmp_path):
    """Give the sentences with a price that are left of texts, added in this order and scored from high to low."""
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)

        def quoted(*texts):
            ids = [
                ingest_bytes(f"{number}.txt", text.encode(), catalogue, embedder.read_passages).document.id
                for number, text in enumerate(texts)
            ]
            passages = {one.id: one for one in catalogue.passages(catalogue.passage_vectors().passage_ids)}
            readings = [
                Reading(one, passages[one.passage_id], 0.9 - 0.1 * ids.index(one.document_id))
                for one in catalogue.sentences(list(passages))
                if "guilders" in one.search_text
            ]
            best_first = sorted(readings, key=lambda one: -one.score)
            left = one_of_each_witness(best_first, catalogue, threshold=0.05)
            return [(ids.index(one.sentence.document_id), round(one.score, 1)) for one in left]

        yield quoted


def letter(horse="horse", price="ninety"):
    return LETTER.format(horse=horse, price=price)


def test_a_copy_is_no_second_witness(quoted):
    assert len(quoted(letter(), letter().replace("guilders to", "guilders  to"), letter(horse="hors e"))) == 1


def test_of_two_versions_the_newer_one_speaks_with_the_better_score(quoted):
    assert quoted(letter(), letter(price="eighty")) == [(1, 0.9)]


def test_other_texts_that_say_it_in_like_words_are_witnesses(quoted):
    one = "According to the report, 52 men lost their lives for 3 guilders a day. The pit was closed."
    other = "At least 57 men lost their lives for 3 guilders a day. Nobody was ever tried."
    assert len(quoted(one, other, "52 men lost their lives for 3 guilders a day.")) == 3


def test_other_sentences_of_a_copy_stay(quoted):
    text = letter() + " The cow brought forty guilders at the market."
    assert len(quoted(text, text.replace("Assen", "Emmen"))) == 2


def test_sentences_of_one_document_are_never_copies(quoted):
    assert len(quoted(f"{letter()}\n\n{letter()}")) == 2
