from random import Random

import pytest

from evals.training.changes import (
    change_date,
    change_name,
    change_negation,
    change_number,
    change_quantifier,
    swap_roles,
)
from evals.training.claim_sentences import is_natural, split_sentences

RULES = {
    "number": change_number,
    "date": change_date,
    "negation": change_negation,
    "quantifier": change_quantifier,
    "roles": swap_roles,
}


@pytest.mark.parametrize(
    ("kind", "language", "text", "label"),
    [
        ("number", "nl", "Er vielen 53 doden in de stad.", "refuted"),
        ("number", "en", "The list had 16 demands.", "refuted"),
        ("date", "nl", "Op 28 juni 1956 begon de staking.", "refuted"),
        ("date", "en", "The strike began on 28 June 1956.", "refuted"),
        ("negation", "nl", "De fabriek werd gesloten en is nu leeg.", "refuted"),
        ("negation", "en", "The report was not read.", "refuted"),
        ("quantifier", "nl", "Alle arbeiders staakten.", "refuted"),
        ("quantifier", "en", "At least forty people died.", "refuted"),
        ("roles", "en", "The speech of Nikita Khrushchev angered Mao Zedong.", "not_enough"),
    ],
)
def test_a_rule_changes_one_thing(kind, language, text, label):
    changes = [RULES[kind](text, language, Random(seed)) for seed in range(20)]
    assert all(change.kind == kind and change.text != text for change in changes)
    assert label in {change.label for change in changes}


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_leaves_alone_what_it_does_not_find(kind):
    assert RULES[kind]("Hij liep weg", "nl", Random(1)) is None


def test_a_month_keeps_its_day_or_the_year_moves():
    texts = {change_date("op 28 juni 1956 begon het", "nl", Random(seed)).text for seed in range(30)}
    assert any("1956" in text and "juni" not in text for text in texts)
    assert any("28 juni" in text and "1956" not in text for text in texts)


def test_dutch_negation_stays_out_of_subordinate_clauses():
    assert change_negation("Wie zegt dat het rapport gelezen is, heeft gelijk.", "nl", Random(1)) is None


def test_an_article_becomes_geen():
    assert change_negation("Dit is een fabriek.", "nl", Random(1)).text == "Dit is geen fabriek."


def test_a_name_is_replaced_by_one_of_as_many_words():
    change = change_name("Toen sprak Nikita Khrushchev.", ["Mao", "Imre Nagy"], Random(1))
    assert change.text == "Toen sprak Imre Nagy."
    assert change.label == "not_enough"


def test_names_joined_by_and_may_not_change_places():
    assert swap_roles("We met Anna and Bram.", "en", Random(1)) is None


def test_code_and_headings_are_no_claims():
    assert is_natural("The factory was closed in June.")
    assert not is_natural("=COUNTIF(A1:A10;B1) returns one value here.")
    assert not is_natural("The closing of the factory")


def test_prose_is_split_where_a_capital_follows():
    assert split_sentences("He left. She stayed, e.g. here. Then?") == ["He left.", "She stayed, e.g. here.", "Then?"]


@pytest.mark.parametrize(
    ("language", "text", "changed"),
    [
        ("en", "Every house was sold.", "No house was sold."),
        ("nl", "Altijd was de deur open.", "Nooit was de deur open."),
        ("nl", "De deur was altijd open.", "De deur was nooit open."),
    ],
)
def test_another_quantity_word_begins_as_the_old_one_did(language, text, changed):
    assert change_quantifier(text, language, Random(1)).text == changed
