import pytest

from evals.benchmark.stacks import compare_ingest, made_texts


def test_texts_are_made_of_sentences_of_the_samples_and_the_same_each_time():
    first, *_ = texts = made_texts(3, words=60)
    assert texts == made_texts(3, words=60)
    assert len(set(texts)) == 3
    assert first.startswith("Text 0. ")
    assert all(60 <= len(text.split()) < 150 for text in texts)


@pytest.mark.real
@pytest.mark.slow
def test_both_stacks_take_in_the_same_texts_and_are_timed(model_cache):
    times = compare_ingest(made_texts(12), model_cache)
    assert list(times) == ["LangChain", "Quoth"]
    for time in times.values():
        assert time.parts >= 12
        assert 0 < time.seconds <= time.indexed
        assert time.processor > 0
