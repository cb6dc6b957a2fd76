import json
import shutil
from dataclasses import replace

import pytest
import torch

from evals.selection import train as training
from evals.selection.__main__ import main
from evals.selection.learner import SelectionLearner
from evals.selection.lessons import selection_lessons
from evals.selection.recipe import SelectionRecipe
from evals.selection.train import CHECKPOINT, SELECTOR_CURVE, SelectionProgress, train_selector
from evals.training.__main__ import main as train_reader
from evals.training.checkpoints import load_checkpoint
from evals.training.examples import ReadingExample
from evals.training.learning import freeze
from evals.training.learning_curve import read_curve
from evals.training.mixture import Mixture
from ingest.errors import ModelError
from ingest.types import Span
from retriever.evidence_model.selector import TrainedSelector
from retriever.evidence_model.selector_loading import SELECTOR_CARD, SELECTOR_WEIGHTS, load_selector
from retriever.evidence_model.selector_network import SelectorNetwork
from retriever.evidence_model.types import PassageText
from tests.evals.training.tiny_training import install_tiny_encoder, tiny_examples, tiny_network, word_tokenizer

pytestmark = pytest.mark.slow

RECIPE = SelectionRecipe(tokens=6_000, warm_up=500, decay=1_000, rate=3e-3, batch_tokens=256, batches_a_step=2)


def tiny_selection_learner(*, frozen_layers=0):
    network = SelectorNetwork.from_reader(tiny_network())
    freeze(network, layers=frozen_layers)
    return SelectionLearner(network, rate=RECIPE.rate, device=torch.device("cpu"), dtype=torch.float32, threads=2)


def tiny_selection_mixture():
    examples = [example for example in tiny_examples() if isinstance(example, ReadingExample)]
    return Mixture(examples, word_tokenizer(), seed=1, batch_tokens=RECIPE.batch_tokens, lessons_of=selection_lessons)


def train_tiny(folder, *, tokens=RECIPE.tokens, frozen_layers=0, stop_after=None):
    """Train in a folder, and return the learner; `stop_after` asks to stop after so many steps."""
    folder.mkdir(exist_ok=True)
    learner = tiny_selection_learner(frozen_layers=frozen_layers)
    recipe = SelectionRecipe(**{**{name: getattr(RECIPE, name) for name in RECIPE.__slots__}, "tokens": tokens})
    if stop_after is not None:
        step, taken = learner.step, []

        def limited(batches, rate):
            taken.append(rate)
            if len(taken) == stop_after:
                training.signal.raise_signal(training.signal.SIGTERM)
            return step(batches, rate)

        learner.step = limited
    return learner, train_selector(learner, tiny_selection_mixture(), recipe=recipe, folder=folder)


def same(ours, theirs):
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_rate_rises_stays_and_falls():
    rates = [RECIPE.rate_at(tokens) for tokens in (0, 250, 500, 3_000, 5_000, 5_500, 6_000)]
    assert rates == [0.02, 0.5, 1, 1, 1, 0.5, 0]


def test_by_the_clock_the_rate_rises_falls_to_nothing_and_the_run_ends():
    recipe = replace(RECIPE, minutes=10)
    rates = [recipe.rate_after(10**9, seconds) for seconds in (0, 15, 30, 315, 599, 600)]
    assert rates[:4] == [0, 0.5, 1, 0.5] and 0 < rates[4] < 0.01 and rates[5] is None
    assert RECIPE.rate_after(RECIPE.tokens - 1, 10**9) and RECIPE.rate_after(RECIPE.tokens, 0) is None
    assert "tokens" not in recipe.described() and "minutes" not in RECIPE.described()


@pytest.mark.slow
def test_it_learns_which_sentence_answers(tmp_path):
    learner, _ = train_tiny(tmp_path, tokens=60_000)
    points = read_curve(tmp_path, name=SELECTOR_CURVE)
    assert points[-1]["selection"] < 0.3 * points[0]["selection"] and points[-1]["right"] > 0.9
    example = next(example for example in tiny_examples() if isinstance(example, ReadingExample))
    ends = [place + 1 for place, letter in enumerate(example.passage) if letter == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    passage = PassageText(example.passage, tuple(map(Span, starts, ends)))
    selector = TrainedSelector(learner.network, word_tokenizer(), name="tiny")
    (selection,) = selector.select(example.question, [passage])
    first, *others = [sentence.score for sentence in selection.sentences]
    assert first > 0 and first > max(others)
    span = selection.sentences[0].span
    assert example.passage[span.start : span.end] == example.answers[0].text


def test_a_run_that_is_asked_to_stop_goes_on_where_it_was(tmp_path):
    whole, expected = train_tiny(tmp_path / "whole")
    _, stopped = train_tiny(tmp_path / "parts", stop_after=3)
    assert stopped.steps == 3
    parts, progress = train_tiny(tmp_path / "parts")
    assert (progress.tokens, progress.steps) == (expected.tokens, expected.steps)
    for name, weight in whole.averaged_weights().items():
        torch.testing.assert_close(parts.averaged_weights()[name], weight)


def test_the_average_moves_slower_than_the_weights(tmp_path):
    before = tiny_selection_learner().trained_weights()
    learner, _ = train_tiny(tmp_path)
    moved = {name: (weight - before[name]).norm() for name, weight in learner.trained_weights().items()}
    name = max(moved, key=moved.get)
    assert 0 < (learner.averaged_weights()[name] - before[name]).norm() < moved[name]


def test_frozen_layers_are_neither_moved_nor_kept(tmp_path):
    learner, _ = train_tiny(tmp_path, frozen_layers=1)
    assert not any("layer.0." in name or "embeddings" in name for name in learner.trained_weights())
    assert any("layer.1." in name for name in learner.trained_weights())
    again = tiny_selection_learner(frozen_layers=1)
    load_checkpoint(tmp_path, again, SelectionProgress(), name=CHECKPOINT)
    assert same(again.trained_weights(), learner.trained_weights()) and (tmp_path / CHECKPOINT).exists()


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory):
    """Train a tiny reader-verifier and a selector on top of it, and return the folder."""
    folder = tmp_path_factory.mktemp("trained")
    given = ["--quick", "--out", str(folder / "out"), "--cache", str(folder / "cache")]
    with pytest.MonkeyPatch.context() as patch:
        install_tiny_encoder(folder, patch, positions=400)
        assert train_reader([*given, "--rounds", "1500"]) == 0
        assert main([*given, "--base", str(folder / "out"), "--tokens", "3000", "--note", "A trial."]) == 0
    return folder


@pytest.fixture
def trained(trained_once, tmp_path, monkeypatch):
    """Return a copy of what was trained, for one test."""
    shutil.copytree(trained_once, tmp_path, dirs_exist_ok=True)
    install_tiny_encoder(tmp_path / "again", monkeypatch, positions=400)
    return tmp_path


def load(folder):
    return load_selector(cache=folder / "cache", folder=folder / "out", base=folder / "out", precision="float32")


def test_a_quick_run_ends_in_weights_that_load_a_card_and_a_page(trained):
    card = json.loads((trained / "out" / SELECTOR_CARD).read_text(encoding="utf-8"))
    page = (trained / "out" / "selector.md").read_text(encoding="utf-8")
    assert card["sha256"] in page and "A trial." in page and "| reader/squad2 | " in page
    assert not any(name.startswith("verifier/") for name in card["data"]["sets"])
    selector = load(trained)
    assert selector.name == f"selector@{card['sha256'][:16]}"
    (selection,) = selector.select("wie?", [PassageText("de age. ij.", (Span(0, 7), Span(8, 11)))])
    assert len(selection.sentences) == 2


def test_damaged_weights_are_refused(trained):
    (trained / "out" / SELECTOR_WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(ModelError, match="damaged: their sha256"):
        load(trained)


def test_weights_for_another_reader_verifier_are_refused(trained):
    path = trained / "out" / SELECTOR_CARD
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "base": "0"}), encoding="utf-8")
    with pytest.raises(ModelError, match="trained on other reader-verifier weights"):
        load(trained)


def test_without_a_data_folder_the_command_says_what_to_do(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path)])
    assert "--quick" in capsys.readouterr().err
