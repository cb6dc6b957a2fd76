import re
from random import Random

import pytest

from evals.controls.corrupted_words import change_number, flip_negation, names_of, swap_name

NAMES = ("Anton Brel", "Karel Noor", "Lisse", "Varda")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Er kwamen 257 mensen.", r"Er kwamen [1-9]\d\d mensen\."),
        ("Room 5 was shut.", r"Room [1-9] was shut\."),
        ("It cost 1,436 crowns.", r"It cost [1-9],\d\d\d crowns\."),
        ("Het waren er zevenhonderd.", r"Het waren er [a-z]+honderd\."),
        ("Three men came.", r"(?!Three)[A-Z][a-z]+ men came\."),
        ("In 1956 it ended.", r"In 19[56]\d it ended\."),
        ("Op de 7e juni.", r"Op de \d+e juni\."),
        ("In april dus niet 3 mei.", r"In april dus niet (?:[1-9] mei|3 (?!mei)[a-z]+)\."),
    ],
)
def test_a_number_becomes_another_of_its_shape(text, shape):
    changed = [change_number(text, (), Random(seed)) for seed in range(60)]
    assert all(re.fullmatch(shape, one) for one in changed)
    assert text not in changed


def test_a_changed_day_stays_a_day():
    changed = {change_number("Closed since 31 May", (), Random(seed)) for seed in range(60)}
    days = {int(one.split()[2]) for one in changed if one.endswith("May")}
    assert days and days <= set(range(10, 29))


def test_a_number_may_be_taken_from_the_evidence():
    changed = [change_number("It rose to 57.", ["57 of 74 and 1,436"], Random(seed)) for seed in range(20)]
    assert 5 <= changed.count("It rose to 74.") <= 15


@pytest.mark.parametrize("text", ["Ten minste een van hen kwam.", "No number here.", "Op een dag in mei."])
def test_what_is_no_number_is_not_changed(text):
    assert change_number(text, ["57"], Random(1)) is None


@pytest.mark.parametrize(
    ("text", "flipped"),
    [
        ("Hij was niet ziek.", "Hij was ziek."),
        ("Zij kregen geen brood.", "Zij kregen een brood."),
        ("Zij kregen geen nieuwe wapens.", "Zij kregen nieuwe wapens."),
        ("Hij kon niet meer lopen.", "Hij kon nog steeds lopen."),
        ("The case was not closed.", "The case was closed."),
        ("Nobody came.", "Everybody came."),
        ("There was no discussion.", "There was a discussion."),
        ("De brug werd gesloten.", "De brug werd niet gesloten."),
        ("Toen kon men naar de stad.", "Toen kon men niet naar de stad."),
        ("The bridge was closed.", "The bridge was not closed."),
        ("It seemed to have been the end when he came.", "It never seemed to have been the end when he came."),
        ("The council paid the bill.", "The council never paid the bill."),
    ],
)
def test_a_negation_is_taken_away_or_put_in(text, flipped):
    assert flip_negation(text, Random(1)) == flipped


def test_a_sentence_without_a_known_verb_keeps_its_polarity():
    assert flip_negation("A report on bridges.", Random(1)) is None


def test_a_name_becomes_another_name_of_the_texts():
    swapped = {swap_name("They met at Varda again.", NAMES, (), Random(seed)) for seed in range(20)}
    assert swapped == {"They met at Lisse again."}
    assert {swap_name("Then Anton Brel left.", NAMES, (), Random(seed)) for seed in range(20)} == {
        "Then Karel Noor left."
    }


def test_a_name_may_be_taken_from_the_evidence():
    names = ("Bergen", "Culm", "Dover", "Essen", "Florence", "Genoa", "Varda")
    swapped = [swap_name("They met at Varda.", names, ["From Essen to Varda"], Random(seed)) for seed in range(20)]
    assert 8 <= swapped.count("They met at Essen.") <= 17


def test_a_known_name_is_swapped_where_it_opens_the_sentence():
    assert swap_name("Varda lay in ruins.", NAMES, (), Random(1)) == "Lisse lay in ruins."
    assert swap_name("Soria lay in ruins.", NAMES, (), Random(1)) is None


def test_a_name_that_the_sentence_has_already_is_not_put_in():
    names = ("Anton Brel", "Karel Noor", "Lisse Maas")
    swapped = {swap_name("There Anton Brel met Karel Noor.", names, (), Random(seed)) for seed in range(20)}
    assert swapped == {"There Lisse Maas met Karel Noor.", "There Anton Brel met Lisse Maas."}


@pytest.mark.parametrize("text", ["Nothing is named here.", "It was a Polish victory in May.", "Afterwards it ended."])
def test_what_is_no_name_is_not_swapped(text):
    assert swap_name(text, NAMES, (), Random(1)) is None


def test_one_name_in_two_languages_is_no_other_name():
    assert swap_name("They left for Poland.", ("Polen", "Poland"), (), Random(1)) is None


def test_names_are_found_inside_sentences_only():
    found = names_of(
        [
            "The case of Jan Smit ended.",
            "However it was the State of Soria. A state ended.",
            "IN GENOA",
            "Sir Ola left.",
        ]
    )
    assert found == ("Jan Smit", "Ola", "Soria")
