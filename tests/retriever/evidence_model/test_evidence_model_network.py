import pytest
import torch

from retriever.evidence_model.network import make_batch
from tests.evals.training.tiny_training import context_of, tiny_network, word_tokenizer

CPU = torch.device("cpu")
PAIRS = [word_tokenizer().reading_windows("where ?", "the town ." * count)[0] for count in (1, 3, 2)] + [
    word_tokenizer().claim_pair("Anna was small .", context_of("Anna", "Utrecht", 1900))
]


def test_padding_changes_no_score():
    network = tiny_network().eval()
    with torch.inference_mode():
        alone = network(make_batch(PAIRS[:1], CPU))
        padded = network(make_batch(PAIRS, CPU))
    length = len(PAIRS[0].ids)
    assert torch.allclose(alone.start[0], padded.start[0, :length], atol=1e-5)
    assert torch.allclose(alone.relevant[0], padded.relevant[0], atol=1e-5)
    assert torch.allclose(alone.label[0], padded.label[0], atol=1e-5)


def test_a_span_never_starts_in_the_question_or_on_the_last_token():
    (pair,) = word_tokenizer().reading_windows("where ?", "the town .")
    readable = make_batch([pair], CPU).readable[0].tolist()
    assert readable == [True, *[False] * (pair.first - 1), True, True, True, False]


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_each_pair_gets_its_own_scores(number):
    network = tiny_network().eval()
    found = dict(network.score(PAIRS))
    (alone,) = [scores for _, scores in network.score([PAIRS[number]])]
    assert len(found[number].start) == len(PAIRS[number].ids)
    assert torch.allclose(found[number].start, alone.start, atol=1e-5)
    assert torch.allclose(found[number].label, alone.label, atol=1e-5)
