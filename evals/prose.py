"""Prose under test: what a language model was given, what it wrote and what became of it."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import perf_counter

from evals.remembering import KeptReply, RememberingLanguageModel
from evals.types import GivenClaim, GivenProse, ProseSeconds
from retriever.events import ProseChecked
from retriever.prose.evidence import NumberedSentence
from retriever.prose.writing import Write, WritingEvent, WrittenProse
from retriever.prose.written import read_sentences
from retriever.types import Answer, Question

UNJUDGED = "other_language", "beside_the_question"
"""Why a sentence falls out before anybody asks whether its evidence carries it."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What was seen of the prose of one answer; `reply` is the model's, as it was before anything was read of it."""

    evidence: tuple[NumberedSentence, ...]
    reply: KeptReply | None
    seconds: ProseSeconds


class ProseWatch:
    """Looks on while prose is written, and keeps of the last one what an answer does not tell."""

    def __init__(self, model: RememberingLanguageModel) -> None:
        self.model = model
        self._evidence: tuple[NumberedSentence, ...] = ()
        self._first_shown: float | None = None

    def watching(self, write: Write) -> Write:
        """Return what writes the same and is looked at."""

        def write_watched(
            question: Question, sentences: Sequence[NumberedSentence]
        ) -> Generator[WritingEvent, None, WrittenProse]:
            self._evidence, self._first_shown = tuple(sentences), None
            with closing(write(question, sentences)) as writing:
                while True:
                    try:
                        event = next(writing)
                    except StopIteration as end:
                        return end.value
                    if isinstance(event, ProseChecked):
                        self._first_shown = self._first_shown or perf_counter()
                    yield event

        return write_watched

    def noted(self, started: float, ended: float) -> Noted:
        """Return what was seen of an answer that was asked for and given at these times of `perf_counter`."""
        reply = self.model.last
        times = reply.seconds if reply else []
        seconds = ProseSeconds(
            first_token=times[0] if times else None,
            last_token=times[-1] if times else None,
            first_shown=self._first_shown - started if self._first_shown else None,
            end=ended - started,
        )
        return Noted(self._evidence, reply, seconds)


def given_prose(
    answer: Answer, claims: Sequence[GivenClaim], unchecked: Answer | None, drafted: Sequence[GivenClaim], noted: Noted
) -> GivenProse | None:
    """Tell what became of an answer's prose; None where no model was asked.

    Args:
        answer: The answer.
        claims: Its claims in terms of the texts.
        unchecked: The answer as it would be if everything were taken on trust, from the same reply.
        drafted: Its claims likewise.
        noted: What was seen while the answer was made.
    """
    account = answer.prose
    if account is None:
        return None
    return GivenProse(
        written=account.written,
        claims=tuple(claims[: account.shown]),  # behind them stand the quotations that a disagreement needs
        drafted=_before_the_gate(unchecked, drafted, noted) if unchecked else (),
        dropped=account.dropped,
        evidence=tuple(one.text for one in noted.evidence),
        fallback=account.fallback,
        detail=account.detail,
        tokens_in=account.tokens_in,
        tokens_out=account.tokens_out,
        seconds=noted.seconds if account.shown else replace(noted.seconds, first_shown=None),
    )


def _before_the_gate(unchecked: Answer, drafted: Sequence[GivenClaim], noted: Noted) -> tuple[GivenClaim, ...]:
    """Return the model's sentences with the evidence that they name, and nothing else.

    Taken on trust, a sentence that names nothing would pass with the first evidence that comes.
    """
    account = unchecked.prose
    if account is None or account.fallback in ("failed", "too_slow"):
        return ()
    numbers = {one.number for one in noted.evidence}
    written = read_sentences(noted.reply.pieces if noted.reply else (), unchecked.language)
    uncited = {one.text for one in written if numbers.isdisjoint(one.numbers)}
    taken = (replace(one, citations=()) if one.text in uncited else one for one in drafted[: account.shown])
    lost = (GivenClaim(one.text, "paraphrase", ()) for one in account.dropped if one.reason not in UNJUDGED)
    return (*taken, *lost)
