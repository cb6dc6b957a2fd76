from retriever.search import fuse_rankings


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
