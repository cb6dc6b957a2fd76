"""The shapes of an eval: case, outcome, rate."""

from dataclasses import dataclass

from ingest.types import Span


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """Where a right answer stands: a span of one text file."""

    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its right answer; no evidence means that the right answer is a refusal.

    `answers`: a right answer contains one of them, or all for kind "list". `needs_all_evidence`: every piece of
    evidence is wanted, not just any.
    """

    id: str
    kind: str
    language: str
    question: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    evidence: tuple[GoldEvidence, ...]
    needs_all_evidence: bool

    @property
    def answerable(self) -> bool:
        """Tell whether the texts hold an answer."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited span, as a file name and offsets; `valid` when the file's own text reads as the quote there."""

    file: str
    span: Span
    valid: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the assistant did with one case; `passages` are the spans of the ten best hits, best first."""

    case: Case
    status: str
    reason: str | None
    confidence: float
    text: str
    claims_text: str
    passages: tuple[GoldEvidence, ...]
    cited: tuple[Cited, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its numerator and denominator, and the 95 % Wilson interval."""

    name: str
    numerator: float
    denominator: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share, or None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None
