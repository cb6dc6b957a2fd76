import pytest
import torch

from evals.training.export import MAX_BYTES, export
from evals.training.recipe import Recipe
from evals.training.records import TrainingDataError
from evals.training.run import make_learner
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.calibration import Calibration, softmax
from retriever.evidence_model.loading import load_evidence_model
from retriever.evidence_model.network import FROZEN
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.types import ClaimPair
from retriever.evidence_model.weights_file import CARD, WEIGHTS, find_weights
from tests.evals.training.tiny_training import install_tiny_encoder, tiny_learner

CALIBRATION = {
    "margin_weight": 1.0,
    "relevance_weight": 0.0,
    "bias": 0.0,
    "temperature": {"within": 1.0, "across": 1.0},
    "threshold": 0.5,
}
CARD_OF_ONE = {"calibration": CALIBRATION, "encoder": {"files": {"config.json": "0"}}}


def test_the_card_holds_the_sha256_of_the_weights(tmp_path):
    exported = export(tiny_learner().trained_weights(), CARD_OF_ONE, tmp_path)
    found = find_weights(tmp_path)
    assert found.sha256 == exported.sha256 and found.calibration == Calibration(**CALIBRATION)
    assert exported.bytes == (tmp_path / WEIGHTS).stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == [CARD, WEIGHTS]


def test_weights_may_be_read_by_everybody(tmp_path):
    exported = export(tiny_learner().trained_weights(), CARD_OF_ONE, tmp_path)
    assert exported.weights.stat().st_mode & 0o777 == 0o644


def test_word_embeddings_are_never_exported(tmp_path):
    with pytest.raises(TrainingDataError, match="never trained"):
        export({FROZEN: torch.zeros(1)}, {}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_weights_that_are_too_large_to_ship_take_no_ones_place(tmp_path):
    before = export({"small": torch.ones(2)}, CARD_OF_ONE, tmp_path)
    with pytest.raises(TrainingDataError, match="at most 45,000,000"):
        export({"large": torch.zeros(MAX_BYTES // 2)}, CARD_OF_ONE, tmp_path)
    assert find_weights(tmp_path).sha256 == before.sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == [CARD, WEIGHTS]


def test_an_exported_network_judges_as_it_did(tmp_path, monkeypatch):
    install_tiny_encoder(tmp_path, monkeypatch)
    encoder = default_model_folder(tmp_path / "cache")
    learner = make_learner(encoder.path, Recipe(), frozen_layers=0)
    learner.put_weights({"verdict.2.bias": torch.tensor([3.0, 0.0, -3.0])})
    card = {**CARD_OF_ONE, "encoder": {"files": dict(encoder.files)}}
    export(learner.trained_weights(), card, tmp_path / "out")
    model = load_evidence_model(cache=tmp_path / "cache", folder=tmp_path / "out", precision="float32")
    pair = PairTokenizer.from_folder(encoder.path, max_tokens=16).claim_pair("de age", "age")
    (_, scores), *_ = learner.network.float().score([pair])
    (judgement,) = model.verify([ClaimPair("de age", "age", "nl", "en")])
    probabilities = softmax(scores.label.numpy()[None])[0]
    assert [judgement.supported, judgement.refuted, judgement.not_enough] == pytest.approx(probabilities, abs=0.01)
    assert judgement.verdict == "supported"
