import json
import math

import pytest
import torch

from evals.training import train as training
from evals.training.checkpoints import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from evals.training.examples import ReadingExample
from evals.training.learning import rate_at
from evals.training.learning_curve import CURVE, read_curve
from evals.training.predicting import Predictor
from evals.training.train import Budget, train
from retriever.evidence_model.network import FROZEN
from tests.evals.training.tiny_training import CITIES, tiny_examples, tiny_learner, tiny_mixture, word_tokenizer

pytestmark = pytest.mark.slow

ROUNDS = Budget((3_000, 5_000))


class StoppedError(Exception):
    """Somebody pulled the plug."""


def stop_after(learner, steps):
    """Let a learner fail at the step after so many."""
    step, taken = learner.step, []

    def limited(lessons, spent):
        if len(taken) == steps:
            raise StoppedError
        taken.append(spent)
        return step(lessons, spent)

    learner.step = limited
    return taken


def train_tiny(folder, *, budget=ROUNDS, frozen_layers=(0, 0), stop=None):
    """Train in a folder, and return how far it came; `stop` pulls the plug after so many steps."""
    folder.mkdir(exist_ok=True)

    def learner_of_round(number):
        learner = tiny_learner(frozen_layers=frozen_layers[number])
        if stop is not None:
            stop_after(learner, stop)
        return learner

    return train(learner_of_round, tiny_mixture(), budget=budget, folder=folder)


def weights_in(folder):
    learner = tiny_learner()
    load_checkpoint(folder, learner, Progress())
    return learner.trained_weights()


def same_weights(ours, theirs):
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_rate_rises_and_falls():
    assert 0 < rate_at(0) < rate_at(0.03) < rate_at(0.06) == 1 > rate_at(0.5) > rate_at(1) > 0


def test_only_the_end_of_the_last_round_is_the_end():
    shares = [ROUNDS.spent(tokens, minutes=0) for tokens in range(0, 8_000, 100)]
    assert max(shares) < 1 and ROUNDS.spent(8_000, minutes=0) == ROUNDS.spent(9_000, minutes=0) == 1
    assert shares[0] == shares[30] == 0 and shares[29] == pytest.approx(2_900 / 3_000)


def test_the_rate_rises_and_falls_once_a_round():
    rates = [rate_at(ROUNDS.spent(tokens, minutes=0)) for tokens in range(0, 8_000, 10)]
    first, second = rates[:300], rates[300:]
    for rates in (first, second):
        top = rates.index(max(rates))
        assert rates[: top + 1] == sorted(rates[: top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)
        assert max(rates) > 0.99 and rates[0] < 0.05 and rates[-1] < 0.05


def test_minutes_end_the_last_round_alone():
    budget = Budget((3_000, 5_000), minutes=10)
    assert budget.spent(2_000, minutes=99) == pytest.approx(2 / 3)
    assert budget.spent(4_000, minutes=5) == 0.5 and budget.spent(4_000, minutes=10) == 1
    assert [budget.round_of(tokens) for tokens in (0, 2_999, 3_000, 9_000)] == [0, 0, 1, 1]


@pytest.mark.slow
def test_it_learns_to_find_answers_and_to_judge(tmp_path):
    train_tiny(tmp_path, budget=Budget((150_000,)))
    points = read_curve(tmp_path)
    assert points[-1]["span"] < 0.3 * points[0]["span"]
    learner = tiny_learner()
    load_checkpoint(tmp_path, learner, Progress())
    questions = [example for example in tiny_examples() if isinstance(example, ReadingExample)]
    readings = Predictor(learner.network, word_tokenizer()).read(questions)
    assert [reading.text for reading in readings] == CITIES
    assert all(
        question.passage[reading.start : reading.end] == reading.text
        for question, reading in zip(questions, readings, strict=True)
    )


def test_two_runs_with_one_seed_give_the_same_weights(tmp_path):
    for name in ("one", "other"):
        train_tiny(tmp_path / name)
    assert same_weights(weights_in(tmp_path / "one"), weights_in(tmp_path / "other"))


@pytest.mark.parametrize("frozen_layers", [(0, 0), (1, 0)], ids=["all layers", "one layer frozen at first"])
@pytest.mark.parametrize("steps", [1, 3, 4])
def test_a_stopped_run_goes_on_where_it_was(tmp_path, monkeypatch, frozen_layers, steps):
    expected = train_tiny(tmp_path / "whole", frozen_layers=frozen_layers)
    monkeypatch.setattr(training, "_SECONDS_BETWEEN_CHECKPOINTS", -1)
    with pytest.raises(StoppedError):
        train_tiny(tmp_path / "parts", frozen_layers=frozen_layers, stop=steps)
    assert 0 < load_checkpoint(tmp_path / "parts", None, Progress()).steps < expected.steps
    progress = train_tiny(tmp_path / "parts", frozen_layers=frozen_layers)
    assert same_weights(weights_in(tmp_path / "whole"), weights_in(tmp_path / "parts"))
    assert (progress.chunk, progress.batch, progress.steps) == (expected.chunk, expected.batch, expected.steps)
    assert (progress.tokens, progress.examples) == (expected.tokens, expected.examples)


def test_a_finished_run_learns_no_more(tmp_path):
    reached = train_tiny(tmp_path)
    weights = weights_in(tmp_path)
    assert train_tiny(tmp_path, stop=0) == reached
    assert same_weights(weights, weights_in(tmp_path))


def test_seconds_of_earlier_rounds_do_not_count_for_the_last(tmp_path):
    progress = train_tiny(tmp_path)
    assert 0 < progress.round_seconds < progress.seconds


def test_a_round_that_ran_out_of_minutes_ends_the_run(tmp_path):
    progress = train_tiny(tmp_path, budget=Budget((3_000, 500_000), minutes=1e-4))
    assert 3_000 < progress.tokens < 50_000


def test_layers_frozen_in_the_first_round_learn_in_the_second(tmp_path):
    before = tiny_learner().trained_weights()
    lowest = [name for name in before if name.startswith(("encoder.encoder.layer.0", "encoder.embeddings"))]
    train_tiny(tmp_path / "first", budget=Budget((3_000,)), frozen_layers=(1,))
    train_tiny(tmp_path / "both", frozen_layers=(1, 0))
    first, both = weights_in(tmp_path / "first"), weights_in(tmp_path / "both")
    assert lowest and all(torch.equal(first[name], before[name]) for name in lowest)
    assert not any(torch.equal(both[name], before[name]) for name in both)


def test_the_curve_has_the_last_steps_too(tmp_path):
    reached = train_tiny(tmp_path, budget=Budget((3_000,)))
    (point,) = read_curve(tmp_path)
    assert point["steps"] == reached.steps and point["tokens"] == reached.tokens and point["spent"] == 1
    assert point["span"] > 0 and point["verdict"] > 0


def test_every_round_ends_with_a_point(tmp_path):
    reached = train_tiny(tmp_path)
    points = read_curve(tmp_path)
    assert [point["spent"] for point in points] == [1, 1] and points[-1]["steps"] == reached.steps


def test_points_behind_the_checkpoint_are_taken_again(tmp_path):
    save_checkpoint(tmp_path, tiny_learner(), Progress(steps=2))
    lines = [{"steps": 2, "span": 1.0}, {"steps": 90, "span": 9.0}]
    (tmp_path / CURVE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    train_tiny(tmp_path, budget=Budget((2_000,)))
    spans = [point["span"] for point in read_curve(tmp_path)]
    assert spans[0] == 1.0 and 9.0 not in spans and len(spans) > 1


def test_without_a_checkpoint_training_begins_at_the_beginning(tmp_path):
    assert (
        load_checkpoint(tmp_path, tiny_learner(), Progress())
        == load_checkpoint(tmp_path, None, Progress())
        == Progress()
    )


def test_a_half_written_checkpoint_takes_no_ones_place(tmp_path, monkeypatch):
    learner = tiny_learner()
    save_checkpoint(tmp_path, learner, Progress(steps=7))

    def fail(state, path):
        path.write_bytes(b"half")
        raise StoppedError

    monkeypatch.setattr(torch, "save", fail)
    with pytest.raises(StoppedError):
        save_checkpoint(tmp_path, learner, Progress(steps=8))
    assert load_checkpoint(tmp_path, tiny_learner(), Progress()).steps == 7 and (tmp_path / CHECKPOINT).exists()


def test_word_embeddings_are_never_learned():
    learner = tiny_learner()
    before = {name: weight.clone() for name, weight in learner.network.named_parameters()}
    for batch in tiny_mixture().batches(0)[:3]:
        learner.step(batch, 0.5)
    moved = {name for name, weight in learner.network.named_parameters() if not torch.equal(weight, before[name])}
    assert moved == set(learner.names) == set(before) - {FROZEN}


def test_a_loss_counts_only_what_a_lesson_asks():
    learner = tiny_learner()
    claims = [lesson for batch in tiny_mixture().batches(0) for lesson in batch if lesson.label >= 0][:4]
    losses = learner.step(claims, 0.5)
    assert losses.verdict > 0 and math.isnan(losses.span) and math.isnan(losses.relevance)
