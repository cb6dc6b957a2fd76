from retriever.prose.telling_words import kept_words, telling_stems


def test_words_that_tell_something_are_known_by_their_stems():
    assert telling_stems("The ferries and the ferry", "en") == ["ferri", "ferri"]


def test_words_are_kept_where_both_have_them_in_the_same_order():
    sentence, text = "Bakker, old and tired, sold the ferries", "Bakker sold his ferry in May"
    words = [("Bakker", "Bakker"), ("sold", "sold"), ("ferries", "ferry")]
    kept = kept_words(sentence, text, "en")
    assert [(sentence[own.start : own.end], text[its.start : its.end]) for own, its in kept] == words


def test_words_in_another_order_are_not_all_kept():
    assert len(kept_words("Bakker sold it", "It was sold by Bakker", "en")) == 1
    assert kept_words("", "Bakker", "en") == []
