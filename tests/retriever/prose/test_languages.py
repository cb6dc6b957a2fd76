import pytest

from retriever.prose.languages import foreign_words, is_in_another_language


@pytest.mark.parametrize(
    ("sentence", "language", "other"),
    [
        ("De schipper voer in 1957 voor het laatst naar Marken.", "nl", False),
        ("The ferry sailed to Marken for the last time in 1957.", "en", False),
        ("The ferry sailed to Marken for the last time in 1957.", "nl", True),
        ("De schipper learned in 1957 dat zijn brother was returned.", "nl", True),
        ("Het heette “the order of the ferrymen who returned”.", "nl", False),
        ("De schipper oversaw het vertrek van het veer.", "nl", True),
        ("De schipper heette Kees van der Wolf.", "nl", False),
        ("The skipper was called Kees van der Wolf.", "en", False),
        ("The skipper was called Kees, broer of Jan.", "en", True),
        ("Zij werkte bij de Royal Society of Ferries and Boats.", "nl", False),
        ("La nave è partita senza nessuno.", "it", False),
    ],
)
def test_a_sentence_with_several_words_of_the_other_language_is_not_in_the_one_asked_for(sentence, language, other):
    assert is_in_another_language(sentence, language) is other


def test_foreign_words_are_those_far_commoner_in_the_other_language():
    assert foreign_words("De schipper learned dat zijn brother weg was.", "nl") == {"learned", "brother"}
    assert foreign_words("The skipper and zijn broer left.", "en") == {"zijn", "broer"}
    assert foreign_words("Il fratello learned.", "it") == set()
