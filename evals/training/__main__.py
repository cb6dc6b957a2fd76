"""Train the reader and the verifier: python -m evals.training --data FOLDER --out FOLDER."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_data_path

from evals.training.recipe import HANDFUL_FOLDER, Recipe, Round
from ingest.errors import QuothError
from retriever.embedding.model_loading import prepare_environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    # Training has the machine to itself: threads that spin while they wait lose less time than those that sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "ACTIVE")
    prepare_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if not (chosen.data or chosen.quick):
        parser.error("name the data folder with --data, or try --quick")
    from evals.training.run import run  # torch takes seconds, and --help should not

    data = chosen.data or HANDFUL_FOLDER
    try:
        run(
            data,
            chosen.out,
            cache=chosen.cache,
            recipe=_recipe(chosen),
            evaluate_only=chosen.evaluate_only,
            note=chosen.note,
        )
    except QuothError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def _recipe(chosen: argparse.Namespace) -> Recipe:
    recipe = Recipe.quick() if chosen.quick else Recipe()
    return recipe.changed(
        minutes=chosen.minutes,
        rounds=tuple(chosen.rounds) or None,
        seed=chosen.seed,
        rate=chosen.rate,
        without=tuple(chosen.without) or None,
    )


def _parser() -> argparse.ArgumentParser:
    home = user_data_path("quoth", appauthor=False)
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="the data folder; with --quick, sentences of our own if left out")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the curve and the weights go")
    parser.add_argument("--cache", type=Path, default=home, help="where the encoder is unpacked")
    parser.add_argument("--quick", action="store_true", help="a handful of examples, in two minutes")
    parser.add_argument("--evaluate-only", action="store_true", help="take the checkpoint of --out as it is")
    parser.add_argument("--note", default="", help="what the card should say beside the recipe")
    parser.add_argument("--minutes", type=float, help="train so many minutes at most in the last round")
    parser.add_argument(
        "--rounds",
        type=Round.from_text,
        nargs="*",
        default=(),
        help="train in rounds of so many tokens; 9000:6 leaves the six lowest layers as they are",
    )
    parser.add_argument("--seed", type=int, help="of the split, the examples, their order and the new weights")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--without", nargs="*", default=(), help="sources to leave out, to measure what they are worth")
    return parser


if __name__ == "__main__":
    sys.exit(main())
