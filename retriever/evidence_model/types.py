"""What a model that reads passages or judges claims takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ingest.types import Span

Label = Literal["supported", "refuted", "not_enough"]
LABELS: tuple[Label, ...] = ("supported", "refuted", "not_enough")


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is read: sentences in a row, each a range of code points in `text`."""

    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """The best answer within one sentence, in code points of the passage's text.

    `margin`: how far its logits are above those of "not here".
    """

    span: Span
    margin: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """One passage read for one question: the best span of each sentence, and the logit of its relevance."""

    spans: tuple[FoundSpan, ...]
    relevance: float


@dataclass(frozen=True, slots=True)
class SelectedSentence:
    """A sentence as the selector sees it.

    `score`: the logit that it answers, less the logit that nothing in its passage does. `span`: the words in it that
    answer most likely, in code points of the passage's text. `span_score`: how likely these are among those of the
    sentence, as a logarithm.
    """

    score: float
    span: Span
    span_score: float


@dataclass(frozen=True, slots=True)
class PassageSelection:
    """The sentences of a passage, in order, as read for one question."""

    sentences: tuple[SelectedSentence, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What evidence says of a claim: three probabilities that sum to 1."""

    supported: float
    refuted: float
    not_enough: float

    @property
    def verdict(self) -> Label:
        """The most probable of the three."""
        return max(LABELS, key=lambda name: getattr(self, name))


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A claim and the evidence it is held against, with their languages (ISO 639-1)."""

    claim: str
    evidence: str
    claim_language: str
    evidence_language: str


class SpanReader(Protocol):
    """Finds answers in passages."""

    name: str

    def find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read each passage for a question."""
        ...


class SentenceSelector(Protocol):
    """Tells which sentences of passages answer."""

    name: str

    def select(self, question: str, passages: Sequence[PassageText]) -> list[PassageSelection]:
        """Read each passage for a question."""
        ...


class Verifier(Protocol):
    """Judges claims by evidence."""

    name: str

    def verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge each claim."""
        ...
