from collections import Counter
from dataclasses import replace

import pytest

from evals.training.mixture import CHUNK_EXAMPLES, SHARES, Mixture
from evals.training.records import TrainingDataError
from tests.evals.training.tiny_training import tiny_examples, tiny_mixture, word_tokenizer


def test_the_same_seed_gives_the_same_batches():
    assert tiny_mixture().batches(3) == tiny_mixture().batches(3)
    assert tiny_mixture().batches(3) != tiny_mixture(seed=2).batches(3)
    assert tiny_mixture().batches(3) != tiny_mixture().batches(4)


def test_batches_are_no_larger_than_asked_for():
    batches = tiny_mixture().batches(0)
    assert all(len(batch) * max(len(lesson.pair.ids) for lesson in batch) <= 1024 for batch in batches)


def test_batches_of_all_lengths_come_in_random_order():
    lengths = [len(batch[0].pair.ids) for batch in tiny_mixture().batches(0)]
    assert lengths != sorted(lengths)


def test_sources_are_weighed_not_lines():
    counts = Counter(example.source for example in tiny_mixture().chunk_examples(0))
    assert counts["squad2"] / counts["wice"] == pytest.approx(SHARES["squad2"] / SHARES["wice"], rel=0.05)


def test_every_example_of_a_source_comes_before_one_comes_again():
    chunk = [example.id for example in tiny_mixture().chunk_examples(0) if example.source == "squad2"]
    assert len(set(chunk[:8])) == len(set(chunk[8:16])) == 8 and chunk[:8] != chunk[8:16]


def test_a_source_that_is_left_out_never_comes():
    mixture = Mixture(tiny_examples(), word_tokenizer(), seed=1, batch_tokens=1024, shares={**SHARES, "squad2": 0})
    chunk = mixture.chunk_examples(0)
    assert {example.source for example in chunk} == {"wice"} and len(chunk) == CHUNK_EXAMPLES


def test_data_of_unknown_sets_are_an_error():
    unknown = [replace(example, source="unknown") for example in tiny_examples()]
    with pytest.raises(TrainingDataError, match="no example"):
        Mixture(unknown, word_tokenizer(), seed=1, batch_tokens=1024)
