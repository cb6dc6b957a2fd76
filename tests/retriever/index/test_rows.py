"""The exact search: what it finds, how it scores, and how it follows changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ModelError
from ingest.types import PassageVectors
from retriever.index.generations import GenerationError
from retriever.index.open_store import Recall
from retriever.index.rows import Rows, cosines, unit_vector
from tests.retriever.index.vector_catalogue import DOCUMENTS, VectorCatalogue, expected, random_vectors


def rows_of(matrix, *, passage_ids=None):
    count = len(matrix)
    names = tuple(passage_ids or (f"p{number:03}" for number in range(count)))
    vectors = PassageVectors(names, ("d",) * count, ("en",) * count, np.array(matrix, dtype=np.float32))
    return Rows.from_vectors(vectors)


def ids(passages):
    return [passage.passage_id for passage in passages]


@pytest.mark.parametrize("limit", [0, 1, 7, 59, 60, 1000])
@pytest.mark.parametrize("language", [None, "nl", "hu"])
def test_search_finds_what_comparing_one_by_one_finds(limit, language):
    catalogue = VectorCatalogue()
    query = random_vectors(1, seed=5)[0].astype(np.float64)
    languages = language and [language]
    rows = Rows.from_vectors(catalogue.passage_vectors())
    found = rows.nearest(query, limit=limit, languages=languages, document_ids=DOCUMENTS[:3])
    assert ids(found) == expected(catalogue, query, limit=limit, document_ids=DOCUMENTS[:3], language=language)
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


def test_scores_are_cosines_even_of_rows_that_are_not_of_length_one():
    found = rows_of([[3, 4], [0, 2]]).nearest(unit_vector(np.array([0, 9])), limit=2)
    assert [(passage.passage_id, passage.score) for passage in found] == [("p001", 1.0), ("p000", 0.8)]


def test_a_vector_has_the_same_score_wherever_it_lies():
    matrix = random_vectors(700)
    query = unit_vector(random_vectors(1, seed=1)[0])
    together = cosines(matrix, query).tolist()
    assert together == [float(cosines(matrix[row : row + 1], query)[0]) for row in range(700)]


@given(st.permutations(range(9)), st.integers(1, 9))
def test_equal_scores_are_ordered_by_passage_id_whatever_the_order_of_the_rows(order, limit):
    matrix = np.repeat(random_vectors(3), 3, axis=0)[list(order)]
    rows, query = (
        rows_of(matrix, passage_ids=[f"p{number}" for number in order]),
        unit_vector(random_vectors(1, seed=1)),
    )
    found = rows.nearest(query, limit=9)
    assert len({passage.score for passage in found}) == 3
    assert found == sorted(found, key=lambda passage: (-passage.score, passage.passage_id))
    assert rows.nearest(query, limit=limit) == found[:limit]


def test_rows_without_a_direction_are_left_out():
    rows = rows_of([[1, 0], [0, 0], [np.nan, 1], [np.inf, 1], [0, 1]])
    assert ids(rows.nearest(unit_vector(np.array([1, 1])), limit=9)) == ["p000", "p004"]


@pytest.mark.parametrize(
    "vector", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0], []], ids=["zero", "nan", "infinite", "none"]
)
def test_a_question_without_a_direction_is_an_error(vector):
    with pytest.raises(ModelError, match="direction"):
        unit_vector(np.array(vector))


def test_rows_that_follow_the_changes_are_those_read_anew():
    catalogue = VectorCatalogue(20)
    rows, sequence = Rows.from_vectors(catalogue.passage_vectors()), catalogue.sequence
    for change in (
        lambda: catalogue.add(random_vectors(7, seed=2)),
        lambda: catalogue.remove_document(DOCUMENTS[1]),
        lambda: catalogue.add(random_vectors(3, seed=3), language="hu"),
        lambda: [catalogue.remove_document(document_id) for document_id in DOCUMENTS],
        lambda: catalogue.add(random_vectors(2, seed=4)),
    ):
        change()
        changes = catalogue.changes_since(sequence)
        rows, sequence = rows.changed(changes), changes.sequence
        anew = Rows.from_vectors(catalogue.passage_vectors())
        assert rows.vectors.passage_ids == anew.vectors.passage_ids
        assert rows.ranges == anew.ranges
        np.testing.assert_array_equal(rows.vectors.matrix, anew.vectors.matrix)


@pytest.mark.parametrize(
    ("searches", "told"),
    [
        ([(0, 0)] * 99, None),
        ([(1, 1)] * 40 + [(0, 1)] * 9, None),
        ([(1, 1)] * 40 + [(0, 1)] * 11, "78%"),
        ([(3, 8)], "38%"),
        ([(4, 8)], None),
        ([(0, 1)] * 3, None),
    ],
    ids=["none expected", "four in five", "fewer", "hopeless at once", "half", "too few to tell"],
)
def test_more_misses_than_the_approximation_explains_are_damage(searches, told):
    recall = Recall()
    for found, of in searches[:-1]:
        recall.note(found, of)
    if told is None:
        recall.note(*searches[-1])
    else:
        with pytest.raises(GenerationError, match=told):
            recall.note(*searches[-1])
