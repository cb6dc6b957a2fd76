"""The shapes of an eval: a case, the answer that a system gave to it, and what is measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.types import Span
from retriever.types import ClaimKind, DroppedSentence, ProseFallback

RefusalSort = Literal["topic-absent", "near-miss", "false-premise"]
GivenStatus = Literal["answered", "partly", "unsure", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Place:
    """A span (code points) of one text file, named without its folder."""

    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its right answer; no evidence means that the right answer is a refusal.

    `answers`: a right answer contains one of them, or all for kind "list". `needs_all_evidence`: every place is
    wanted, not just any. `refusal`: why the texts do not answer. `rewritten`: a follow-up as a person would ask it
    without the conversation. `twin`: the id of the same question in another language. `claim`: a right answer as one
    sentence, not in the words of the text. `wrong`: that claim made wrong by hand, by what was done to it.
    """

    id: str
    kind: str
    language: str
    question: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    evidence: tuple[Place, ...]
    needs_all_evidence: bool
    refusal: RefusalSort | None = None
    rewritten: str | None = None
    twin: str | None = None
    claim: str | None = None
    wrong: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def answerable(self) -> bool:
        """Tell whether the texts hold an answer."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class GivenCitation:
    """A citation of the system under test.

    `quote`: the words as the system gives them. `standing`: the words that stand at `place` in the file, read without
    Quoth. `resolved`: the words that the system's API gives for the pointer; None when it gives none.
    """

    place: Place
    quote: str
    standing: str
    resolved: str | None


@dataclass(frozen=True, slots=True)
class GivenClaim:
    """A sentence of an answer as the system gave it; `support` (0..1) is the system's own, None when it has none."""

    text: str
    kind: ClaimKind
    citations: tuple[GivenCitation, ...]
    support: float | None = None


@dataclass(frozen=True, slots=True)
class ProseSeconds:
    """Seconds of one answer in prose; None for what did not come.

    `first_token`, `last_token`: of the model's text, since the model was asked. `first_shown`: the first sentence that
    passed the gate, and `end`: the whole answer, since the question was asked.
    """

    first_token: float | None = None
    last_token: float | None = None
    first_shown: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class GivenProse:
    """What a language model wrote for one answer and what became of it.

    `claims`: its sentences that are shown. `drafted`: its sentences before the gate, each with the evidence that it
    names and no citation where it names none; sentences in another language are left out, since these checks cannot
    read them. `evidence`: the words it was given, in the order of their numbers. `fallback`: why nothing is shown.
    """

    written: int
    claims: tuple[GivenClaim, ...]
    drafted: tuple[GivenClaim, ...] = ()
    dropped: tuple[DroppedSentence, ...] = ()
    evidence: tuple[str, ...] = ()
    fallback: ProseFallback | None = None
    detail: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: ProseSeconds = ProseSeconds()


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the system under test answered.

    `confidence` (0..1): that the texts answer the question; None when the system does not say. `passages`: what its
    search found, best first. `drafted`: its claims before they were checked, where the system lets them be seen.
    `prose`: what a language model wrote, where one was asked.
    """

    status: GivenStatus
    text: str
    claims: tuple[GivenClaim, ...] = ()
    passages: tuple[Place, ...] = ()
    confidence: float | None = None
    reason: str | None = None
    drafted: tuple[GivenClaim, ...] = ()
    prose: GivenProse | None = None

    @property
    def citations(self) -> tuple[GivenCitation, ...]:
        """The citations of all claims."""
        return tuple(citation for claim in self.claims for citation in claim.citations)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case.

    An `error` makes the answer one of status "failed", without claims: wrong in every measure that the case counts in.
    `forced`: the answer when the system may not refuse. `rewritten`: the answer to `case.rewritten`, asked alone.
    """

    case: Case
    answer: GivenAnswer
    seconds: float
    error: str | None = None
    forced: GivenAnswer | None = None
    rewritten: GivenAnswer | None = None


Values = Mapping[str, Sequence[float]]
"""What was measured, by case id: no, one or several numbers between 0 and 1 for each case that a measure is about."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure of a run; a higher number is better."""

    name: str
    section: str
    measure: Callable[[Sequence[Outcome]], Values]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its numerator and denominator, and its 95 % interval; an empty denominator gives no value."""

    name: str
    section: str
    numerator: float
    denominator: int
    low: float
    high: float
    interval: Literal["Wilson", "bootstrap"]

    @property
    def value(self) -> float | None:
        """The share, or None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number over a whole run that is no share, such as the area under a curve; `lower_is_better` for errors."""

    name: str
    section: str
    value: float | None
    count: int
    low: float
    high: float
    lower_is_better: bool = True


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of a curve and how many cases or claims it stands for."""

    x: float
    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line to draw: risk against coverage, or share right against confidence."""

    name: str
    x_label: str
    y_label: str
    points: tuple[CurvePoint, ...]
