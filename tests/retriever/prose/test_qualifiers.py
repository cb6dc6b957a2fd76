import pytest

from retriever.prose.qualifiers import adds_cause, adds_negation, bound_of, keeps_bounds, keeps_hedges
from retriever.words.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least 73 people", "at_least"),
        ("more than seven hundred", "at_least"),
        ("minstens 73 doden", "at_least"),
        ("ruim 400.000 Polen", "at_least"),
        ("about 73 people", "about"),
        ("zo'n vijftienduizend mensen", "about"),
        ("ca. 1950", "about"),
        ("up to 73 people", "at_most"),
        ("nog geen 73 mensen", "at_most"),
        ("73 people", None),
        ("turnover 73", None),
        ("some say that 73 people", None),
    ],
)
def test_what_stands_right_before_a_number_bounds_it(text, bound):
    (quantity,) = find_quantities(text)
    assert bound_of(text, quantity) == bound


@pytest.mark.parametrize(
    ("sentence", "texts", "kept"),
    [
        ("73 people died.", ["At least 73 people died."], False),
        ("At least 73 people died.", ["At least 73 people died."], True),
        ("Er vielen minstens 73 doden.", ["It left at least 73 people dead."], True),
        ("Er vielen hoogstens 73 doden.", ["It left at least 73 people dead."], False),
        ("About 73 people died.", ["73 people died."], True),
        ("73 people died.", ["At least 73 people died.", "Of the 73 dead, two were soldiers."], True),
        ("73 people died and 700 were wounded.", ["73 people died and more than 700 were wounded."], False),
        ("700 people came.", ["At least 73 people died."], True),  # another check finds the number that is lacking
        ("People died.", ["At least 73 people died."], True),
    ],
)
def test_a_number_is_no_more_exact_than_in_the_texts(sentence, texts, kept):
    assert keeps_bounds(sentence, texts) is kept


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Bakker believed that the ferry would stay.", True),  # "would" hedges it, too
        ("Bakker believed in the ferry.", False),
        ("Bakker apparently believed in the ferry.", True),
        ("Bakker apparently had a boat.", True),
        ("Bakker had a boat.", True),
    ],
)
def test_a_hedge_is_kept_with_the_word_that_it_is_about(sentence, kept):
    assert keeps_hedges(sentence, ["Bakker apparently believed that the ferry would stay."], "en") is kept


@pytest.mark.parametrize(
    ("sentence", "evidence", "language"),
    [
        ("Wolf stierf aan een longontsteking.", "Wolf stierf, waarschijnlijk aan een longontsteking.", "nl"),
        ("Wolf improved the ferry.", "Wolf pressed ahead with steps to improve the ferry.", "en"),
        ("Wolf secured a boat.", "Wolf wanted a boat.", "en"),
        ("Bakker restored the ties.", "Bakker agreed to restore the ties.", "en"),
        ("Wolf heeft het veer kunnen redden.", "Wolf probeerde het veer te redden.", "nl"),
        ("De schippers kregen loonsverhoging.", "De schippers eisten loonsverhoging.", "nl"),
        ("The dyke closed the port.", "Bakker said the dyke might close the port.", "en"),
        ("Het veer stopte.", "Het veer zou stoppen.", "nl"),
    ],
)
def test_what_was_uncertain_attempted_wanted_or_possible_is_no_fact(sentence, evidence, language):
    assert not keeps_hedges(sentence, [evidence], language)
    assert keeps_hedges(evidence, [evidence], language)


def test_the_month_of_may_is_no_hedge():
    assert keeps_hedges("The port closed in 1957.", ["In May closed the port."], "en")
    assert not keeps_hedges("The port closed in 1957.", ["The port may close."], "en")


@pytest.mark.parametrize(
    ("sentence", "evidence", "added"),
    [
        ("Het veer stopte niet.", "The ferry stopped.", True),
        ("Het veer stopte niet.", "The ferry didn't stop.", False),
        ("The ferry stopped.", "Het veer stopte niet.", False),  # for the verifier
        ("No ferry stopped.", "The ferry stopped.", True),
    ],
)
def test_a_negation_is_looked_for_in_the_evidence_in_either_language(sentence, evidence, added):
    assert adds_negation(sentence, [evidence]) is added


@pytest.mark.parametrize(
    ("sentence", "evidence", "added"),
    [
        ("Omdat de brug kapot was, stopte het veer.", "De brug was kapot en het veer stopte.", True),
        ("Omdat de brug kapot was, stopte het veer.", "The ferry stopped owing to the broken bridge.", False),
        ("De brug was kapot.", "De brug was kapot.", False),
    ],
)
def test_a_cause_is_looked_for_in_the_evidence_in_either_language(sentence, evidence, added):
    assert adds_cause(sentence, [evidence]) is added
