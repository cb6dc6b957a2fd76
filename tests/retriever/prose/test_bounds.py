import pytest

from retriever.prose.bounds import bound_of, keeps_bounds
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
