"""A BERT encoder for the models that come with Quoth: it takes a third of the time to load that a library's takes."""

import json
import mmap
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from ingest.errors import ModelError

WORDS = "embeddings.word_embeddings.weight"
"""Four fifths of the file: they are left in it, and a row is read when its word is."""
SEGMENTS = "embeddings.token_type_embeddings.weight"


@dataclass(frozen=True, slots=True)
class BertShape:
    """What `config.json` says of the network; `hidden_size` is the length of a token's state."""

    hidden_size: int
    layers: int
    heads: int
    wide: int
    positions: int
    segments: int
    epsilon: float

    @classmethod
    def from_folder(cls, folder: Path) -> "BertShape":
        """Read the shape of an unpacked model; raises ModelError when it is of another kind."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
            raise ModelError(f"The model in {folder} is no BERT network of the kind that comes with Quoth.")
        names = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
        sizes = (*names, "max_position_embeddings", "type_vocab_size", "layer_norm_eps")
        return cls(*(config[name] for name in sizes))


@dataclass(frozen=True, slots=True)
class BertStates:
    """The state of every token in the last layer, and in all of them from the first on where that was asked for."""

    last_hidden_state: Tensor
    hidden_states: tuple[Tensor, ...] = ()


class _Linear(nn.Linear):
    def reset_parameters(self) -> None:
        """Do nothing: weights are read from a file, and random ones would take longer to make."""


class _LayerNorm(nn.LayerNorm):
    def reset_parameters(self) -> None:
        """Do nothing."""


class _Embedding(nn.Embedding):
    def reset_parameters(self) -> None:
        """Do nothing."""


class BertEncoder(nn.Module):
    """The encoder; its parameters have the names that transformers gives them, but for the words', which are apart."""

    def __init__(self, shape: BertShape, words: "WordTable") -> None:
        super().__init__()
        self.config = shape
        self._words = words
        hidden = shape.hidden_size
        self.embeddings = nn.ModuleDict(
            {
                "position_embeddings": _Embedding(shape.positions, hidden),
                "token_type_embeddings": _Embedding(shape.segments, hidden),
                "LayerNorm": _LayerNorm(hidden, eps=shape.epsilon),
            }
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(_layer(shape) for _ in range(shape.layers))})

    @classmethod
    def from_folder(cls, folder: Path, *, segments: int | None = None) -> "BertEncoder":
        """Load the encoder of an unpacked model in float32; with `segments`, each starts as the model's first."""
        shape = BertShape.from_folder(folder)
        weights = load_file(folder / "model.safetensors")
        del weights[WORDS]
        if segments:
            shape = replace(shape, segments=segments)
            weights[SEGMENTS] = weights[SEGMENTS][:1].expand(segments, -1)
        encoder = cls(shape, WordTable.of_folder(folder))
        encoder.load_state_dict(weights)
        return encoder.eval().requires_grad_(requires_grad=False)

    def forward(
        self,
        ids: Tensor,
        *,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        output_hidden_states: bool = False,
    ) -> BertStates:
        """Read a batch of texts; `attention_mask` is 1 where there is a token."""
        states = self._embedded(ids, token_type_ids)
        open_to = None if attention_mask is None else attention_mask.bool()[:, None, None, :]
        kept = [states]
        for layer in self.encoder.get_submodule("layer").children():
            states = self._through(layer, states, open_to)
            if output_hidden_states:
                kept.append(states)
        return BertStates(states, tuple(kept) if output_hidden_states else ())

    def _embedded(self, ids: Tensor, segments: Tensor | None) -> Tensor:
        positions = self.embeddings.get_parameter("position_embeddings.weight")
        types = self.embeddings.get_parameter("token_type_embeddings.weight")
        states = self._words.rows(ids).to(positions)
        states += types[0] if segments is None else functional.embedding(segments, types)
        states += positions[: ids.shape[1]]
        return self.embeddings["LayerNorm"](states)

    def _through(self, layer: nn.Module, states: Tensor, open_to: Tensor | None) -> Tensor:
        batch, length, hidden = states.shape
        part = layer.get_submodule
        query, key, value = (
            projection(states).view(batch, length, self.config.heads, -1).transpose(1, 2)
            for projection in part("attention.self").children()
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=open_to)
        seen = part("attention.output.dense")(seen.transpose(1, 2).reshape(batch, length, hidden))
        states = part("attention.output.LayerNorm")(seen.add_(states))
        wide = functional.gelu(part("intermediate.dense")(states))
        return part("output.LayerNorm")(part("output.dense")(wide).add_(states))


class WordTable:
    """The vectors of words as they lie in the file of an unpacked model: what was read is given back at once."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            head = int.from_bytes(file.read(8), "little")
            described = json.loads(file.read(head))[WORDS]
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start, end = described["data_offsets"]
        kind = np.dtype({"F16": np.float16, "F32": np.float32}[described["dtype"]])
        table = np.frombuffer(self._file, kind, (end - start) // kind.itemsize, 8 + head + start)
        self._table = table.reshape(described["shape"])

    @classmethod
    @lru_cache(maxsize=2)
    def of_folder(cls, folder: Path) -> "WordTable":
        """Return the table of a folder, one for all encoders that are built on it."""
        return cls(folder / "model.safetensors")

    def rows(self, ids: Tensor) -> Tensor:
        """Return the vector of each word."""
        rows = torch.from_numpy(self._table[ids.cpu().numpy()])
        # The system maps many pages around each that is read, and would count them all as ours for good.
        self._file.madvise(mmap.MADV_DONTNEED)
        return rows


def _layer(shape: BertShape) -> nn.ModuleDict:
    hidden, wide = shape.hidden_size, shape.wide
    return nn.ModuleDict(
        {
            "attention": nn.ModuleDict(
                {
                    "self": nn.ModuleDict({name: _Linear(hidden, hidden) for name in ("query", "key", "value")}),
                    "output": _ending(hidden, hidden, shape),
                }
            ),
            "intermediate": nn.ModuleDict({"dense": _Linear(hidden, wide)}),
            "output": _ending(wide, hidden, shape),
        }
    )


def _ending(inputs: int, outputs: int, shape: BertShape) -> nn.ModuleDict:
    norm = _LayerNorm(outputs, eps=shape.epsilon)
    return nn.ModuleDict({"dense": _Linear(inputs, outputs), "LayerNorm": norm})
