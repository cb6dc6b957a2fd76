import pytest

from retriever.prose.hedges import keeps_hedges


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


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Bakker wanted to sell the boats.", False),
        ("Wolf claimed that Bakker wanted to sell the boats.", True),
        ("According to Wolf, Bakker wanted to sell the boats.", True),
        ("The ferry had been sunk by Bakker.", False),
        ("Wolf spoke in May.", True),
    ],
)
def test_all_that_follows_is_what_somebody_said(sentence, kept):
    evidence = ["Wolf claimed that the ferry had been sunk by “men of Bakker, who wants to sell the boats”."]
    assert keeps_hedges(sentence, evidence, "en") is kept


def test_what_follows_ends_with_its_sentence():
    evidence = ["Wolf claimed that the ferry had been sunk. Bakker sold the boats."]
    assert keeps_hedges("Bakker sold the boats.", evidence, "en")


@pytest.mark.parametrize(
    ("sentence", "kept"), [("De brug was kapot.", False), ("Bakker zei: de brug was kapot.", True)]
)
def test_according_to_is_known_in_dutch(sentence, kept):
    assert keeps_hedges(sentence, ["Volgens Bakker was de brug kapot."], "nl") is kept


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("Wolf secured a boat.", False),
        ("Wolf wished to have a boat.", True),
        ("Bakker restored the ties.", False),
        ("Bakker agreed to restore the ties.", True),
    ],
)
def test_what_was_wanted_or_agreed_to_has_not_been_done(sentence, kept):
    assert keeps_hedges(sentence, ["Wolf wanted a boat.", "Bakker agreed to restore the ties."], "en") is kept


def test_demands_and_threats_are_known_in_dutch():
    evidence = ["De schippers eisten loonsverhoging.", "Bakker dreigde de brug te sluiten."]
    assert not keeps_hedges("De schippers kregen loonsverhoging.", evidence, "nl")
    assert keeps_hedges("Loonsverhoging eisten de schippers.", evidence, "nl")
    assert not keeps_hedges("Bakker sluit de brug.", evidence, "nl")
