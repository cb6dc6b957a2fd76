"""Parts that remember: a question asked in several ways is read once, and a text of several sets is embedded once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from evals.variants import VariantParts
from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from ingest.types import EmbeddedTexts
from retriever.answering import Search
from retriever.embedding.embeddings import Embedder, Progress
from retriever.embedding.token_states import TokenStates
from retriever.evidence_model.types import ClaimPair, Judgement, Verifier
from retriever.language_model.types import LanguageModel, PromptMessage, Usage, Writing
from retriever.reading.reader import Read, Reader
from retriever.search import Scope
from retriever.types import Hit, Question


def remembering(parts: VariantParts) -> VariantParts:
    """Return parts that give the same and do not work twice for one question.

    A case is asked as it is, without leave to refuse and unchecked; only the first of these is timed.
    """
    return replace(
        parts,
        search=_remember_search(parts.search),
        reader=RememberingReader(parts.reader),
        language_model=parts.language_model and RememberingLanguageModel(parts.language_model),
    )


class RememberingEmbedder:
    """An embedder that keeps what every call for passages gave, so that two sets may share their texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._read: dict[tuple[str, ...], EmbeddedTexts] = {}
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """Embed texts together, or return what the same texts gave."""
        return self.read_passages(texts, progress=progress).vectors

    def read_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> EmbeddedTexts:
        """Read texts together once, or return what the same texts gave; alone they might give other last digits."""
        together = tuple(texts)
        if together not in self._read:
            self._read[together] = self._embedder.read_passages(texts, progress=progress)
        return self._read[together]

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions, every time: their time is measured."""
        return self._embedder.embed_queries(texts)

    def passage_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Read the tokens of texts, every time: their time is measured."""
        return self._embedder.passage_states(texts)

    def query_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Read the tokens of questions, every time: their time is measured."""
        return self._embedder.query_states(texts)


class RememberingVerifier:
    """A verifier that keeps what it said: several checks ask it about the same claims."""

    def __init__(self, verifier: Verifier) -> None:
        self.name = verifier.name
        self._verifier = verifier
        self._said: dict[ClaimPair, Judgement] = {}

    def verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge as the other verifier does, each pair once."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._said]
        self._said |= dict(zip(new, self._verifier.verify(new), strict=True)) if new else {}
        return [self._said[pair] for pair in pairs]


class RememberingReader:
    """A reader that keeps its last reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._asked: tuple[Question, list[str]] | None = None
        self._read = Read((), 0.0)
        self.name = reader.name
        self.borders = reader.borders

    def read(self, question: Question, hits: Sequence[Hit]) -> Read:
        """Read, or return what was read for the same question and passages just before."""
        asked = (question, [hit.passage.id for hit in hits])
        if asked != self._asked:
            self._read = self._reader.read(question, hits)
            self._asked = asked
        return self._read


@dataclass(slots=True)
class KeptReply:
    """A reply of a language model as far as it came, and for each piece the seconds since the model was asked.

    `ended` is false while the model writes, and for ever when somebody stopped it.
    """

    usage: Usage
    pieces: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    error: LanguageModelError | None = None
    ended: bool = False


class RememberingLanguageModel:
    """A language model that keeps its replies: the same messages get the same one again, errors too, at no cost.

    Of a reply that was stopped, only those who want more than was read of it hear that it was too slow: that is why
    it was stopped. `last` is the reply to what was asked last.
    """

    def __init__(self, model: LanguageModel, *, clock: Callable[[], float] = perf_counter) -> None:
        self.name = model.name
        self.last: KeptReply | None = None
        self._model = model
        self._clock = clock
        self._kept: dict[tuple[tuple[PromptMessage, ...], int], KeptReply] = {}

    def write(self, messages: Sequence[PromptMessage], *, max_tokens: int) -> Writing:
        """Begin to write, or give again what was written for the same messages."""
        asked = (tuple(messages), max_tokens)
        if asked in self._kept:
            self.last = self._kept[asked]
            return Writing(_give_again(self.last), replace(self.last.usage))
        started = self._clock()
        writing = self._model.write(messages, max_tokens=max_tokens)
        self.last = self._kept[asked] = KeptReply(writing.usage)
        return Writing(_KeptPieces(writing, self.last, lambda: self._clock() - started), writing.usage)

    def check(self) -> None:
        """Ask the other model whether it is there."""
        self._model.check()

    def close(self) -> None:
        """Close the other model."""
        self._model.close()


class _KeptPieces(Iterator[str]):
    """The pieces of a reply, written down as they pass; may be closed from any thread, as the reply itself may be."""

    def __init__(self, writing: Writing, kept: KeptReply, seconds: Callable[[], float]) -> None:
        self._writing = writing
        self._kept = kept
        self._seconds = seconds
        self._stopped = False

    def __next__(self) -> str:
        try:
            piece = next(self._writing.pieces)
        except StopIteration:
            self._kept.ended = not self._stopped
            raise
        except LanguageModelError as error:
            if not self._stopped:
                self._kept.error, self._kept.ended = error, True
            raise
        self._kept.pieces.append(piece)
        self._kept.seconds.append(self._seconds())
        return piece

    def close(self) -> None:
        self._stopped = True
        self._writing.close()


def _give_again(kept: KeptReply) -> Iterator[str]:
    yield from tuple(kept.pieces)
    if kept.error:
        raise kept.error
    if not kept.ended:
        raise LanguageModelTooSlowError("The language model was stopped here when it wrote this.")


def _remember_search(search: Search) -> Callable[[str, Scope, int], list[Hit]]:
    kept: dict[int, tuple[tuple[str, Scope], list[Hit]]] = {}

    def search_or_remember(query: str, scope: Scope, limit: int) -> list[Hit]:
        if limit not in kept or kept[limit][0] != (query, scope):
            kept[limit] = ((query, scope), search(query, scope, limit))
        return kept[limit][1]

    return search_or_remember
