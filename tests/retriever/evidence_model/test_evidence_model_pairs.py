import itertools

from retriever.evidence_model.network import rows_by_length
from retriever.evidence_model.pairs import BEGIN, END
from tests.evals.training.tiny_training import context_of, word_tokenizer

QUESTION = "where did Anna live ?"
PASSAGE = context_of("Anna", "Utrecht", 1900)


def test_a_pair_is_put_together_as_xlm_roberta_does():
    (window,) = word_tokenizer().reading_windows(QUESTION, PASSAGE)
    assert window.ids[0] == BEGIN and window.ids[-1] == END
    assert window.ids[window.first - 2 : window.first] == (END, END)
    assert set(window.segments[: window.first - 1]) == {0} and set(window.segments[window.first - 1 :]) == {1}


def test_offsets_count_in_the_passage():
    (window,) = word_tokenizer().reading_windows(QUESTION, PASSAGE)
    words = [PASSAGE[start:end] for start, end in window.offsets]
    assert words[:3] == ["Anna", "came", "to"] and len(words) == len(window.ids) - window.first - 1


def test_windows_cover_a_long_passage_and_overlap():
    tokenizer = word_tokenizer(max_tokens=24)
    passage = " ".join([PASSAGE] * 8)
    windows = tokenizer.reading_windows(QUESTION, passage)
    assert all(len(window.ids) <= 24 for window in windows)
    assert windows[0].offsets[0][0] == 0 and windows[-1].offsets[-1][1] == len(passage)
    assert all(left.offsets[-1][0] >= right.offsets[0][0] for left, right in itertools.pairwise(windows))


def test_an_empty_passage_is_one_window_without_tokens():
    (window,) = word_tokenizer().reading_windows(QUESTION, "")
    assert window.offsets == () and window.ids[-1] == END


def test_a_long_question_leaves_room_for_the_passage():
    (window, *_) = word_tokenizer(max_tokens=24).reading_windows("where " * 50, PASSAGE)
    assert len(window.ids) <= 24 and window.offsets


def test_claims_have_segments_of_their_own():
    pair = word_tokenizer().claim_pair("Anna was small .", PASSAGE)
    assert set(pair.segments) == {2, 3}


def test_long_evidence_loses_its_end_and_the_claim_stays():
    pair = word_tokenizer(max_tokens=20).claim_pair("Anna was small .", " ".join([PASSAGE] * 5))
    assert len(pair.ids) == 20 and pair.segments.count(2) == 6


def test_batches_hold_pairs_of_about_equal_length():
    tokenizer = word_tokenizer()
    pairs = [tokenizer.claim_pair("Anna was small . " * count, PASSAGE) for count in (1, 4, 2, 1, 3, 5)]
    batches = list(rows_by_length(pairs, tokens=90))
    assert sorted(row for batch in batches for row in batch) == list(range(len(pairs)))
    assert all(len(batch) * max(len(pairs[row].ids) for row in batch) <= 90 for batch in batches)
    lengths = [len(pairs[row].ids) for batch in batches for row in batch]
    assert lengths == sorted(lengths)


def test_a_pair_longer_than_a_batch_comes_alone():
    pairs = [word_tokenizer().claim_pair("Anna was small .", PASSAGE)] * 2
    assert list(rows_by_length(pairs, tokens=5)) == [[0], [1]]
