import numpy as np
import pytest
import torch

from ingest.types import Span
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.network import EvidenceNetwork
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector import LOWEST_SCORE, TrainedSelector
from retriever.evidence_model.selector_loading import find_selector_weights
from retriever.evidence_model.selector_network import SelectorNetwork, make_selector_batch
from retriever.evidence_model.sentence_tokens import tokens_of_sentences
from retriever.evidence_model.types import PassageText
from retriever.evidence_model.weights_file import find_weights
from tests.evals.training.tiny_training import install_tiny_encoder

QUESTION = "de passage"
PASSAGE = PassageText("de age. ij de passage. de de age.", (Span(0, 7), Span(8, 22), Span(23, 33)))


@pytest.fixture
def encoder(tmp_path, monkeypatch):
    install_tiny_encoder(tmp_path, monkeypatch, positions=400)
    return default_model_folder(tmp_path / "cache")


def make_selector(encoder, *, max_tokens=64, seed=2):
    torch.manual_seed(seed)
    network = SelectorNetwork.from_reader(EvidenceNetwork.from_folder(encoder.path))
    for head in (network.sentence, network.none):
        torch.nn.init.normal_(head[-1].weight)
    return TrainedSelector(network, PairTokenizer.from_folder(encoder.path, max_tokens=max_tokens), name="tiny")


def test_each_sentence_has_a_score_and_words_of_its_own(encoder):
    (selection,) = make_selector(encoder).select(QUESTION, [PASSAGE])
    assert len(selection.sentences) == 3
    for sentence, found in zip(PASSAGE.sentences, selection.sentences, strict=True):
        assert sentence.start <= found.span.start < found.span.end <= sentence.end
        assert np.isfinite(found.score) and found.span_score <= 1e-5


def test_scores_are_above_those_of_none_of_the_sentences(encoder):
    selector = make_selector(encoder)
    (selection,) = selector.select(QUESTION, [PASSAGE])
    (window,) = PairTokenizer.from_folder(encoder.path, max_tokens=64).reading_windows(QUESTION, PASSAGE.text)
    inside = tokens_of_sentences(window, PASSAGE.sentences)
    with torch.inference_mode():
        scores = selector._network(make_selector_batch([window], [inside], torch.device("cpu")))
    expected = (scores.sentences[0] - scores.none[0]).tolist()
    assert [found.score for found in selection.sentences] == pytest.approx(expected, abs=1e-4)


def test_a_passage_reads_the_same_alone_and_among_others(encoder):
    selector = make_selector(encoder)
    other = PassageText("ij ij ij ij ij ij de de de age.", (Span(0, 31),))
    (alone,) = selector.select(QUESTION, [PASSAGE])
    together = selector.select(QUESTION, [other, PASSAGE])[1]
    for one, same in zip(alone.sentences, together.sentences, strict=True):
        assert one.score == pytest.approx(same.score, abs=1e-4) and one.span == same.span


def test_every_sentence_of_a_long_passage_is_read_in_some_window(encoder):
    sentence = "de passage ij."
    places = tuple(Span(start, start + len(sentence)) for start in range(0, 40 * 15, 15))
    (selection,) = make_selector(encoder, max_tokens=40).select(
        QUESTION, [PassageText(" ".join([sentence] * 40), places)]
    )
    assert all(found.score > LOWEST_SCORE for found in selection.sentences)


def test_a_sentence_without_tokens_has_the_lowest_score(encoder):
    (selection,) = make_selector(encoder).select(QUESTION, [PassageText("de age. ", (Span(0, 7), Span(8, 8)))])
    assert selection.sentences[1].score == LOWEST_SCORE and selection.sentences[0].score > LOWEST_SCORE


def test_sentences_in_any_order_and_labels_within_them_are_read_alike(encoder):
    selector = make_selector(encoder)
    first, second, third = PASSAGE.sentences
    label = Span(8, 10)
    (plain,) = selector.select(QUESTION, [PASSAGE])
    (mixed,) = selector.select(QUESTION, [PassageText(PASSAGE.text, (third, first, second, label))])
    assert [mixed.sentences[place].span for place in (1, 2, 0)] == [one.span for one in plain.sentences]
    scores = [mixed.sentences[place].score for place in (1, 2, 0)]
    assert scores == pytest.approx([one.score for one in plain.sentences], abs=1e-4)
    assert mixed.sentences[3].span == label and mixed.sentences[3].score > LOWEST_SCORE


def test_no_passages_give_no_selections(encoder):
    assert make_selector(encoder).select(QUESTION, []) == []


def test_the_shipped_selector_is_what_its_card_says_and_fits_the_shipped_reader_verifier():
    assert find_selector_weights().base == find_weights().sha256
