import pytest

from retriever.words.terms import covered_terms, question_terms, vocabulary_of


def covered(question, question_language, text, text_language):
    terms = question_terms(question, question_language)
    return {term.word for term in covered_terms(terms, question_language, vocabulary_of(text, text_language))}


def test_stop_words_are_no_terms():
    assert [term.word for term in question_terms("Hoeveel molens waren er in Zaltbommel?", "nl")] == [
        "molens",
        "Zaltbommel",
    ]


def test_an_inflected_word_is_covered():
    assert covered("Hoeveel molens stonden daar?", "nl", "Er stond één molen.", "nl") >= {"molens"}


@pytest.mark.parametrize(
    ("dutch", "english"),
    [("Chroesjtsjov", "Khrushchev"), ("Boelganin", "Bulganin"), ("Rakosi", "Rákosi"), ("Gomoelka", "Gomułka")],
)
def test_a_name_is_covered_in_its_other_spelling(dutch, english):
    assert covered(f"Wat zei toen {dutch}?", "nl", f"Later {english} spoke.", "en") >= {dutch}


def test_a_number_must_be_the_same():
    assert "1956" not in covered("Wat gebeurde in 1956?", "nl", "Het was 1955.", "nl")


def test_rare_words_weigh_more():
    weights = {term.word: term.weight for term in question_terms("Was the mill in Zaltbommel good?", "en")}
    assert weights["Zaltbommel"] > weights["mill"] > weights["good"]
