from dataclasses import replace

import pytest

from ingest.types import DocumentSummary, Passage, Sentence
from retriever.disagreement import cite_differences, find_differences, with_both_sides
from retriever.types import Label, Reading

THRESHOLD = 0.6


def reading(document, text, *, score=0.9, language="nl"):
    """Read a text whose answering words stand between brackets."""
    before, _, rest = text.partition("[")
    words, _, after = rest.partition("]")
    text = before + words + after
    passage = Passage(f"passage of {document}", document, 0, len(text), text, text, language)
    return Reading(Sentence(document, passage.id, 0, len(text), text), passage, score, answer_text=words or None)


def differences(kind, *readings):
    return find_differences(kind, readings, threshold=THRESHOLD)


def values(kind, *texts):
    found = differences(kind, *(reading(f"document {number}", text) for number, text in enumerate(texts)))
    return [difference.values for difference in found]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Er vielen [57] doden.", "Toen vielen [74 doden].", ("57", "74")),
        ("Er waren [twaalf schepen].", "Er waren [veertien] schepen.", ("twaalf", "veertien")),
        ("Er waren [10] schepen.", "Er waren er [40].", ("10", "40")),
    ],
)
def test_two_numbers_differ_across_languages(first, second, expected):
    assert values("how_many", first, second) == [expected]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Het was op [15 mei 1955].", "It was on [16 May 1955].", ("15 mei 1955", "16 May 1955")),
        ("[Op 3 mei] kwam hij.", "It was on [4 May 1955].", ("3 mei", "4 May 1955")),
        ("It was [on May 15, 1955].", "Het was op [15 juni 1955].", ("May 15, 1955", "15 juni 1955")),
        ("Het was op [12-03-1953].", "Het was op [13 maart 1953].", ("12-03-1953", "13 maart 1953")),
    ],
)
def test_two_dates_differ_across_languages(first, second, expected):
    assert values("when", first, second) == [expected]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("how_many", "Er waren [twaalf] schepen.", "Er waren [12] schepen."),
        ("how_many", "Er kwamen [30.000] man.", "Some [30,000] men came."),
        ("how_many", "Van de 90 vergingen er [57].", "Er vergingen er [57], en 80 mensen."),
        ("when", "Het was op [15 mei 1955].", "It was on [May 15, 1955]."),
        ("when", "Het was op [15 mei].", "It was on [15 May 1955]."),
    ],
)
def test_values_that_agree_are_no_disagreement(kind, first, second):
    assert values(kind, first, second) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("Er vielen [3] doden.", "Er vielen [200.000] doden."), ("Er waren [10] schepen.", "Er waren [41] schepen.")],
)
def test_numbers_of_other_sizes_tell_of_other_things(first, second):
    assert values("how_many", first, second) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Het was op [15 mei 1955].", "It was on [15 May 1956]."),
        ("Het was in [1955].", "It was in [1956]."),
    ],
    ids=["another year", "years alone"],
)
def test_dates_that_need_not_tell_of_one_thing_are_not_compared(first, second):
    assert values("when", first, second) == []


def test_a_value_is_shown_without_the_full_stop_after_it():
    assert values("when", "Het was op [3 mei.]", "It was [on 4 May].") == [("3 mei", "4 May")]


def test_numbers_are_not_compared_when_a_date_is_asked_for():
    assert values("when", "Er vielen [57] doden.", "Er vielen [74] doden.") == []


def test_dates_are_not_compared_when_a_number_is_asked_for():
    assert values("how_many", "Het was op [15 mei 1955].", "It was on [16 May 1955].") == []


@pytest.mark.parametrize("kind", ["who", "where", "why", "other"])
def test_other_questions_are_not_compared(kind):
    assert values(kind, "Er vielen [57] doden.", "Er vielen [74] doden.") == []


@pytest.mark.parametrize(("score", "found"), [(0.6, 1), (0.59, 0)], ids=["at", "below"])
def test_a_sentence_below_the_threshold_takes_no_side(score, found):
    other = reading("b", "Er vielen [74] doden.", score=score)
    assert len(differences("how_many", reading("a", "Er vielen [57] doden."), other)) == found


def test_a_document_does_not_disagree_with_itself():
    assert differences("how_many", reading("a", "Er vielen [57] doden."), reading("a", "Er vielen [74] doden.")) == []


def test_only_the_best_sentence_of_a_document_speaks_for_it():
    second = reading("b", "Er vielen [74] doden.", score=0.7)
    assert differences("how_many", reading("a", "[57] doden."), reading("b", "[57] doden.", score=0.8), second) == []


def test_each_other_document_that_differs_is_a_difference_of_its_own():
    assert values("how_many", "[57] doden.", "[74] doden.", "[57] doden.", "[60] doden.") == [
        ("57", "74"),
        ("57", "60"),
    ]


def test_nothing_read_gives_no_differences():
    assert differences("how_many") == []


def test_both_sides_are_kept_and_none_twice():
    first, second = reading("a", "[57] doden."), reading("b", "[74] doden.")
    third = reading("c", "[60] doden.")
    found = differences("how_many", first, second, third)
    assert with_both_sides([first], found) == [first, second, third]
    assert with_both_sides([first, third], found) == [first, third, second]


def test_without_differences_the_kept_readings_stay_as_they_are():
    kept = [reading("a", "[57] doden.")]
    assert with_both_sides(kept, []) == kept


def test_a_disagreement_quotes_both_sides():
    first, second = reading("a", "Er vielen [57] doden."), reading("b", "[74 people] died.", language="en")
    documents = {id: DocumentSummary(id, id.upper(), "", "text/plain", "nl", id * 64, 20, 1) for id in "ab"}
    (disagreement,) = cite_differences(differences("how_many", first, second), documents)
    assert (disagreement.kind, disagreement.values) == ("number", ("57", "74"))
    assert [one.quote for one in disagreement.citations] == ["Er vielen 57 doden.", "74 people died."]
    assert [one.document_title for one in disagreement.citations] == ["A", "B"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("According to article 30, [52 men] died.", "It is said that 57 men died."),
        ("The fee is [3 guilders].", "The voyage takes [4 weeks]."),
        ("Boek 30 telt [52] doden.", "Boek 57 telt [52] doden."),
    ],
    ids=["no answer seen", "other units", "numbers that do not answer"],
)
def test_only_values_of_one_unit_that_answer_are_compared(first, second):
    readings = [reading(name, text, language="en") for name, text in (("a", first), ("b", second))]
    assert differences("how_many", *readings) == []


def test_the_value_that_answers_is_compared_and_no_other_number():
    first, second = "According to article 30, [52 men] died.", "Upon page 41: [57 men] died."
    found = differences("how_many", reading("a", first, language="en"), reading("b", second, language="en"))
    assert [one.values for one in found] == [("52", "57")]


def test_across_languages_the_unit_is_not_compared():
    found = differences("how_many", reading("a", "Er vielen [57] doden."), reading("b", "[74] died.", language="en"))
    assert [one.values for one in found] == [("57", "74")]


def test_a_date_in_the_label_is_compared_where_it_answers():
    dated = [
        replace(reading(id, "They came for Gerrit."), above=0, label=Label(0, len(day), day))
        for id, day in (("a", "4 May 1943"), ("b", "5 May 1943"))
    ]
    assert [one.values for one in differences("when", *dated)] == [("4 May 1943", "5 May 1943")]
