"""The exact search: the referee must itself be right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ModelError
from ingest.types import PassageVectors
from retriever.index.chroma_store import recall
from retriever.index.exact_search import CurrentRows, PassageRows, unit_vector
from tests.retriever.index.vector_catalogue import DOCUMENTS, VectorCatalogue, expected, random_vectors


def rows_of(matrix, *, passage_ids=None):
    count = len(matrix)
    names = tuple(passage_ids or (f"p{number:03}" for number in range(count)))
    vectors = PassageVectors(names, ("d",) * count, ("en",) * count, np.array(matrix, dtype=np.float32))
    return PassageRows.from_vectors(vectors, sequence=1)


def ids(passages):
    return [passage.passage_id for passage in passages]


@pytest.mark.parametrize("limit", [1, 7, 59, 60, 1000])
@pytest.mark.parametrize("language", [None, "nl"])
def test_search_finds_what_comparing_one_by_one_finds(limit, language):
    catalogue = VectorCatalogue()
    rows = CurrentRows(catalogue).read()
    query = random_vectors(1, seed=5)[0]
    found = rows.search(query, limit=limit, selected=rows.selected(DOCUMENTS[:3], language))
    assert ids(found) == expected(catalogue, query, limit=limit, document_ids=DOCUMENTS[:3], language=language)
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)


def test_scores_are_cosines_even_of_rows_that_are_not_of_length_one():
    found = rows_of([[3, 4], [0, 2]]).search(unit_vector(np.array([0, 9])), limit=2)
    assert [(passage.passage_id, round(passage.score, 4)) for passage in found] == [("p001", 1.0), ("p000", 0.8)]


@given(st.permutations(range(9)), st.integers(1, 9))
def test_equal_scores_are_ordered_by_passage_id_whatever_the_order_of_the_rows(order, limit):
    matrix = np.repeat(random_vectors(3), 3, axis=0)[list(order)]
    found = rows_of(matrix, passage_ids=[f"p{number}" for number in order]).search(
        random_vectors(1, seed=1)[0], limit=9
    )
    assert len({passage.score for passage in found}) == 3
    assert found == sorted(found, key=lambda passage: (-passage.score, passage.passage_id))
    again = rows_of(matrix, passage_ids=[f"p{number}" for number in order]).search(
        random_vectors(1, seed=1)[0], limit=limit
    )
    assert again == found[:limit]


def test_rows_without_a_direction_are_left_out():
    rows = rows_of([[1, 0], [0, 0], [np.nan, 1], [np.inf, 1], [0, 1]])
    assert ids(rows.search(unit_vector(np.array([1, 1])), limit=9)) == ["p000", "p004"]


@pytest.mark.parametrize(
    "vector", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0], []], ids=["zero", "nan", "infinite", "none"]
)
def test_a_question_without_a_direction_is_an_error(vector):
    with pytest.raises(ModelError, match="direction"):
        unit_vector(np.array(vector))


def test_a_question_of_another_dimension_is_an_error_that_names_both():
    with pytest.raises(ModelError, match=r"3 numbers.* 2"):
        rows_of([[1, 0]]).unit_query(np.ones(3))


def test_rows_are_read_again_only_after_a_change():
    catalogue = VectorCatalogue(5)
    current = CurrentRows(catalogue)
    first = current.read()
    assert current.read() is first
    catalogue.add(random_vectors(1, seed=2))
    assert (len(first), len(current.read())) == (5, 6)


def test_rows_carry_the_sequence_they_belong_to_when_a_document_comes_in_between():
    catalogue = VectorCatalogue(5)
    read = catalogue.passage_vectors

    def read_late():
        vectors = read()
        if catalogue.sequence < 3:
            catalogue.add(random_vectors(1, seed=catalogue.sequence))
        return vectors

    catalogue.passage_vectors = read_late
    rows = CurrentRows(catalogue).read()
    assert (rows.sequence, len(rows)) == (3, 7)


def test_the_fingerprint_depends_on_vectors_ids_model_and_titles():
    rows, titles = CurrentRows(VectorCatalogue(9)).read(), {DOCUMENTS[0]: "A title"}
    other = CurrentRows(VectorCatalogue(9, seed=1)).read()
    prints = [rows.fingerprint("m", titles), rows.fingerprint("n", titles), rows.fingerprint("m", {})]
    prints.append(other.fingerprint("m", titles))
    assert len(set(prints)) == 4
    assert CurrentRows(VectorCatalogue(9)).read().fingerprint("m", titles) == prints[0]


@pytest.mark.parametrize(
    ("found", "share"), [([0.9, 0.8], 1.0), ([0.9, 0.79995], 1.0), ([0.9, 0.7], 0.5), ([0.9], 0.5), ([], 0.0)]
)
def test_recall_takes_near_ties_for_hits(found, share):
    assert recall(np.array([0.9, 0.8]), np.array(found)) == share
