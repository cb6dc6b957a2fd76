import pytest

from retriever.search import fuse_rankings, group_languages


def ids(*rankings):
    return [found.passage_id for found in fuse_rankings(rankings)]


def test_a_passage_that_two_rankings_know_comes_first():
    assert ids(["a", "b"], ["c", "b"])[0] == "b"


def test_equal_passages_are_ordered_by_id():
    assert ids(["b"], ["a"]) == ["a", "b"]


def test_scores_are_reciprocal_ranks():
    (first, second) = fuse_rankings([["a", "b"]])
    assert (first.score, second.score) == (1 / 61, 1 / 62)


def test_no_rankings_give_no_passages():
    assert fuse_rankings([]) == []


@pytest.mark.parametrize(
    ("passages", "groups"),
    [
        ({}, []),
        ({"en": 1}, [["en"]]),
        ({"nl": 40, "en": 40}, [["en"], ["nl"]]),
        ({"nl": 990, "sk": 5, "cs": 5}, [["nl"], ["cs", "sk"]]),
        ({"nl": 10_000, "en": 50, "de": 49, "fr": 1}, [["en"], ["nl"], ["de", "fr"]]),
    ],
    ids=["nothing", "one passage", "few of each", "rare ones", "as many as a ranking is deep"],
)
def test_languages_of_few_passages_are_ranked_together(passages, groups):
    assert group_languages(passages) == groups
