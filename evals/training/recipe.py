"""What decides the weights, beside the data; the defaults are those of the weights that are shipped."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HANDFUL_FOLDER = Path(__file__).parent / "handful"
"""A few examples of each kind, invented and written for Quoth, in the form of the data folder and under its names."""


@dataclass(frozen=True, slots=True)
class Round:
    """So many tokens over which the learning rate rises and falls once; the lowest layers may stay as they are."""

    tokens: int
    frozen_layers: int = 0

    @classmethod
    def from_text(cls, text: str) -> "Round":
        """Read tokens, or tokens and frozen layers: "9000" or "9000:6"."""
        tokens, _, frozen = text.partition(":")
        return cls(int(tokens), int(frozen or 0))


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the weights, beside the data."""

    seed: int = 20  # of the split, the examples, their order and the new weights
    rounds: tuple[Round, ...] = (Round(4_900_000, frozen_layers=6), Round(6_370_000), Round(5_480_000))
    minutes: float | None = None  # of the last round, at most
    rate: float = 1e-4
    max_tokens: int = 256  # of a pair that is learned from
    read_tokens: int = 384  # of a pair that is measured, as at work
    batch_tokens: int = 2048
    without: tuple[str, ...] = ()  # sources that are left out of the mixture, to measure what they are worth
    handful: bool = False  # learn and measure just enough to show that everything runs
    threads: int = 2

    @classmethod
    def quick(cls) -> "Recipe":
        """Return a recipe for two minutes."""
        return cls(rounds=(Round(6_000, frozen_layers=6), Round(9_000)), minutes=0.5, handful=True)

    def changed(self, **given: Any) -> "Recipe":
        """Return the recipe with what is given and not None."""
        return replace(self, **{name: value for name, value in given.items() if value is not None})
