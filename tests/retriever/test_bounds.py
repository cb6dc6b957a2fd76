import pytest

from retriever.bounds import bound_of, keeps_bounds, keeps_hedges
from retriever.quantities import find_quantities


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
        ("Bakker believed that the ferry would stay.", False),
        ("Bakker apparently believed that the ferry would stay.", True),
        ("Perhaps Bakker believed it.", True),
        ("The ferry would stay.", False),
        ("Bakker apparently had a boat.", True),
    ],
)
def test_a_hedge_is_kept_with_the_word_that_it_is_about(sentence, kept):
    assert keeps_hedges(sentence, ["Bakker apparently believed that the ferry would stay."], "en") is kept


def test_hedges_are_known_in_dutch_and_small_words_may_stand_between():
    evidence = ["Wolf stierf, waarschijnlijk aan een longontsteking."]
    assert not keeps_hedges("Wolf stierf aan een longontsteking.", evidence, "nl")
    assert keeps_hedges("Wolf stierf vermoedelijk aan een longontsteking.", evidence, "nl")
    assert keeps_hedges("Wolf stierf.", evidence, "nl")


def test_what_somebody_hoped_or_said_in_passing_is_a_hedge():
    evidence = ["Wolf sought a ferry that, he hoped, would last.", "Een brug, zo meende hij, bleef overeind."]
    assert not keeps_hedges("Wolf sought a ferry that would last.", evidence, "en")
    assert keeps_hedges("Wolf sought a ferry that, he hoped, would last.", evidence, "en")
    assert keeps_hedges("Wolf sought a ferry.", evidence, "en")
    assert not keeps_hedges("Een brug bleef overeind.", evidence, "nl")


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Wolf improved the ferry.", False),
        ("Wolf took steps to improve the ferry.", True),
        ("Wolf tried to improve the ferry.", True),
        ("Wolf had a ferry.", True),
        ("Bakker was a thief.", False),
        ("Wolf claimed that Bakker was a thief.", True),
    ],
)
def test_an_attempt_is_no_success_and_what_somebody_said_is_not_so(sentence, kept):
    evidence = ["Wolf pressed ahead with steps to improve the ferry.", "Wolf alleged that Bakker was a thief."]
    assert keeps_hedges(sentence, evidence, "en") is kept


def test_attempts_and_what_was_said_are_known_in_dutch():
    evidence = ["Wolf probeerde het veer te redden.", "Bakker zei dat de brug kapot was."]
    assert not keeps_hedges("Wolf heeft het veer kunnen redden.", evidence, "nl")
    assert keeps_hedges("Wolf probeerde het veer te redden.", evidence, "nl")
    assert not keeps_hedges("De brug was kapot.", evidence, "nl")


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("The dyke closed the port.", False),
        ("The dyke would close the port.", True),
        ("The protest of Wolf led to it.", False),
        ("It went on despite the protest of Wolf.", True),
        ("Bakker said so in May 1957.", True),
    ],
)
def test_what_could_be_is_not_so_and_what_stood_against_it_did_not_do_it(sentence, kept):
    evidence = ["In May 1957 Bakker said the dyke might close the port.", "It went on in spite of the protest of Wolf."]
    assert keeps_hedges(sentence, evidence, "en") is kept


def test_possibility_and_obstacles_are_known_in_dutch():
    evidence = ["Ondanks het verzet van Wolf zou het veer stoppen."]
    assert not keeps_hedges("Het verzet van Wolf stopte het.", evidence, "nl")
    assert not keeps_hedges("Het veer stopte.", evidence, "nl")
    assert keeps_hedges("Het veer zou stoppen.", evidence, "nl")
