"""Embed texts with a sentence-transformers model, one batch at a time."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from retriever.embedding.embeddings import Progress
from retriever.embedding.encoder import Encoded, Encoder, EncodingModel, Tokens
from retriever.embedding.token_states import TokenStates, token_states
from retriever.embedding.work_thread import WorkThread

logger = logging.getLogger(__name__)

# A batch holds about this many tokens, padding included: long enough to keep the cores busy, short enough that a
# question asked during an ingest waits for one batch of a fraction of a second.
_BATCH_TOKENS = 2048
_BATCH_TEXTS = 32

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants to read before a question and before a passage."""

    query: str = ""
    passage: str = ""


class SentenceEmbedder:
    """An `Embedder` with one thread for all its work, because a tokenizer cannot serve two.

    Questions go before the next batch of an ingest, so one that is asked meanwhile waits for one batch only.
    """

    def __init__(self, model: EncodingModel, *, fingerprint: str, prompts: Prompts) -> None:
        self._encoder = Encoder(model)
        self.fingerprint = fingerprint
        self.prompts = prompts
        self.dimension = self._encoder.dimension
        self.max_tokens = self._encoder.max_tokens
        self._thread = WorkThread("embedder")

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts that will be searched; the end of a text that is too long has no part in its vector."""
        tokens = self._tokenize(self.prompts.passage, texts, patient=True)
        self._warn_of_cuts(tokens)
        return self._vectors(tokens, patient=True, progress=progress)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions."""
        return self._vectors(self._tokenize(self.prompts.query, texts))

    def passage_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each text that is searched, and from the same pass what became of its tokens."""
        return self._token_states(self.prompts.passage, texts)

    def query_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each question, and from the same pass what became of its tokens."""
        return self._token_states(self.prompts.query, texts)

    def too_long(self, texts: Sequence[str]) -> list[int]:
        """Return the positions of the passages whose end would be cut off."""
        tokens = self._tokenize(self.prompts.passage, texts, patient=True)
        return [number for number, found in enumerate(tokens) if _is_cut(found)]

    def _vectors(
        self, tokens: Sequence[Tokens], *, patient: bool = False, progress: Progress | None = None
    ) -> np.ndarray:
        vectors = np.zeros((len(tokens), self.dimension), np.float32)
        done = 0
        for batch in batches([len(found) for found in tokens]):
            vectors[batch] = self._encode([tokens[number] for number in batch], patient=patient).vectors
            done += len(batch)
            if progress is not None:
                progress(done, len(tokens))
        return vectors

    def _token_states(self, prompt: str, texts: Sequence[str]) -> list[TokenStates]:
        tokens = self._tokenize(prompt, texts)
        found: dict[int, TokenStates] = {}
        for batch in batches([len(one) for one in tokens]):
            encoded = self._encode([tokens[number] for number in batch], with_states=True)
            for number, vector, states in zip(batch, encoded.vectors, encoded.states, strict=True):
                found[number] = token_states(texts[number], prompt, vector, states, tokens[number].offsets)
        return [found[number] for number in range(len(texts))]

    def _tokenize(self, prompt: str, texts: Sequence[str], *, patient: bool = False) -> list[Tokens]:
        prompted = [prompt + _encodable(text) for text in texts]
        return self._thread.run(partial(self._encoder.tokenize, prompted), patient=patient)

    def _encode(self, batch: Sequence[Tokens], *, with_states: bool = False, patient: bool = False) -> Encoded:
        return self._thread.run(partial(self._encoder.encode, batch, with_states=with_states), patient=patient)

    def _warn_of_cuts(self, tokens: Sequence[Tokens]) -> None:
        cut = sum(map(_is_cut, tokens))
        if cut:
            logger.warning(
                "%d of %d passages are longer than %d tokens and were cut.", cut, len(tokens), self.max_tokens
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


def _is_cut(tokens: Tokens) -> bool:
    return tokens.whole > len(tokens)


def _encodable(text: str) -> str:
    """Replace halves of characters, which no tokenizer takes."""
    return _LONE_SURROGATE.sub("\ufffd", text)
