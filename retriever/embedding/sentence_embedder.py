"""Embed texts in batches: questions at once, the passages of an ingest side by side."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np

from ingest.types import EmbeddedTexts
from ingest.words.characters import without_halves
from retriever.courtesy import COURTESY, lower_priority
from retriever.embedding.embeddings import Progress
from retriever.embedding.encoding import EncodingModel, Tokens, without_tails
from retriever.embedding.kept_states import Projection, pack_states
from retriever.embedding.token_states import TokenStates, token_states
from retriever.embedding.work_thread import WorkThread

logger = logging.getLogger(__name__)

# A batch holds about this many tokens, padding included: long enough to keep the cores busy, short enough that a
# question asked during an ingest waits for one batch of a fraction of a second.
_BATCH_TOKENS = 2048
_BATCH_TEXTS = 32


Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants to read before a question and before a passage."""

    query: str = ""
    passage: str = ""


class SentenceEmbedder:
    """An `Embedder` in which a question waits for no ingest, or for one batch where the model has but one thread.

    A question has a thread of its own with all cores; an ingest has a thread for each core.
    """

    def __init__(self, model: EncodingModel, *, fingerprint: str, prompts: Prompts) -> None:
        self._model = model
        self.fingerprint = fingerprint
        self.prompts = prompts
        self.dimension = model.dimension
        self.max_tokens = model.max_tokens
        self._projection = Projection.for_model(fingerprint, model.dimension)
        self._questions = WorkThread("questions")
        self._passages = ThreadPoolExecutor(model.threads, "passages", initializer=self._begin_thread)

    def read_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
        """Read texts that will be searched, once: for their vectors, and for what is kept of their tokens."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        states = [b""] * len(texts)
        tokens = self._tokenize_patiently(texts)
        for batch, read in self._side_by_side(partial(self._read_and_pack, texts), tokens, progress):
            vectors[batch] = read.vectors
            for number, packed in zip(batch, read.states, strict=True):
                states[number] = packed
        return EmbeddedTexts(vectors, tuple(states), _cut(tokens))

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts that will be searched; the end of a text that is too long has no part in its vector."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        tokens = self._tokenize_patiently(texts)
        for batch, encoded in self._side_by_side(lambda _batch, some: self._model.encode(some), tokens, progress):
            vectors[batch] = encoded.vectors
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions."""
        return np.array([states.vector for states in self.query_states(texts)], np.float32).reshape(-1, self.dimension)

    def passage_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each text that is searched, and from the same pass what became of its tokens."""
        return self._questions.run(partial(self._token_states, self.prompts.passage, texts))

    def query_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the vector of each question, and from the same pass what became of its tokens."""
        return self._questions.run(partial(self._token_states, self.prompts.query, texts))

    def _tokenize_patiently(self, texts: Sequence[str]) -> list[Tokens]:
        tokens = self._passages.submit(self._patiently, self._tokenize, self.prompts.passage, texts).result()
        if cut := _cut(tokens):
            logger.warning(
                "%d of %d passages are longer than %d tokens and were cut.", len(cut), len(texts), self.max_tokens
            )
        return tokens

    def _side_by_side(
        self, work: Callable[[list[int], list[Tokens]], Made], tokens: Sequence[Tokens], progress: Progress | None
    ) -> Iterator[tuple[list[int], Made]]:
        """Yield each batch with what `work` makes of it, in the order in which they are done."""
        running: dict[Future[Made], list[int]] = {}
        for batch in batches([len(found) for found in tokens]):
            some = [tokens[number] for number in batch]
            running[self._passages.submit(self._patiently, work, batch, some)] = batch
        done = 0
        try:
            for future in as_completed(running):
                yield running[future], future.result()
                done += len(running[future])
                if progress is not None:
                    progress(done, len(tokens))
        finally:
            for future in running:
                future.cancel()

    def _begin_thread(self) -> None:
        lower_priority()
        self._model.begin_thread()

    def _patiently(self, work: Callable[..., Made], *given: Any) -> Made:
        """Work when no question is in hand: in this thread, or in that of questions where the model has but one."""
        COURTESY.give_way()
        if self._model.threads > 1:
            return work(*given)
        return self._questions.run(partial(work, *given), patient=True)

    def _read_and_pack(self, texts: Sequence[str], batch: list[int], tokens: list[Tokens]) -> EmbeddedTexts:
        """Read a batch and pack its states, which take more room than there is for those of many batches."""
        read = self._states_of_batch(self.prompts.passage, [texts[number] for number in batch], tokens)
        packed = (pack_states(one, texts[number], self._projection) for number, one in zip(batch, read, strict=True))
        return EmbeddedTexts(np.array([one.vector for one in read]), tuple(packed))

    def _token_states(self, prompt: str, texts: Sequence[str]) -> list[TokenStates]:
        tokens = self._tokenize(prompt, texts)
        found: dict[int, TokenStates] = {}
        for batch in batches([len(one) for one in tokens]):
            some = [texts[number] for number in batch]
            read = self._states_of_batch(prompt, some, [tokens[number] for number in batch])
            found.update(zip(batch, read, strict=True))
        return [found[number] for number in range(len(texts))]

    def _states_of_batch(self, prompt: str, texts: Sequence[str], batch: Sequence[Tokens]) -> list[TokenStates]:
        encoded = self._model.encode(batch)
        return [
            token_states(text, prompt, vector, states, tokens.offsets)
            for text, tokens, vector, states in zip(texts, batch, encoded.vectors, encoded.states, strict=True)
        ]

    def _tokenize(self, prompt: str, texts: Sequence[str]) -> list[Tokens]:
        given = [prompt + _encodable(text) for text in texts]
        return [without_tails(*one) for one in zip(given, self._model.tokenize(given), strict=True)]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions in batches of about equal length, longest first, so that little is computed for padding."""
    longest_first = sorted(range(len(lengths)), key=lambda number: (-lengths[number], number))
    start = 0
    while start < len(longest_first):
        longest = max(lengths[longest_first[start]], 1)
        size = min(max(_BATCH_TOKENS // longest, 1), _BATCH_TEXTS)
        yield longest_first[start : start + size]
        start += size


def _cut(tokens: Sequence[Tokens]) -> frozenset[int]:
    """Return the positions of the texts whose end is not read."""
    return frozenset(number for number, found in enumerate(tokens) if found.whole > len(found))


def _encodable(text: str) -> str:
    """Replace halves of characters, which no tokenizer takes."""
    return without_halves(text)
