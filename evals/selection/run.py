"""From a data folder to a selector that can be shipped: split, make examples, train, export."""

import json
import logging
from functools import partial
from pathlib import Path
from random import Random

import torch

from evals.selection.card import make_selector_card, write_selector_page
from evals.selection.examples import SHARES, selection_examples
from evals.selection.learner import SelectionLearner
from evals.selection.lessons import selection_lessons
from evals.selection.recipe import SelectionRecipe
from evals.selection.train import SELECTOR_CURVE, train_selector
from evals.training.card import describe_data
from evals.training.encoder import build_trainable
from evals.training.export import Exported, export
from evals.training.learning import best_device, best_dtype, freeze
from evals.training.learning_curve import read_curve
from evals.training.mixture import Mixture
from evals.training.parts import Split, read_split
from evals.training.records import read_licences
from retriever.embedding.weights import default_model_folder
from retriever.evidence_model.loading import load_network
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector_loading import SELECTOR_CARD, SELECTOR_WEIGHTS
from retriever.evidence_model.selector_network import SelectorNetwork
from retriever.evidence_model.weights_file import TrainedWeights, find_weights

logger = logging.getLogger(__name__)

FIGURES = "selector-figures.md"
"""What `evals.selection.measure` wrote into the out folder, if anything: it goes into the page."""


def run_selection(
    data: Path, out: Path, *, cache: Path, base: Path, recipe: SelectionRecipe, note: str = ""
) -> Exported:
    """Train into the out folder, going on from a checkpoint that lies there; then export the averaged weights.

    Args:
        data: The data folder.
        out: Where checkpoints, the learning curve, the weights and their card go.
        cache: Where the encoder is unpacked.
        base: The folder of the reader-verifier's weights to begin with.
        recipe: What decides the weights.
        note: What a reader of the card must know that the recipe does not say.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    weights = find_weights(base)
    split = read_split(data, seed=recipe.seed, lines=recipe.lines)
    learner = make_selection_learner(cache, weights, recipe)
    progress = train_selector(learner, _mixture(split, cache, recipe), recipe=recipe, folder=out)
    described = describe_data(split, read_licences(data))
    card = {"base": weights.sha256, **make_selector_card(recipe, progress, data=described, note=note)}
    averaged = learner.averaged_weights()
    exported = export(averaged, card, out, weights_name=SELECTOR_WEIGHTS, card_name=SELECTOR_CARD)
    written = json.loads(exported.card.read_text(encoding="utf-8"))
    figures = (out / FIGURES).read_text(encoding="utf-8") if (out / FIGURES).exists() else ""
    write_selector_page(
        written, read_curve(out, name=SELECTOR_CURVE), figures, attribution=data / "ATTRIBUTION.md", folder=out
    )
    logger.info("Wrote %s, %d bytes, sha256 %s.", exported.weights, exported.bytes, exported.sha256)
    return exported


def make_selection_learner(cache: Path, weights: TrainedWeights, recipe: SelectionRecipe) -> SelectionLearner:
    """Build the selector on a trained reader-verifier, and freeze what does not learn."""
    device = best_device()
    reader = load_network(cache=cache, weights=weights, build=partial(build_trainable, device=device))
    network = SelectorNetwork.from_reader(reader)
    freeze(network, layers=recipe.frozen_layers)
    return SelectionLearner(network, rate=recipe.rate, device=device, dtype=best_dtype(device), threads=recipe.threads)


def _mixture(split: Split, cache: Path, recipe: SelectionRecipe) -> Mixture:
    examples = selection_examples(split.parts["train"], random=Random(recipe.seed))
    logger.info("%d examples to train on.", len(examples))
    tokenizer = PairTokenizer.from_folder(default_model_folder(cache).path, max_tokens=recipe.max_tokens)
    return Mixture(
        examples,
        tokenizer,
        seed=recipe.seed,
        batch_tokens=recipe.batch_tokens,
        shares=SHARES,
        lessons_of=selection_lessons,
    )
