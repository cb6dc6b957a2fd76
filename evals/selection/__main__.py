"""Train the sentence selector: python -m evals.selection --data FOLDER --out FOLDER."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from platformdirs import user_data_path

from evals.selection.recipe import SelectionRecipe
from evals.training.recipe import HANDFUL_FOLDER
from ingest.errors import QuothError
from retriever.embedding.model_loading import prepare_environment
from retriever.evidence_model.weights_file import SHIPPED


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    # A batch a core: the library's own threads would wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    prepare_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if not (chosen.data or chosen.quick):
        parser.error("name the data folder with --data, or try --quick")
    from evals.selection.run import run_selection  # torch takes seconds, and --help should not

    data = chosen.data or HANDFUL_FOLDER
    try:
        run_selection(data, chosen.out, cache=chosen.cache, base=chosen.base, recipe=_recipe(chosen), note=chosen.note)
    except QuothError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def _recipe(chosen: argparse.Namespace) -> SelectionRecipe:
    recipe = SelectionRecipe.quick() if chosen.quick else SelectionRecipe()
    names = ("tokens", "minutes", "decay", "rate", "frozen_layers", "threads", "seed")
    given = {name: value for name in names if (value := getattr(chosen, name)) is not None}
    return replace(recipe, **given)


def _parser() -> argparse.ArgumentParser:
    home = user_data_path("quoth", appauthor=False)
    parser = argparse.ArgumentParser(prog="python -m evals.selection", description=__doc__)
    parser.add_argument("--data", type=Path, help="the data folder; with --quick, sentences of our own if left out")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the curve and the weights go")
    parser.add_argument("--cache", type=Path, default=home, help="where the encoder is unpacked")
    parser.add_argument("--base", type=Path, default=SHIPPED, help="where the reader-verifier's weights lie")
    parser.add_argument("--quick", action="store_true", help="a handful of examples, in a minute")
    parser.add_argument("--note", default="", help="what the card should say beside the recipe")
    parser.add_argument("--tokens", type=int, help="learn from so many tokens, those of a checkpoint counted in")
    parser.add_argument("--minutes", type=float, help="train for so long by the clock, whatever --tokens says")
    parser.add_argument("--decay", type=int, help="over how many of the last tokens the rate falls")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--frozen-layers", type=int, help="how many of the lowest layers stay as they are")
    parser.add_argument("--threads", type=int, help="how many batches are computed at the same time")
    parser.add_argument("--seed", type=int, help="of the split, the examples, their order and the new weights")
    return parser


if __name__ == "__main__":
    sys.exit(main())
