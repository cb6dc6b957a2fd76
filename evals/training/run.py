"""From a data folder to weights that can be shipped: split, make examples, train, calibrate, measure, export."""

import json
import logging
from pathlib import Path
from random import Random

import torch

from evals.training.card import describe_data, make_card
from evals.training.checkpoints import Progress, load_checkpoint
from evals.training.cloze import cloze_examples
from evals.training.encoder import build_trainable
from evals.training.evaluation import HANDFUL, USUAL, Evaluation, evaluate
from evals.training.examples import Example, claim_examples, reading_examples
from evals.training.export import Exported, export
from evals.training.learning import Learner, best_device, best_dtype, freeze
from evals.training.learning_curve import read_curve
from evals.training.minimal_pairs import minimal_pairs
from evals.training.mixture import SHARES, Mixture
from evals.training.near_misses import near_misses
from evals.training.parts import Split, read_split
from evals.training.predicting import Predictor
from evals.training.recipe import Recipe
from evals.training.records import Records, TrainingDataError, read_licences
from evals.training.report import write_report
from evals.training.train import Budget, train
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.weights import ModelFolder, default_model_folder
from retriever.evidence_model.pairs import PairTokenizer

logger = logging.getLogger(__name__)

_LINES_OF_A_HANDFUL = 60


def run(data: Path, out: Path, *, cache: Path, recipe: Recipe, evaluate_only: bool = False, note: str = "") -> Exported:
    """Train into the out folder, going on from a checkpoint that lies there; then calibrate, measure and export.

    Args:
        data: The data folder.
        out: Where checkpoints, the learning curve, the weights, their card and the report go.
        cache: Where the encoder is unpacked.
        recipe: What decides the weights.
        evaluate_only: Take the checkpoint as it is.
        note: What a reader of the card must know that the recipe does not say.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    split = read_split(data, seed=recipe.seed, lines=_LINES_OF_A_HANDFUL if recipe.handful else None)
    encoder = default_model_folder(cache)
    if not evaluate_only:
        _train(split, encoder, out, recipe=recipe)
    learner = make_learner(encoder.path, recipe, frozen_layers=0)  # all that training may have changed is shipped
    progress = load_checkpoint(out, learner, Progress())
    if not progress.steps:
        raise TrainingDataError(f"There is no checkpoint in {out} to evaluate; train first.")
    evaluation = _evaluate(split, learner, encoder, cache=cache, recipe=recipe)
    described = describe_data(split, read_licences(data))
    card = make_card(encoder, recipe, progress, evaluation, data=described, note=note)
    exported = export(learner.trained_weights(), card, out)
    written = json.loads(exported.card.read_text(encoding="utf-8"))
    write_report(written, read_curve(out), attribution=data / "ATTRIBUTION.md", folder=out)
    logger.info("Wrote %s, %d bytes, sha256 %s.", exported.weights, exported.bytes, exported.sha256)
    return exported


def make_learner(folder: Path, recipe: Recipe, *, frozen_layers: int) -> Learner:
    """Build the network on an unpacked encoder, and freeze what does not learn."""
    device = best_device()
    network = build_trainable(folder, device=device)
    freeze(network, layers=frozen_layers)
    return Learner(network, rate=recipe.rate, device=device, dtype=best_dtype(device))


def make_examples(records: Records, *, seed: int) -> list[Example]:
    """Make every example of one part."""
    random = Random(seed)
    return [
        *reading_examples(records, random=random),
        *near_misses(records, random=random),
        *cloze_examples(records, random=random),
        *claim_examples(records),
        *minimal_pairs(records, random=random),
    ]


def _train(split: Split, encoder: ModelFolder, out: Path, *, recipe: Recipe) -> None:
    examples = make_examples(split.parts["train"], seed=recipe.seed)
    logger.info("%d examples to train on.", len(examples))
    tokenizer = PairTokenizer.from_folder(encoder.path, max_tokens=recipe.max_tokens)
    shares = {source: share for source, share in SHARES.items() if source not in recipe.without}
    mixture = Mixture(examples, tokenizer, seed=recipe.seed, batch_tokens=recipe.batch_tokens, shares=shares)
    budget = Budget(tuple(planned.tokens for planned in recipe.rounds), recipe.minutes)

    def learner_of_round(number: int) -> Learner:
        return make_learner(encoder.path, recipe, frozen_layers=recipe.rounds[number].frozen_layers)

    progress = train(learner_of_round, mixture, budget=budget, folder=out)
    logger.info("Trained: %s", progress)


def _evaluate(split: Split, learner: Learner, encoder: ModelFolder, *, cache: Path, recipe: Recipe) -> Evaluation:
    # At work, too: what learns slower on a CPU reads faster.
    learner.network.encoder.set_attn_implementation("sdpa")
    predictor = Predictor(learner.network, PairTokenizer.from_folder(encoder.path, max_tokens=recipe.read_tokens))
    embedder = load_embedder(None, cache=cache, threads=recipe.threads)
    amounts = HANDFUL if recipe.handful else USUAL
    return evaluate(predictor, split.parts, embedder, amounts=amounts, seed=recipe.seed)
