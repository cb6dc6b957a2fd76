import numpy as np
import pytest
import torch

from evals.selection.lessons import SelectionLesson
from evals.selection.loss import make_targets, selection_loss, span_loss
from retriever.evidence_model.pairs import Pair
from retriever.evidence_model.selector_network import (
    SelectorNetwork,
    SelectorScores,
    make_selector_batch,
)
from tests.evals.training.tiny_training import tiny_network

PAIR = Pair((0, 5, 2, 2, 6, 7, 8, 9, 2), (0, 0, 0, 1, 1, 1, 1, 1, 1), first=4)
SENTENCES = np.array([-1, -1, -1, -1, 0, 0, 1, 1, -1]) == np.array([[0], [1]])


def lesson(gold, *, ignored=(), **span):
    return SelectionLesson(PAIR, SENTENCES, gold, ignored, **span)


def scores(none, sentences, *, start=None, end=None):
    tokens = torch.zeros((1, len(PAIR.ids)))
    return SelectorScores(
        torch.tensor([none]),
        torch.tensor([sentences]),
        tokens if start is None else start,
        tokens if end is None else end,
    )


def loss_of(gold, none, sentences, **given):
    return float(selection_loss(scores(none, sentences), make_targets([lesson(gold, **given)], len(sentences))))


def test_the_loss_is_the_negative_log_likelihood_of_the_right_sentence():
    weights = np.exp([0.5, 2.0, -1.0])
    assert loss_of((0,), 0.5, [2.0, -1.0]) == pytest.approx(-np.log(weights[1] / weights.sum()), rel=1e-5)


def test_without_a_right_sentence_none_is_right():
    assert loss_of((), 9.0, [0.0, 0.0]) < 0.01 < loss_of((), 0.0, [9.0, 0.0])


def test_of_several_right_sentences_any_is_enough():
    assert loss_of((0, 1), 0.0, [9.0, -9.0]) < 0.01 and loss_of((0, 1), 0.0, [-9.0, 9.0]) < 0.01


def test_a_sentence_of_which_nobody_knows_does_not_count():
    assert loss_of((0,), 0.0, [9.0, 50.0], ignored=(1,)) < 0.01 < loss_of((0,), 0.0, [9.0, 50.0])


def test_the_span_is_sought_among_the_tokens_of_its_sentence():
    batch = make_selector_batch([PAIR], [SENTENCES], torch.device("cpu"))
    targets = make_targets([lesson((1,), start=6, end=7, holder=1)], 2)
    elsewhere = torch.zeros((1, len(PAIR.ids)))
    elsewhere[0, 4] = 50.0
    loss = float(span_loss(scores(0.0, [0.0, 0.0], start=elsewhere, end=elsewhere), batch, targets))
    assert loss == pytest.approx(np.log(2), rel=1e-5)


def test_without_spans_the_span_loss_is_nothing():
    batch = make_selector_batch([PAIR], [SENTENCES], torch.device("cpu"))
    assert float(span_loss(scores(0.0, [0.0, 0.0]), batch, make_targets([lesson((0,))], 2))) == 0


def test_an_untrained_selector_says_what_the_readers_spans_said():
    reader = tiny_network().eval()
    batch = make_selector_batch([PAIR], [SENTENCES], torch.device("cpu"))
    with torch.inference_mode():
        states = reader.encoder(batch.ids, token_type_ids=batch.segments).last_hidden_state
        span = reader.span(states)[0]
        found = SelectorNetwork.from_reader(reader)(batch)
    expected = [sum(span[slice(*part), side].logsumexp(0) for side in (0, 1)) for part in ((4, 6), (6, 8))]
    torch.testing.assert_close(found.sentences[0], torch.stack(expected))
    torch.testing.assert_close(found.none[0], span[0].sum())


def test_a_sentence_that_a_window_does_not_show_has_the_lowest_score():
    network = SelectorNetwork.from_reader(tiny_network()).eval()
    other = np.stack([SENTENCES[0] & False, SENTENCES[0] & False, SENTENCES.any(axis=0)])
    with torch.inference_mode():
        found = network(make_selector_batch([PAIR, PAIR], [SENTENCES, other], torch.device("cpu")))
    assert (found.sentences[0, 2], found.sentences[1, 0]) == (-1e4, -1e4)
    assert found.sentences[1, 2] > -100
