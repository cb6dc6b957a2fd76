"""Stand-ins for models, predictable by eye."""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ingest.errors import LanguageModelError
from ingest.types import EmbeddedTexts, Span
from retriever.embedding.embeddings import Progress
from retriever.embedding.kept_states import Projection, pack_states
from retriever.embedding.token_states import TokenStates
from retriever.evidence_model.types import ClaimPair, FoundSpan, Judgement, PassageReading
from retriever.language_model.types import PromptMessage, Usage, Writing

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


class WordCountEmbedder:
    """An `Embedder` that counts words: texts with the same words have cosine 1, texts that share none about 0.

    Every word, casefolded, adds 1 to one of 64 places, chosen by its sha256 and alike on every machine. Two words may
    share a place. A text without words gets a place of its own, so that every vector has length 1.
    """

    dimension = 64

    def __init__(self, *, name: str = "word-count", max_tokens: int | None = None) -> None:
        self.fingerprint = f"{name}@{self.dimension}"
        self.max_tokens = max_tokens
        self.passages_embedded = 0
        self.queries_embedded = 0

    def read_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
        """Read texts that will be searched; what is kept of each are the states of its words, packed."""
        vectors = self.embed_passages(texts, progress=progress)
        projection = Projection.for_model(self.fingerprint, self.dimension)
        states = (pack_states(self._token_states(text), text, projection) for text in texts)
        return EmbeddedTexts(vectors, tuple(states), self._cut(texts))

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts that will be searched."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for number, text in enumerate(texts):
            vectors[number] = self.embed(text)
            if progress is not None:
                progress(number + 1, len(texts))
        self.passages_embedded += len(texts)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions."""
        self.queries_embedded += len(texts)
        return np.array([self.embed(text) for text in texts], np.float32).reshape(len(texts), self.dimension)

    def passage_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return a token for each word of a text that is searched: 1 in the place of the word."""
        return [self._token_states(text) for text in texts]

    def query_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return a token for each word of a question: 1 in the place of the word."""
        self.queries_embedded += len(texts)
        return [self._token_states(text) for text in texts]

    def embed(self, text: str) -> np.ndarray:
        """Embed one text."""
        vector = np.zeros(self.dimension, np.float32)
        for word in _words(text) or [""]:
            vector[place_of(word, self.dimension)] += 1
        return vector / np.linalg.norm(vector)

    def _cut(self, texts: Sequence[str]) -> frozenset[int]:
        limit = self.max_tokens
        return frozenset(number for number, text in enumerate(texts) if limit is not None and len(_words(text)) > limit)

    def _token_states(self, text: str) -> TokenStates:
        words = list(_WORD.finditer(text))
        matrix = np.zeros((len(words), self.dimension), np.float32)
        for row, word in enumerate(words):
            matrix[row, place_of(word.group().casefold(), self.dimension)] = 1
        offsets = np.array([word.span() for word in words], np.int32).reshape(len(words), 2)
        return TokenStates(self.embed(text), matrix, offsets)


class NumberVerifier:
    """A `Verifier` that knows numbers only, in any language.

    A claim is supported by evidence that has all its numbers, and refuted by evidence that has other numbers; where
    either has none, that is not enough. `pairs` holds what was judged.
    """

    name = "numbers"

    def __init__(self) -> None:
        self.pairs: list[ClaimPair] = []

    def verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge each claim."""
        self.pairs += pairs
        return [self._verifier(pair) for pair in pairs]

    def _verifier(self, pair: ClaimPair) -> Judgement:
        said, known = (set(_NUMBER.findall(text)) for text in (pair.claim, pair.evidence))
        if not said or not known:
            return Judgement(supported=0.1, refuted=0.1, not_enough=0.8)
        if said <= known:
            return Judgement(supported=0.95, refuted=0.0, not_enough=0.05)
        return Judgement(supported=0.1, refuted=0.7, not_enough=0.2)


class ScriptedLanguageModel:
    """A `LanguageModel` that gives its replies one after the other, whatever it is asked.

    A reply is a text, written in pieces of a few characters, or a list of pieces; an exception among them is raised at
    its place. `asked` holds the messages of each call, and `stopped` counts the replies closed before their end. The
    usage counts a token for each word in and each piece out, at the end.
    """

    name = "scripted"

    def __init__(self, replies: Iterable[str | Sequence[str | Exception]], *, characters_a_piece: int = 4) -> None:
        self.asked: list[list[PromptMessage]] = []
        self.max_tokens: list[int] = []
        self.stopped = 0
        self._replies = deque(replies)
        self._length = characters_a_piece

    def write(self, messages: Sequence[PromptMessage], *, max_tokens: int) -> Writing:
        """Begin the next reply; a model without any fails at its first piece."""
        self.asked.append(list(messages))
        self.max_tokens.append(max_tokens)
        reply = self._replies.popleft() if self._replies else [LanguageModelError("The script has no more replies.")]
        if isinstance(reply, str):
            reply = [reply[start : start + self._length] for start in range(0, len(reply), self._length)]
        usage = Usage()
        return Writing(self._pieces(messages, reply, usage), usage)

    def check(self) -> None:
        """Do nothing: a script is always there."""

    def close(self) -> None:
        """Do nothing: a script holds nothing."""

    def _pieces(
        self, messages: Sequence[PromptMessage], reply: Sequence[str | Exception], usage: Usage
    ) -> Iterator[str]:
        try:
            for piece in reply:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        except GeneratorExit:
            self.stopped += 1
            raise
        usage.tokens_in = sum(len(_words(message.text)) for message in messages)
        usage.tokens_out = len(reply)


def place_of(word: str, dimension: int = WordCountEmbedder.dimension) -> int:
    """Return the place in the vector where a word is counted."""
    return int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big") % dimension


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


class ScriptedReader:
    """A reader that finds the same words in every passage, but for the questions in `answers`.

    `asked` is what it was asked of what.
    """

    name = "scripted"

    def __init__(self, words, answers=None):
        self.words = words
        self.answers = answers or {}
        self.asked = []

    def find_spans(self, question, passages):
        self.asked += [(question, passage.text) for passage in passages]
        words = self.answers.get(question, self.words)
        starts = [passage.text.index(words) for passage in passages]
        return [PassageReading((FoundSpan(Span(start, start + len(words)), 1.0),), 0.0) for start in starts]
