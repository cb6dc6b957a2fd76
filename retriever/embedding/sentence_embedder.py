"""Embed texts with a sentence-transformers model, one batch at a time."""

import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from retriever.embedding.embeddings import Progress

logger = logging.getLogger(__name__)

# A batch holds about this many tokens, padding included: long enough to keep the cores busy, short enough that a
# question asked during an ingest waits for one batch of a fraction of a second.
_BATCH_TOKENS = 2048
_BATCH_TEXTS = 32

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class EncodingModel(Protocol):
    """The part of `SentenceTransformer` that is used."""

    max_seq_length: int | None

    def encode(self, inputs: list[str], **options: Any) -> np.ndarray:
        """Return one row per text."""
        ...

    def get_embedding_dimension(self) -> int | None:
        """Return the length of a row."""
        ...

    @property
    def tokenizer(self) -> Any:
        """The model's own tokenizer."""
        ...


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants to read before a question and before a passage."""

    query: str = ""
    passage: str = ""


class SentenceEmbedder:
    """An `Embedder` with one thread for all its work, because a tokenizer cannot serve two.

    Its queue holds one batch of each caller, so a question asked during an ingest waits for one batch only.
    """

    def __init__(self, model: EncodingModel, *, fingerprint: str, prompts: Prompts) -> None:
        self.fingerprint = fingerprint
        self.prompts = prompts
        self.dimension = model.get_embedding_dimension() or 0
        self.max_tokens = model.max_seq_length
        self._model = model
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts that will be searched; the end of a text that is too long has no part in its vector."""
        prepared = [self.prompts.passage + _encodable(text) for text in texts]
        lengths = self._thread.submit(self._count_tokens, prepared).result()
        self._warn_of_cuts(lengths)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        done = 0
        for batch in batches(lengths):
            vectors[batch] = self._embed([prepared[number] for number in batch])
            done += len(batch)
            if progress is not None:
                progress(done, len(texts))
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH_TEXTS):
            batch = [self.prompts.query + _encodable(text) for text in texts[start : start + _BATCH_TEXTS]]
            vectors[start : start + len(batch)] = self._embed(batch)
        return vectors

    def too_long(self, texts: Sequence[str]) -> list[int]:
        """Return the positions of the passages whose end would be cut off."""
        prepared = [self.prompts.passage + _encodable(text) for text in texts]
        lengths = self._thread.submit(self._count_tokens, prepared).result()
        return [number for number, length in enumerate(lengths) if self._is_cut(length)]

    def _embed(self, prepared: list[str]) -> np.ndarray:
        vectors = self._thread.submit(self._encode, prepared).result()
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def _encode(self, prepared: list[str]) -> np.ndarray:
        # An empty prompt, because the texts carry theirs already and the model may have a default one.
        encoded = self._model.encode(
            prepared, prompt="", batch_size=len(prepared), convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(encoded, dtype=np.float32)

    def _count_tokens(self, prepared: list[str]) -> list[int]:
        if not prepared:
            return []
        encoded = self._model.tokenizer(prepared, truncation=False, padding=False, verbose=False)
        return [len(tokens) for tokens in encoded["input_ids"]]

    def _is_cut(self, length: int) -> bool:
        return self.max_tokens is not None and length > self.max_tokens

    def _warn_of_cuts(self, lengths: Sequence[int]) -> None:
        cut = sum(map(self._is_cut, lengths))
        if cut:
            logger.warning(
                "%d of %d passages are longer than %d tokens and were cut.", cut, len(lengths), self.max_tokens
            )


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions in batches of about equal length, longest first, so that little is computed for padding."""
    longest_first = sorted(range(len(lengths)), key=lambda number: (-lengths[number], number))
    start = 0
    while start < len(longest_first):
        longest = max(lengths[longest_first[start]], 1)
        size = min(max(_BATCH_TOKENS // longest, 1), _BATCH_TEXTS)
        yield longest_first[start : start + size]
        start += size


def _encodable(text: str) -> str:
    """Replace halves of characters, which no tokenizer takes."""
    return _LONE_SURROGATE.sub("\ufffd", text)
