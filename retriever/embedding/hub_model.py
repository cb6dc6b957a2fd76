"""Any sentence-transformers model as an embedding model of Quoth's."""

from collections.abc import Sequence
from typing import Any, Protocol

from ingest.errors import ModelError
from retriever.embedding.encoding import Encoded, Tokens, rounded, unit


class SentenceModel(Protocol):
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


class HubModel:
    """An `EncodingModel` that sentence-transformers has loaded; neither it nor its tokenizer may serve two threads."""

    threads = 1

    def __init__(self, model: SentenceModel) -> None:
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
        for number, tokens in enumerate(found):
            if self.max_tokens is not None and len(tokens) > self.max_tokens:
                (cut,) = self._tokenize([texts[number]], truncation=True, max_length=self.max_tokens)
                found[number] = Tokens(cut.inputs, cut.offsets, len(tokens))
        return found

    def encode(self, batch: Sequence[Tokens]) -> Encoded:
        """Read texts together in one pass."""
        import torch

        inputs = {name: [tokens.inputs[name] for tokens in batch] for name in batch[0].inputs}
        length = rounded(max(map(len, batch)), self.max_tokens)
        padded = self._tokenizer.pad(inputs, padding="max_length", max_length=length, return_tensors="pt")
        with torch.inference_mode():
            features = self._model({**padded, "modality": "text"})
        vectors = unit(features["sentence_embedding"].float().numpy())
        states, mask = features["token_embeddings"].float().numpy(), padded["attention_mask"].numpy().astype(bool)
        return Encoded(vectors, [row[kept] for row, kept in zip(states, mask, strict=True)])

    def begin_thread(self) -> None:
        """Do nothing: its one thread has all cores."""

    def _tokenize(self, texts: Sequence[str], **options: Any) -> list[Tokens]:
        if not texts:
            return []
        encoded = self._tokenizer(list(texts), padding=False, return_offsets_mapping=True, verbose=False, **options)
        found = dict(encoded.data)
        offsets = found.pop("offset_mapping")
        return [
            Tokens({name: rows[number] for name, rows in found.items()}, places, len(places))
            for number, places in enumerate(offsets)
        ]
