import numpy as np
import pytest

from ingest.types import Span
from retriever.evidence_model.spans import MAX_ANSWER_TOKENS, best_span, best_spans_of_sentences, better
from retriever.evidence_model.types import FoundSpan

TEXT = "Anna came. Bram left."
OFFSETS = [(0, 4), (4, 9), (9, 10), (10, 15), (15, 20), (20, 21)]
SENTENCES = [Span(0, 10), Span(11, 21)]


def logits(**high):
    """Return logits of six tokens: 0 but where named, as in `t3=5`."""
    return np.array([float(high.get(f"t{number}", 0)) for number in range(len(OFFSETS))])


def test_the_best_span_has_the_highest_sum():
    found = best_span(logits(t0=2, t3=3), logits(t1=4, t4=1), OFFSETS, TEXT)
    assert (TEXT[found[0].start : found[0].end], found[1]) == ("Anna came", 6)


def test_a_span_does_not_end_before_it_begins():
    span, total = best_span(logits(t4=5), logits(t0=5, t5=1), OFFSETS, TEXT)
    assert (TEXT[span.start : span.end], total) == ("left.", 6)


def test_outer_blanks_are_no_part_of_a_span():
    span, _ = best_span(logits(t3=5), logits(t3=5), OFFSETS, TEXT)
    assert (span.start, span.end) == (11, 15)


def test_a_blank_token_alone_is_no_span():
    text, offsets = "a \u3000b", [(0, 1), (1, 3), (3, 4)]
    span, total = best_span(np.array([0.0, 9, 1]), np.array([0.0, 9, 2]), offsets, text)
    assert (text[span.start : span.end], total) == ("b", 11)
    assert best_span(np.zeros(1), np.zeros(1), [(1, 3)], text) is None


def test_a_sentence_of_blanks_has_no_span():
    found = best_spans_of_sentences(
        np.zeros(2), np.zeros(2), 0.0, [(0, 1), (1, 2)], "a\u3000", [Span(0, 1), Span(1, 2)]
    )
    assert found[0] is not None and found[1] is None


def test_a_span_is_at_most_as_long_as_the_longest_answer():
    count = MAX_ANSWER_TOKENS + 5
    start, end = np.zeros(count), np.zeros(count)
    start[0] = end[-1] = 9
    span, total = best_span(start, end, [(place, place + 1) for place in range(count)], "x" * count)
    assert total == 9 and span.end - span.start <= MAX_ANSWER_TOKENS


def test_every_sentence_has_its_own_span_and_margin():
    start, end = logits(t0=2, t3=3), logits(t0=1, t4=4)
    first, second = best_spans_of_sentences(start, end, 2.0, OFFSETS, TEXT, SENTENCES)
    assert TEXT[first.span.start : first.span.end] == "Anna" and first.margin == 1
    assert TEXT[second.span.start : second.span.end] == "Bram left" and second.margin == 5


@pytest.mark.parametrize("place", range(2))
def test_a_span_stays_within_its_sentence(place):
    found = best_spans_of_sentences(logits(t0=9), logits(t5=9), 0.0, OFFSETS, TEXT, SENTENCES)[place]
    sentence = SENTENCES[place]
    assert sentence.start <= found.span.start < found.span.end <= sentence.end


def test_a_sentence_outside_the_window_has_no_span():
    found = best_spans_of_sentences(logits()[:3], logits()[:3], 0.0, OFFSETS[:3], TEXT, SENTENCES)
    assert found[0] is not None and found[1] is None


def test_of_two_windows_the_surer_one_counts():
    sure, unsure = FoundSpan(Span(0, 4), 2.0), FoundSpan(Span(5, 9), 1.0)
    assert better(unsure, sure) == better(sure, unsure) == sure
    assert better(None, unsure) == better(unsure, None) == unsure
    assert better(None, None) is None
