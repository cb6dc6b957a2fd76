import hashlib
import json
import shutil

import pytest

from evals.training.__main__ import main
from evals.training.checkpoints import CHECKPOINT
from evals.training.learning_curve import CURVE, read_curve
from evals.training.recipe import Recipe, Round
from evals.training.report import REPORT
from retriever.evidence_model.model import READ_TOKENS
from retriever.evidence_model.weights_file import CARD, WEIGHTS, find_weights
from tests.evals.training.tiny_training import install_tiny_encoder, write_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory):
    """Train a tiny network on the handful, and return the folder with encoder and weights."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        install_tiny_encoder(folder, patch, positions=400)
        assert main(["--quick", "--rounds", "1500:6", "2500", *folders(folder)]) == 0
    return folder


@pytest.fixture
def trained(trained_once, tmp_path, monkeypatch):
    """Return a copy of what was trained, for one test."""
    shutil.copytree(trained_once, tmp_path, dirs_exist_ok=True)
    install_tiny_encoder(tmp_path / "again", monkeypatch, positions=400)
    return tmp_path / "out"


def folders(folder):
    return ["--out", str(folder / "out"), "--cache", str(folder / "cache")]


def card_of(folder):
    return json.loads((folder / CARD).read_text(encoding="utf-8"))


def check_written(folder):
    """Check that weights, card, report and curve are there and belong together."""
    card = card_of(folder)
    assert card["sha256"] == hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    assert card["bytes"] == (folder / WEIGHTS).stat().st_size
    assert find_weights(folder).sha256 == card["sha256"]
    report = (folder / REPORT).read_text(encoding="utf-8")
    assert card["sha256"] in report and "| squad2 | " in report and "| chosen |" in report
    points = read_curve(folder)
    assert points[-1]["steps"] == card["trained"]["steps"] and f"{points[-1]['tokens']:,}" in report
    return card


def test_a_quick_run_ends_in_weights_a_card_a_report_and_a_curve(trained):
    card = check_written(trained)
    assert [planned["tokens"] for planned in card["recipe"]["rounds"]] == [1500, 2500]
    assert card["trained"]["tokens"] >= 4000
    assert card["figures"]["reading"]["squad2"]["questions"] == 4
    assert 0 <= card["calibration"]["threshold"] <= 1
    assert card["calibration"]["threshold"] == pytest.approx(card["chosen_point"]["threshold"], abs=1e-4)
    assert card["data"]["sets"]["reader/squad2"] == {
        "licence": "MIT (written for Quoth)", "train": 9, "calibration": 3, "test": 6,
    }  # fmt: skip


def test_figures_come_with_denominators_and_intervals(trained):
    figures = card_of(trained)["figures"]
    squad = figures["reading"]["squad2"]
    assert squad["questions"] == 4 and squad["f1"]["low"] <= squad["f1"]["value"] <= squad["f1"]["high"]
    assert {"refusal_balanced_accuracy", "refusal_auc", "exact"} <= squad.keys()
    assert figures["reading_across_languages"]["questions"] == 4 and figures["reading_across_languages"]["pairs"] == 2
    assert figures["evidence_sets"]["sets"] == 1 and figures["evidence_sets"]["claims"] == 4
    assert {"pairs number within", "pairs number across"} <= figures["verifying"].keys()
    assert figures["verdict_reliability"].keys() == {"all", "within", "across"}
    assert figures["ranking"]["all"]["queries"] == 4
    assert {"lexical", "fused", "read", "read_and_fused"} <= figures["ranking"]["all"].keys()


def test_evaluating_takes_the_checkpoint_as_it_is(trained):
    before, checkpoint = card_of(trained), (trained / CHECKPOINT).read_bytes()
    curve = (trained / CURVE).read_text()
    for name in (WEIGHTS, CARD, REPORT):
        (trained / name).unlink()
    note = "The first round was trained on less."
    arguments = ["--quick", "--rounds", "9000", "--evaluate-only", "--note", note, *folders(trained.parent)]
    assert main(arguments) == 0
    card = check_written(trained)
    assert (card["sha256"], card["trained"], card["figures"]) == (
        before["sha256"],
        before["trained"],
        before["figures"],
    )
    assert (trained / CHECKPOINT).read_bytes() == checkpoint and (trained / CURVE).read_text() == curve
    report = (trained / REPORT).read_text(encoding="utf-8")
    assert note in report and "less than the 9,000 tokens of the recipe" in report


def test_without_a_checkpoint_there_is_nothing_to_evaluate(tmp_path, monkeypatch, caplog):
    install_tiny_encoder(tmp_path, monkeypatch, positions=400)
    assert main(["--quick", "--evaluate-only", *folders(tmp_path)]) == 1
    assert "no checkpoint" in caplog.text and not (tmp_path / "out" / WEIGHTS).exists()


def test_a_data_folder_is_trained_on_in_little_too(tmp_path, monkeypatch):
    install_tiny_encoder(tmp_path, monkeypatch, positions=400)
    data = write_data(tmp_path / "data")
    assert main(["--quick", "--data", str(data), "--rounds", "1500", *folders(tmp_path)]) == 0
    assert check_written(tmp_path / "out")["data"]["sets"]["verifier/nl_en_tatoeba"]["licence"] == "CC-BY-2.0-FR"


def test_a_data_folder_must_be_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path)])
    assert "--data" in capsys.readouterr().err


def test_a_folder_without_data_is_told_and_not_thrown(tmp_path, caplog):
    assert main(["--data", str(tmp_path), *folders(tmp_path)]) == 1
    assert "name the data folder" in caplog.text


def test_the_recipe_is_that_of_the_shipped_weights():
    recipe = Recipe()
    assert recipe.rounds == (Round(4_900_000, frozen_layers=6), Round(6_370_000), Round(5_480_000))
    assert (recipe.rate, recipe.seed) == (1e-4, 20)
    assert recipe.read_tokens == READ_TOKENS


def test_a_round_is_written_with_its_frozen_layers():
    assert Round.from_text("9000") == Round(9000) and Round.from_text("9000:6") == Round(9000, frozen_layers=6)


@pytest.mark.slow
@pytest.mark.real
def test_the_real_encoder_is_trained_in_little(tmp_path, model_cache):
    assert main(["--quick", "--rounds", "1000:6", "1500", "--out", str(tmp_path), "--cache", str(model_cache)]) == 0
    assert 40_000_000 < check_written(tmp_path)["bytes"] <= 45_000_000
