import pytest

from retriever.prose.sentence_shape import repeats_itself, speaks_for_another, states_something


@pytest.mark.parametrize(
    ("sentence", "repeats"),
    [
        ("De schipper vroeg de gemeente niet om hulp, omdat de schipper de gemeente om hulp vroeg.", True),
        ("The miller sold the mill because the miller had to sell the mill.", False),  # three telling words: too few
        ("De schipper vroeg de gemeente om hulp, en de gemeente gaf hem een boot.", False),
        ("Het veer stopte.", False),
        ("", False),
    ],
)
def test_a_sentence_that_says_everything_twice_is_found(sentence, repeats):
    assert repeats_itself(sentence) is repeats


@pytest.mark.parametrize(
    ("sentence", "states"),
    [
        ("Bulgaria, Hungary, Romania", False),
        ("Bulgarije en Roemenië, 1957", False),
        ("Wolf, Dutch skippers, Bakker.", False),
        ("Wolf, rijke boeren en vissers", False),
        ("In 1957", False),
        ("", False),
        ("Dat was in 1957.", True),
        ("Roemenië verloor het veer.", True),
        ("Three ferries", True),
        ("Wolf died of age and of sorrow.", True),
        ("Wolf, Bakker and the other skippers sold it.", True),
    ],
)
def test_a_bare_list_states_nothing(sentence, states):
    assert states_something(sentence) is states


@pytest.mark.parametrize(
    ("sentence", "speaks"),
    [
        ("Bakker wanted to keep our ferry.", True),
        ("Bakker wanted to keep “our ferry”.", False),
        ("Wij verkochten het veer.", True),
        ("The US sold the ferry.", False),
        ("De mijn werd verkocht.", False),
    ],
)
def test_who_says_we_outside_quotation_marks_is_found(sentence, speaks):
    assert speaks_for_another(sentence) is speaks
