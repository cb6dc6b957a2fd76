from dataclasses import astuple

import pytest

from evals.benchmark.serving import Serving, fill, measure_serving
from evals.commands.bench import _serving_table
from ingest.catalogue import Catalogue


def test_each_size_is_shown_with_how_many_times_the_one_before_it_takes():
    small, large = Serving(1000, *[2.0] * 9), Serving(10_000, *[5.0] * 9)
    table = _serving_table([small, large])
    assert [column.header for column in table.columns] == ["made passages", "1,000", "10,000", "times"]
    assert [next(iter(column.cells)) for column in table.columns[1:]] == ["2.00", "5.00", "2.5"]


@pytest.mark.real
@pytest.mark.slow
def test_a_server_over_made_passages_is_measured(tmp_path, model_cache):
    measured = measure_serving(100, tmp_path / "made", model_cache, questions=20)
    assert measured.passages == 100
    assert measured.healthy <= measured.ready
    assert measured.p50 <= measured.p95
    assert min(astuple(measured)) > 0
    fill(tmp_path / "made", 100, model_cache)
    with Catalogue.open(tmp_path / "made") as catalogue:
        assert catalogue.holdings.passages == 100
        assert catalogue.split_before() == []
