"""Run a sentence-transformers model: texts become tokens, tokens become vectors and token states."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ingest.errors import ModelError

# Lengths are rounded up to a multiple of this many tokens: the libraries below keep a compiled kernel for every shape
# that they meet, so a model that met every length would grow with each one.
_LENGTH_STEP = 16


class EncodingModel(Protocol):
    """The part of `SentenceTransformer` that is used."""

    max_seq_length: int | None

    def __call__(self, features: dict[str, Any]) -> dict[str, Any]:
        """Add `token_embeddings` and `sentence_embedding` to the features of a batch."""
        ...

    def get_embedding_dimension(self) -> int | None:
        """Return the length of a vector."""
        ...

    @property
    def tokenizer(self) -> Any:
        """The model's own tokenizer."""
        ...


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


class Encoder:
    """A model and its tokenizer, neither of which may serve two threads at once."""

    def __init__(self, model: EncodingModel) -> None:
        self._model = model
        self._tokenizer = model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            raise ModelError("The embedding model has no tokenizer that tells where its tokens stand. Name another.")
        self.dimension = model.get_embedding_dimension() or 0
        self.max_tokens = model.max_seq_length
        # It advises to pad while tokenizing, which is not possible before the batches are known.
        self._tokenizer.deprecation_warnings["Asking-to-pad-a-fast-tokenizer"] = True

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, as many as the model reads."""
        found = self._tokenize(texts, truncation=False)
        if self.max_tokens is not None:
            for number, tokens in enumerate(found):
                if len(tokens) > self.max_tokens:
                    (cut,) = self._tokenize([texts[number]], truncation=True, max_length=self.max_tokens)
                    found[number] = Tokens(cut.inputs, cut.offsets, len(tokens))
        return found

    def encode(self, batch: Sequence[Tokens], *, with_states: bool) -> Encoded:
        """Read texts together in one pass; they should be of about equal length."""
        import torch

        inputs = {name: [tokens.inputs[name] for tokens in batch] for name in batch[0].inputs}
        padded = self._tokenizer.pad(inputs, pad_to_multiple_of=self._step(batch), return_tensors="pt")
        with torch.inference_mode():
            features = self._model({**padded, "modality": "text"})
        vectors = features["sentence_embedding"].float().numpy()
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return Encoded(unit, _states(features, padded["attention_mask"].numpy()) if with_states else [])

    def _step(self, batch: Sequence[Tokens]) -> int | None:
        rounded = -(-max(map(len, batch)) // _LENGTH_STEP) * _LENGTH_STEP
        return _LENGTH_STEP if self.max_tokens is None or rounded <= self.max_tokens else None

    def _tokenize(self, texts: Sequence[str], **options: Any) -> list[Tokens]:
        if not texts:
            return []
        found = dict(
            self._tokenizer(list(texts), padding=False, return_offsets_mapping=True, verbose=False, **options).data
        )
        offsets = found.pop("offset_mapping")
        return [
            Tokens({name: rows[number] for name, rows in found.items()}, places, len(places))
            for number, places in enumerate(offsets)
        ]


def _states(features: dict[str, Any], mask: np.ndarray) -> list[np.ndarray]:
    states = features["token_embeddings"].float().numpy()
    return [row[kept] for row, kept in zip(states, mask.astype(bool), strict=True)]
