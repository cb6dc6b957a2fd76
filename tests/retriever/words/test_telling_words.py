from retriever.words.telling_words import telling_stems


def test_stop_words_and_inflection_do_not_tell():
    assert list(telling_stems("De veren naar Marken", "nl")) == list(telling_stems("Het veer naar Marken", "nl"))


def test_a_word_that_comes_back_comes_twice():
    assert list(telling_stems("Marken, Marken en het veer.", "nl")) == ["mark", "mark", "veer"]
