import numpy as np
import pytest

from evals.index_speed import measure_index
from evals.made_passages import PASSAGES, MadePassages


def test_the_same_seed_makes_the_same_documents_and_questions():
    one, other = MadePassages(), MadePassages()
    first, second = list(one.documents(50)), list(other.documents(50))
    assert [len(new.split.passages) for new in first] == [PASSAGES, PASSAGES, 10]
    assert [new.split for new in first] == [new.split for new in second]
    np.testing.assert_array_equal(one.questions(3), other.questions(3))


def test_passages_are_cut_from_the_text_and_lie_near_those_of_their_document():
    first, second = MadePassages().documents(2 * PASSAGES)
    for passage in first.split.passages:
        assert first.split.document.text[passage.start : passage.end] == passage.text
    own, others = (first.vectors.passages @ vectors.T for vectors in (first.vectors.passages, second.vectors.passages))
    assert np.median(own) > np.median(others) > 0.6


@pytest.mark.slow
@pytest.mark.real
def test_search_is_measured_by_chroma_and_exactly(tmp_path):
    measured = measure_index(100, tmp_path, questions=4)
    assert measured.passages == 100
    assert measured.chroma.recall == measured.exact.recall == 1
    assert 0 < measured.chroma.p50 <= measured.chroma.p95
    assert min(measured.build, measured.start, measured.add, measured.memory, measured.disk) > 0
