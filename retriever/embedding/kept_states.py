"""Token states in the form in which they are kept: the telling words alone, fewer dimensions, a byte a number."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from ingest.words.keywords import is_stop_word
from retriever.embedding.token_states import TokenStates
from retriever.words.patterns import WORD

DIMENSIONS = 128
PROJECTION = Path(__file__).parent / "projection.npz"
"""States of another projection do not compare: when it changes, count up `SPLIT_FORM` of the catalogue."""
_HEAD = struct.Struct("<HHf")  # tokens, dimensions, scale
_MAX_BYTE = 127


@dataclass(frozen=True, slots=True, eq=False)
class KeptStates:
    """States of the telling tokens of a text: float32 of shape (tokens, dimensions), and where each token begins."""

    starts: np.ndarray
    matrix: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Takes states to fewer dimensions: those in which the states of texts differ most, for the model it was made of.

    I. T. Jolliffe, Principal Component Analysis (2002). For another model it is a rotation drawn at random, which keeps
    distances as well as any that knows nothing of the model: W. B. Johnson and J. Lindenstrauss (1984).
    """

    centre: np.ndarray
    axes: np.ndarray

    @classmethod
    @lru_cache(maxsize=4)
    def for_model(cls, fingerprint: str, dimension: int) -> Self:
        """Return the projection of a model."""
        with np.load(PROJECTION) as file:
            if str(file["model"]) == fingerprint:
                return cls(file["centre"].astype(np.float32), file["axes"].astype(np.float32))
        drawn = np.random.default_rng(0).normal(size=(dimension, dimension))
        axes = np.linalg.qr(drawn).Q[:, :DIMENSIONS]
        return cls(np.zeros(dimension, np.float32), axes.astype(np.float32))

    def apply(self, matrix: np.ndarray) -> np.ndarray:
        """Project rows."""
        return (matrix - self.centre) @ self.axes


def telling_rows(text: str, offsets: np.ndarray) -> np.ndarray:
    """Return the rows of the tokens that belong to words, stop words left out; all of them where no other is there."""
    words = [(*match.span(), not is_stop_word(match.group())) for match in WORD.finditer(text)]
    starts, ends, telling = np.array(words or [(0, 0, False)]).T
    middles = offsets.mean(axis=1)
    owners = np.searchsorted(starts, middles, side="right") - 1
    inside = (owners >= 0) & (middles < ends[owners])
    chosen = inside & (telling[owners] > 0)
    return np.flatnonzero(chosen if chosen.any() else inside)


def pack_states(states: TokenStates, text: str, projection: Projection) -> bytes:
    """Pack the states of a text; a token beyond character 65,535 is left out."""
    rows = telling_rows(text, states.offsets)
    rows = rows[states.offsets[rows, 0] < 1 << 16]
    matrix = projection.apply(states.matrix[rows])
    scale = float(np.abs(matrix).max(initial=1e-9)) / _MAX_BYTE
    head = _HEAD.pack(*matrix.shape, scale)
    starts = states.offsets[rows, 0].astype("<u2")
    return head + starts.tobytes() + np.rint(matrix / scale).astype(np.int8).tobytes()


def unpack_states(packed: bytes) -> KeptStates:
    """Read what `pack_states` wrote; raises ValueError for anything else."""
    try:
        tokens, dimensions, scale = _HEAD.unpack_from(packed)
    except struct.error as error:
        raise ValueError("Token states are cut off.") from error
    if len(packed) != _HEAD.size + tokens * (2 + dimensions) or not np.isfinite(scale):
        raise ValueError("What should be token states is something else.")
    starts = np.frombuffer(packed, "<u2", tokens, _HEAD.size)
    levels = np.frombuffer(packed, np.int8, tokens * dimensions, _HEAD.size + starts.nbytes)
    return KeptStates(starts.astype(np.int32), levels.reshape(tokens, dimensions) * np.float32(scale))
