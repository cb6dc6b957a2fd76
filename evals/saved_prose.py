"""What is saved of a language model's prose: its sentences by case, and the counts of a run."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self, get_args

from evals.types import GivenProse, ProseSeconds
from retriever.types import DropReason, ProseFallback

WITH_PROSE = " with prose"
"""What is added to the name of a system when a language model writes its answers."""


@dataclass(frozen=True, slots=True)
class SavedSentence:
    """A sentence of a language model: the words it cites where it is shown, and else the `reason` why it is not."""

    text: str
    cited: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SavedProse:
    """The prose of one answer, and the words that the model was given, in the order of their numbers."""

    written: int
    shown: tuple[SavedSentence, ...]
    dropped: tuple[SavedSentence, ...]
    evidence: tuple[str, ...]
    fallback: str | None
    detail: str | None
    tokens_in: int | None
    tokens_out: int | None
    seconds: ProseSeconds

    @classmethod
    def from_given(cls, given: GivenProse) -> Self:
        """Keep what a person who looks at single sentences needs."""
        return cls(
            written=given.written,
            shown=tuple(SavedSentence(one.text, tuple(cited.quote for cited in one.citations)) for one in given.claims),
            dropped=tuple(SavedSentence(one.text, reason=one.reason) for one in given.dropped),
            evidence=given.evidence,
            fallback=given.fallback,
            detail=given.detail,
            tokens_in=given.tokens_in,
            tokens_out=given.tokens_out,
            seconds=given.seconds,
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the 95th percentile (nearest rank) of `count` numbers; None where there are none."""

    count: int
    median: float | None
    p95: float | None

    @classmethod
    def from_numbers(cls, numbers: Iterable[float | None]) -> Self:
        """Take the numbers that there are."""
        known = sorted(number for number in numbers if number is not None)
        if not known:
            return cls(0, None, None)
        return cls(len(known), float(median(known)), float(known[math.ceil(0.95 * len(known)) - 1]))


@dataclass(frozen=True, slots=True)
class ProseTotals:
    """The prose of a run, over the answers that a language model was asked to write.

    Of the sentences `written`, each is `shown`, `dropped` for its reason, or `withdrawn` because the model failed later
    on. `fallbacks` counts answers. The seconds are those of `ProseSeconds`; like all times they differ from run to run.
    """

    answers: int
    written: int
    shown: int
    withdrawn: int
    dropped: Mapping[str, int]
    fallbacks: Mapping[str, int]
    first_token: Spread
    last_token: Spread
    first_shown: Spread
    end: Spread
    tokens_in: Spread
    tokens_out: Spread

    @classmethod
    def from_given(cls, given: Sequence[GivenProse]) -> Self:
        """Count; reasons that did not occur are counted as 0."""
        reasons = Counter(one.reason for prose in given for one in prose.dropped)
        fallbacks = Counter(prose.fallback for prose in given)
        written, shown = sum(prose.written for prose in given), sum(len(prose.claims) for prose in given)
        return cls(
            answers=len(given),
            written=written,
            shown=shown,
            withdrawn=written - shown - reasons.total(),
            dropped={reason: reasons[reason] for reason in get_args(DropReason)},
            fallbacks={reason: fallbacks[reason] for reason in get_args(ProseFallback)},
            first_token=Spread.from_numbers(prose.seconds.first_token for prose in given),
            last_token=Spread.from_numbers(prose.seconds.last_token for prose in given),
            first_shown=Spread.from_numbers(prose.seconds.first_shown for prose in given),
            end=Spread.from_numbers(prose.seconds.end for prose in given),
            tokens_in=Spread.from_numbers(prose.tokens_in for prose in given),
            tokens_out=Spread.from_numbers(prose.tokens_out for prose in given),
        )
