import pytest

from retriever.prose.names_in_place import find_name_places, joins_over_another_name

EVIDENCE = "Bakker was sold in July 1956, and Dekker might have stayed had he not suddenly sunk in March 1957."


def test_a_given_name_and_its_surname_are_one_place():
    text = "In 1957 Kees Wolf sailed from Marken."
    assert [text[place.start : place.end] for place in find_name_places(text, "en")] == ["Kees Wolf", "Marken"]


@pytest.mark.parametrize(
    ("sentence", "joins"),
    [
        ("Bakker suddenly sank in March 1957.", True),
        ("Dekker suddenly sank in March 1957.", False),
        ("Bakker was sold in July 1956.", False),
        ("Bakker was sold and Dekker sank in March 1957.", False),
        ("Bakker stayed.", True),
        ("It sank in March 1957.", False),
        ("Bakker.", False),
    ],
)
def test_a_name_is_not_joined_to_what_is_said_of_another(sentence, joins):
    assert joins_over_another_name(sentence, [EVIDENCE], "en") is joins


def test_two_pieces_of_evidence_are_read_one_after_the_other():
    assert joins_over_another_name("Bakker sank.", ["Bakker was a farmer.", "Dekker sank."], "en")
