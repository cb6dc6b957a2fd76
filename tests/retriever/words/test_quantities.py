import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ingest.types import Span
from retriever.words.dates import date_order
from retriever.words.quantities import find_quantities, same_value, whole_values


def values(text):
    return [quantity.value for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("op 15 mei 1955", ["1955-05-15"]),
        ("on May 15, 1955", ["1955-05-15"]),
        ("15 May 1955", ["1955-05-15"]),
        ("kwam vrij op 28 oktober", ["--10-28"]),
        ("in June 1953", ["1953-06"]),
        ("1956-10-23", ["1956-10-23"]),
        ("in 1955", ["1955"]),
        ("30.000 gevangenen", ["30000"]),
        ("30,000 prisoners", ["30000"]),
        ("3,5 miljoen", ["3500000"]),
        ("18 million people", ["18000000"]),
        ("25 duizend man in 1956", ["25000", "1956"]),
        ("in 1956 million-fold", ["1956"]),
        ("two, three million", ["2", "3000000"]),
        ("a few hundred people", []),
        ("aan een vier uren durende toespraak", ["4"]),
        ("een twintig man", ["20"]),
        ("one two three", ["2", "3"]),
        ("twenty five men", ["25"]),
        ("een honderd man", ["100"]),
        ("three thousand two hundred", ["3200"]),
        ("drieduizend tweehonderd man", ["3200"]),
        ("enkele duizend man", []),
        ("some three hundred", ["300"]),
        ("twaalf generaals", ["12"]),
        ("twelve generals", ["12"]),
        ("vijfentwintig man", ["25"]),
        ("twenty-five men", ["25"]),
        ("two hundred thousand people", ["200000"]),
        ("drieduizend man", ["3000"]),
        ("honderdtwintig man", ["120"]),
        ("one of them had een fabriek", []),
        ("the 17th congress", ["17"]),
        ("two hundred and five men", ["205"]),
        ("one thousand, one hundred and eleven", ["1111"]),
        ("twee en drie", ["2", "3"]),
        ("between twenty and thirty", ["20", "30"]),
        ("op 12-03-1953", ["1953-03-12"]),
        ("on 12.3.1953 and 03/25/1953", ["1953-03-12", "1953-03-25"]),
        ("te Hoorn, 5-VI-1911", ["1911-06-05"]),
        ("den 3den mei 1911", ["1911-05-03"]),
        ("the third of May", ["--05-03"]),
        ("derde mei 1911", ["1911-05-03"]),
        ("vijf mei 1945", ["1945-05-05"]),
        ("May third, 1911", ["1911-05-03"]),
        ("7th of Nov. '54", ["1954-11-07"]),
    ],
)
def test_numbers_and_dates_have_one_form(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_that_num2words_writes_is_read(language):
    for number in (*range(2, 200), *range(200, 20_000, 137), 10**6, 2 * 10**6):
        assert values(f"x {num2words(number, lang=language)} x") == [str(number)]


@pytest.mark.parametrize(("text", "order"), [("03/25/1953 and 03/04/1953", "mdy"), ("25/03/1953", "dmy"), ("x", "dmy")])
def test_a_date_in_digits_is_read_by_the_habit_of_its_text(text, order):
    assert date_order(text) == order
    march = find_quantities("03/04/1953", order)[0].value
    assert march == ("1953-03-04" if order == "mdy" else "1953-04-03")


def test_offsets_point_at_the_words():
    text = "Er vielen twaalf doden op 3 juli 1954."
    assert [text[quantity.start : quantity.end] for quantity in find_quantities(text)] == ["twaalf", "3 juli 1954"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("15 mei", "15 May 1955", True),
        ("May 1955", "15 mei 1955", True),
        ("14 mei 1955", "15 May 1955", False),
        ("1955", "1956", False),
        ("twaalf", "12", True),
        ("1966 afgevaardigden", "1,966 delegates", True),
    ],
)
def test_values_are_compared_as_far_as_they_are_given(first, second, same):
    assert same_value(find_quantities(first)[0], find_quantities(second)[0]) is same


@given(st.text())
def test_any_text_is_read_and_offsets_stay_inside(text):
    for quantity in find_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert same_value(quantity, quantity)


@pytest.mark.parametrize(
    ("words", "whole"),
    [("1956", "4 juni 1956"), ("op 4", "op 4 juni 1956"), ("duizend man", "drieduizend man"), ("stond", "stond")],
)
def test_words_with_a_part_of_a_value_are_widened_to_all_of_it(words, whole):
    text = "Het stond op 4 juni 1956 in de krant, zeiden drieduizend man."
    start = text.index(words)
    found = whole_values(text, Span(start, start + len(words)))
    assert text[found.start : found.end] == whole
