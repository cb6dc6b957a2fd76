import pytest

from evals.metrics.spans import (
    character_f1,
    characters,
    cited_places,
    covered,
    gold_share,
    harmonic_mean,
    overlaps,
    union,
)
from tests.evals.outcomes import cite, make_answer, make_case, make_claim, place


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (place("a.txt", 9, 20), True),
        (place("a.txt", 10, 20), False),
        (place("a.txt", 0, 5), False),
        (place("a.txt", 0, 6), True),
        (place("a.txt", 6, 7), True),
        (place("b.txt", 5, 10), False),
        (place("a.txt", 7, 7), False),
    ],
    ids=["last", "touching after", "touching before", "first", "inside", "another file", "empty"],
)
def test_places_overlap_when_they_share_a_character(other, shared):
    assert overlaps(place("a.txt", 5, 10), other) is shared
    assert overlaps(other, place("a.txt", 5, 10)) is shared


def test_a_union_joins_what_touches_and_keeps_files_apart():
    places = [place("b.txt", 0, 2), place("a.txt", 4, 6), place("a.txt", 0, 4), place("a.txt", 9, 9)]
    assert union(places) == [place("a.txt", 0, 6), place("b.txt", 0, 2)]


def test_a_place_inside_another_does_not_shorten_it():
    assert union([place("a.txt", 0, 9), place("a.txt", 2, 3)]) == [place("a.txt", 0, 9)]


def test_a_character_that_is_held_twice_counts_once():
    assert characters([place("a.txt", 0, 6), place("a.txt", 4, 10)]) == 10


def test_covered_counts_shared_characters_of_the_same_file_once():
    by = [place("a.txt", 2, 5), place("a.txt", 4, 6), place("b.txt", 0, 10)]
    assert covered([place("a.txt", 0, 10), place("a.txt", 3, 4)], by) == 4
    assert covered([place("a.txt", 0, 10)], [place("a.txt", 10, 20), place("a.txt", 30, 40)]) == 0


def test_character_f1_is_twice_what_is_shared_by_the_sum():
    assert character_f1([place("a.txt", 0, 10)], [place("a.txt", 5, 35)]) == 2 * 5 / 40


def test_nothing_agrees_with_nothing():
    assert character_f1([], []) == 0.0
    assert character_f1([place("a.txt", 0, 1)], []) == 0.0


def test_the_harmonic_mean_of_nothing_is_nothing():
    assert harmonic_mean(0.0, 0.0) == 0.0
    assert harmonic_mean(0.5, 1.0) == pytest.approx(2 / 3)
    assert harmonic_mean(0.5, 0.5) == 0.5


@pytest.mark.parametrize(("needs_all", "share"), [(False, 1.0), (True, 0.5)], ids=["any", "all"])
def test_one_of_two_gold_places_is_all_or_half(needs_all, share):
    case = make_case(evidence=[("a.txt", 0, 5), ("b.txt", 0, 5)], needs_all=needs_all)
    assert gold_share(case, [place("b.txt", 4, 9)]) == share


def test_a_case_without_gold_has_no_share():
    assert gold_share(make_case(evidence=()), [place("a.txt", 0, 5)]) == 0.0


def test_cited_places_are_those_of_all_claims():
    answer = make_answer(make_claim("One.", cite("a.txt", 0, 3)), make_claim("Two.", cite("b.txt", 1, 2)))
    assert cited_places(answer) == (place("a.txt", 0, 3), place("b.txt", 1, 2))
