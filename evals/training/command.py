"""What the commands that train have in common."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from platformdirs import user_data_path

from evals.training.recipe import HANDFUL_FOLDER
from ingest.errors import QuothError
from retriever.embedding.model_loading import prepare_environment


def training_parser(prog: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that every training has."""
    home = user_data_path("quoth", appauthor=False)
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--data", type=Path, help="the data folder; with --quick, sentences of our own if left out")
    parser.add_argument("--out", type=Path, required=True, help="where checkpoints, the curve and the weights go")
    parser.add_argument("--cache", type=Path, default=home, help="where the encoder is unpacked")
    parser.add_argument("--quick", action="store_true", help="a handful of examples, in a minute or two")
    parser.add_argument("--note", default="", help="what the card should say beside the recipe")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--seed", type=int, help="of the split, the examples, their order and the new weights")
    return parser


def train_by_command(
    parser: argparse.ArgumentParser,
    arguments: Sequence[str] | None,
    run: Callable[[argparse.Namespace], object],
    *,
    environment: Mapping[str, str],
) -> int:
    """Read the command line and run; `environment` is set where nothing else is."""
    for name, value in environment.items():
        os.environ.setdefault(name, value)
    prepare_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    chosen = parser.parse_args(arguments)
    if not (chosen.data or chosen.quick):
        parser.error("name the data folder with --data, or try --quick")
    chosen.data = chosen.data or HANDFUL_FOLDER
    try:
        run(chosen)
    except QuothError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0
