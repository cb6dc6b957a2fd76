"""Train the sentence selector: python -m evals.selection --data FOLDER --out FOLDER."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evals.selection.recipe import SelectionRecipe
from evals.training.command import train_by_command, training_parser
from retriever.evidence_model.weights_file import SHIPPED


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    # A batch a core: the library's own threads would wait for each other.
    return train_by_command(_parser(), arguments, _run, environment={"OMP_NUM_THREADS": "1"})


def _run(chosen: argparse.Namespace) -> None:
    from evals.selection.run import run_selection  # torch takes seconds, and --help should not

    recipe = _recipe(chosen)
    run_selection(chosen.data, chosen.out, cache=chosen.cache, base=chosen.base, recipe=recipe, note=chosen.note)


def _recipe(chosen: argparse.Namespace) -> SelectionRecipe:
    recipe = SelectionRecipe.quick() if chosen.quick else SelectionRecipe()
    names = ("tokens", "minutes", "decay", "rate", "frozen_layers", "threads", "seed")
    given = {name: value for name in names if (value := getattr(chosen, name)) is not None}
    return replace(recipe, **given)


def _parser() -> argparse.ArgumentParser:
    parser = training_parser("python -m evals.selection", __doc__)
    parser.add_argument("--base", type=Path, default=SHIPPED, help="where the reader-verifier's weights lie")
    parser.add_argument("--tokens", type=int, help="learn from so many tokens, those of a checkpoint counted in")
    parser.add_argument("--minutes", type=float, help="train for so long by the clock, whatever --tokens says")
    parser.add_argument("--decay", type=int, help="over how many of the last tokens the rate falls")
    parser.add_argument("--frozen-layers", type=int, help="how many of the lowest layers stay as they are")
    parser.add_argument("--threads", type=int, help="how many batches are computed at the same time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
