"""What an embedding model does with texts: they become tokens, and tokens become vectors and states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

LENGTH_STEP = 16
"""Lengths are rounded up to a multiple of this: the libraries below keep a kernel for every shape that they meet."""


MAX_STRING = 100
"""Of a longer string of letters and signs without a space no more than this is read: it is data, and no words."""
_TAIL = re.compile(rf"(?<=[!-~]{{{MAX_STRING}}})[!-~]+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as the model reads it.

    `inputs` are the model's named inputs, a number for each token; `offsets` tell where the token stands in the text,
    and are equal for a mark of the model's own. `whole` counts the tokens of the text before it was cut.
    """

    inputs: dict[str, list[int]]
    offsets: list[tuple[int, int]]
    whole: int

    def __len__(self) -> int:
        return len(self.offsets)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the model made of a batch: unit vectors, and for each text the states of its tokens."""

    vectors: np.ndarray
    states: list[np.ndarray]


class EncodingModel(Protocol):
    """A model with its tokenizer; `threads` is how many may use it at once, each with a core to itself."""

    dimension: int
    threads: int

    @property
    def max_tokens(self) -> int | None:
        """As many tokens of a text are read."""
        ...

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, as many as the model reads."""
        ...

    def encode(self, batch: Sequence[Tokens]) -> Encoded:
        """Read texts together in one pass; they should be of about equal length."""
        ...

    def begin_thread(self) -> None:
        """Prepare the thread that calls this to work beside others."""
        ...


def without_tails(text: str, tokens: Tokens) -> Tokens:
    """Leave out the tokens of what a model need not read: a megabyte of base64 would keep it busy for minutes."""
    tails = [match.span() for match in _TAIL.finditer(text)]
    if not tails:
        return tokens
    kept = [
        number
        for number, (start, end) in enumerate(tokens.offsets)
        if start == end or not any(first <= start < last for first, last in tails)
    ]
    return replace(
        tokens,
        inputs={name: [values[number] for number in kept] for name, values in tokens.inputs.items()},
        offsets=[tokens.offsets[number] for number in kept],
        whole=tokens.whole - len(tokens) + len(kept),
    )


def rounded(length: int, limit: int | None) -> int:
    """Return the length that a batch is padded to."""
    padded = -(-length // LENGTH_STEP) * LENGTH_STEP
    return length if limit is not None and padded > limit else padded


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors of length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
