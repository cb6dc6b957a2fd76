"""The networks that are trained are built on transformers' BERT, those that read on our own: both say the same."""

import re
from functools import partial

import pytest
import torch

from evals.training.encoder import build_trainable
from ingest.types import Span
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.loading import load_network
from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector_loading import find_selector_weights, put_selector_weights
from retriever.evidence_model.selector_network import SelectorNetwork, SentenceWindow
from retriever.evidence_model.sentence_tokens import tokens_of_sentences
from retriever.evidence_model.weights_file import SHIPPED, find_weights

pytestmark = pytest.mark.real

QUESTION = "Wat kostte een brood in juni 1956?"
TEXTS = (
    "In juni 1956 kostte een brood in Poznań drie zloty. Melk was er niet. De staking begon op de 28e.",
    "The state treaty was signed in Vienna on 15 May 1955. The last soldiers left in October. " * 6,
    "Brood.",
)
ALIKE = {"rtol": 0, "atol": 1e-4}


def sentences_of(text):
    return tuple(Span(*found.span()) for found in re.finditer(r"[^.\s][^.]*\.", text))


@pytest.fixture
def networks(model_cache):
    """Return the reader-verifier with its trained weights, as it reads and as it would be trained on."""
    weights = find_weights(SHIPPED)
    trainable = partial(build_trainable, device=torch.device("cpu"))
    return (
        load_network(cache=model_cache, weights=weights).eval(),
        load_network(cache=model_cache, weights=weights, build=trainable).eval(),
    )


@pytest.fixture(scope="module")
def tokenizer(model_cache):
    return PairTokenizer.from_folder(default_model_folder(model_cache).path, max_tokens=READ_TOKENS)


def test_the_reader_and_the_verifier_score_as_the_library_does(networks, tokenizer):
    pairs = [pair for text in TEXTS for pair in tokenizer.reading_windows(QUESTION, text)]
    ours, theirs = (dict(network.score(pairs)) for network in networks)
    assert ours.keys() == theirs.keys() == set(range(len(pairs)))
    for number, scores in ours.items():
        for name in ("start", "end", "relevant", "label"):
            torch.testing.assert_close(getattr(scores, name), getattr(theirs[number], name), **ALIKE)


def test_the_selector_scores_as_the_library_does(networks, tokenizer):
    windows = [
        SentenceWindow(owner, pair, tokens_of_sentences(pair, sentences_of(text)))
        for owner, text in enumerate(TEXTS)
        for pair in tokenizer.reading_windows(QUESTION, text)
    ]
    found = []
    for network in networks:
        selector = SelectorNetwork.from_reader(network)
        put_selector_weights(selector, find_selector_weights().path)
        found.append([(score.window.owner, score) for score in selector.eval().score(windows)])
    for (owner, ours), (same_owner, theirs) in zip(*found, strict=True):
        assert owner == same_owner
        for name in ("margins", "start", "end"):
            torch.testing.assert_close(*(torch.from_numpy(getattr(one, name)) for one in (ours, theirs)), **ALIKE)
