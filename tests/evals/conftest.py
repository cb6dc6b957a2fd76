from functools import partial

import pytest

from evals import opening
from retriever.dense_index import DenseIndex


@pytest.fixture(autouse=True)
def no_chroma(monkeypatch, request):
    """Search exactly: a Chroma store a run takes seconds to build; tests marked `real` have one."""
    if request.node.get_closest_marker("real") is None:
        monkeypatch.setattr(opening, "DenseIndex", partial(DenseIndex, exact_only=True))
