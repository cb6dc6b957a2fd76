"""Train the reader and the verifier: python -m evals.training --data FOLDER --out FOLDER."""

import argparse
import sys
from collections.abc import Sequence

from evals.training.command import train_by_command, training_parser
from evals.training.recipe import Recipe, Round


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    # Training has the machine to itself: threads that spin while they wait lose less time than those that sleep.
    return train_by_command(_parser(), arguments, _run, environment={"OMP_WAIT_POLICY": "ACTIVE"})


def _run(chosen: argparse.Namespace) -> None:
    from evals.training.run import run  # torch takes seconds, and --help should not

    run(
        chosen.data,
        chosen.out,
        cache=chosen.cache,
        recipe=_recipe(chosen),
        evaluate_only=chosen.evaluate_only,
        note=chosen.note,
    )


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
    parser = training_parser("python -m evals.training", __doc__)
    parser.add_argument("--evaluate-only", action="store_true", help="take the checkpoint of --out as it is")
    parser.add_argument("--minutes", type=float, help="train so many minutes at most in the last round")
    parser.add_argument(
        "--rounds",
        type=Round.from_text,
        nargs="*",
        default=(),
        help="train in rounds of so many tokens; 9000:6 leaves the six lowest layers as they are",
    )
    parser.add_argument("--without", nargs="*", default=(), help="sources to leave out, to measure what they are worth")
    return parser


if __name__ == "__main__":
    sys.exit(main())
