"""The steps of an answer on its way, one class a kind: `name` is what a stream calls it, `data` what it brings.

The evidence comes first, then each claim once it is checked, last the answer. With a language model its sentences
follow the claims; the answer has them in place of the quotations, or the quotations alone when they came to nothing.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import ClassVar

from retriever.types import Answer, Claim, Evidence


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """What is kept for the question."""

    data: tuple[Evidence, ...]
    name: ClassVar = "evidence"


@dataclass(frozen=True, slots=True)
class ClaimChecked:
    """A claim that stands."""

    data: Claim
    name: ClassVar = "claim"


@dataclass(frozen=True, slots=True)
class WritingProgress:
    """So many sentences were checked."""

    checked: int


@dataclass(frozen=True, slots=True)
class StillWriting:
    """A language model is at work: a sign of life about every second."""

    data: WritingProgress
    name: ClassVar = "writing"


@dataclass(frozen=True, slots=True)
class ProseChecked:
    """A sentence that a language model wrote and that stands."""

    data: Claim
    name: ClassVar = "prose"


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """The answer, or a refusal."""

    data: Answer
    name: ClassVar = "answer"


AnswerEvent = EvidenceFound | ClaimChecked | StillWriting | ProseChecked | AnswerGiven
AnswerEvents = Generator[AnswerEvent, None, None]


def answer_of(events: Iterable[AnswerEvent]) -> Answer:
    """Go through all steps and return the answer, which comes last."""
    *_, last = events
    assert isinstance(last, AnswerGiven)
    return last.data
