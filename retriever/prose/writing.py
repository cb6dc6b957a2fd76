"""Let a language model write an answer, and pass on each sentence that stands."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.events import ProseChecked, StillWriting, WritingProgress
from retriever.language_model.limits import Patience, limited
from retriever.language_model.types import LanguageModel, Writing
from retriever.prose.evidence import NumberedSentence
from retriever.prose.gate import Gate, VerifyOne
from retriever.prose.prompt import NO_ANSWER, build_messages
from retriever.prose.written import SentenceCutter, WrittenSentence
from retriever.types import Claim, DroppedSentence, Prose, ProseFallback, Question

MAX_TOKENS = 240
MAX_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class WrittenProse:
    """The claims that passed the gate, none when the model came to nothing, and an account of the rest."""

    claims: tuple[Claim, ...]
    account: Prose


WritingEvent = StillWriting | ProseChecked
Write = Callable[[Question, Sequence[NumberedSentence]], Generator[WritingEvent, None, WrittenProse]]


@dataclass(slots=True)
class _Account:
    """What became of the sentences so far."""

    shown: list[Claim] = field(default_factory=list)
    dropped: list[DroppedSentence] = field(default_factory=list)
    fallback: ProseFallback | None = None
    detail: str | None = None


def write_prose(
    question: Question,
    sentences: Sequence[NumberedSentence],
    *,
    model: LanguageModel,
    verify: VerifyOne,
    patience: Patience = Patience(),
) -> Generator[WritingEvent, None, WrittenProse]:
    """Yield each claim when it has passed the gate, a sign of life every second, and return what was written.

    No claim is returned when the model fails, is too slow or writes nothing that stands: the account says which.
    """
    gate = Gate(sentences, question, verify)
    so_far = _Account()
    writing: Writing | None = None
    try:
        messages = build_messages(question.resolved, sentences, question.language)
        writing = limited(model.write(messages, max_tokens=MAX_TOKENS), patience)
        yield from _pass_on(writing, gate, so_far, question.language)
    except LanguageModelError as error:
        so_far.fallback = "too_slow" if isinstance(error, LanguageModelTooSlowError) else "failed"
        so_far.detail = str(error)
    finally:
        if writing:
            writing.close()
    if not so_far.shown and so_far.fallback is None:
        so_far.fallback = "nothing_stood" if so_far.dropped else "no_answer"
    return WrittenProse(() if so_far.fallback else tuple(so_far.shown), _prose_of(model, so_far, writing))


def _pass_on(writing: Writing, gate: Gate, so_far: _Account, language: str) -> Iterator[WritingEvent]:
    for written in _worth_checking(_sentences(writing, language)):
        if written is None:
            yield StillWriting(WritingProgress(len(so_far.shown) + len(so_far.dropped)))
            continue
        checked = gate.check(written)
        if isinstance(checked, DroppedSentence):
            so_far.dropped.append(checked)
        elif all((checked.text, checked.kind) != (claim.text, claim.kind) for claim in so_far.shown):
            so_far.shown.append(checked)
            yield ProseChecked(checked)


def _sentences(writing: Writing, language: str) -> Iterator[WrittenSentence | None]:
    """Yield each sentence when it is complete, and None now and then while the model is at work."""
    reader = SentenceCutter(language)
    for piece in writing.pieces:
        if piece:
            yield from reader.read(piece)
        else:
            yield None
    yield from reader.rest()


def _worth_checking(sentences: Iterator[WrittenSentence | None]) -> Iterator[WrittenSentence | None]:
    """End where the model says that it has no answer, repeats itself, or goes on for too long."""
    seen: set[str] = set()
    for sentence in sentences:
        if sentence is None:
            yield None
        elif NO_ANSWER in sentence.text.upper() or sentence.text in seen or len(seen) == MAX_SENTENCES:
            return
        elif sentence.text:
            seen.add(sentence.text)
            yield sentence


def _prose_of(model: LanguageModel, so_far: _Account, writing: Writing | None) -> Prose:
    usage = writing.usage if writing else None
    return Prose(
        model=model.name,
        written=len(so_far.shown) + len(so_far.dropped),
        shown=0 if so_far.fallback else len(so_far.shown),
        dropped=tuple(so_far.dropped),
        fallback=so_far.fallback,
        detail=so_far.detail,
        tokens_in=usage.tokens_in if usage else None,
        tokens_out=usage.tokens_out if usage else None,
    )
