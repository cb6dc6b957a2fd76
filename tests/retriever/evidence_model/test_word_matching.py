import numpy as np
import pytest

from retriever.evidence_model.evidence_models import load_shipped
from retriever.evidence_model.word_matching import EncodedWord, encoded_words, matched_words
from retriever.settings import Settings


def encoded(**vectors):
    return [EncodedWord(word, np.array(vector, float)) for word, vector in vectors.items()]


def test_tokens_are_put_together_to_words():
    text = "l'Été 1957: oud-schipper"
    offsets = [(0, 2), (2, 5), (6, 8), (8, 10), (10, 11), (12, 15), (15, 16), (16, 24)]
    words = encoded_words(text, offsets, np.arange(16.0).reshape(8, 2))
    assert [one.word for one in words] == ["l'Été", "1957", "oud-schipper"]
    assert words[1].vector.tolist() == [5.0, 6.0]


def test_a_word_without_a_token_is_left_out():
    assert [one.word for one in encoded_words("een twee", [(0, 3)], np.ones((1, 2)))] == ["een"]


def test_each_word_is_matched_with_the_likest_one():
    here, there = encoded(ferry=(3, 0, 1), stopped=(0, 3, 1)), encoded(veer=(2, 0, 1), molen=(0, -3, 1))
    matched = {one.word: one.likeness for one in matched_words(here, there)}
    assert matched["ferry"] > 0.8
    assert matched["stopped"] < 0.5


def test_what_all_words_share_makes_no_two_of_them_alike():
    here, there = encoded(a=(9, 9, 9 + 1)), encoded(b=(9, 9 + 1, 9), c=(9 + 1, 9, 9))
    assert matched_words(here, there)[0].likeness < 0


def test_nothing_is_like_a_word_where_there_are_none():
    assert [one.likeness for one in matched_words(encoded(a=(1, 0)), [])] == [-1.0]
    assert matched_words([], encoded(a=(1, 0))) == []


@pytest.mark.real
def test_the_real_encoder_finds_the_word_that_has_no_counterpart_across_languages(model_cache):
    evidence_model, _ = load_shipped(Settings(home=model_cache))
    evidence = "Malenkov was replaced as prime minister by Bulganin in February 1955."
    right = evidence_model.match_words("Bulganin verving Malenkov in februari 1955 als premier.", evidence)
    wrong = evidence_model.match_words("Malenkov trouwde in februari 1955 met een pianiste.", evidence)
    likeness = {one.word: one.likeness for one in (*right, *wrong)}
    assert min(likeness[word] for word in ("Bulganin", "februari", "premier")) > 0.5
    assert max(likeness[word] for word in ("trouwde", "pianiste")) < 0.4
