"""The gate: a sentence of a language model becomes a claim when evidence carries it, and else falls out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from retriever.prose.evidence import NumberedSentence
from retriever.prose.languages import is_in_another_language
from retriever.prose.written import WrittenSentence
from retriever.questions.question_type import is_open_question
from retriever.types import Claim, ClaimKind, DroppedSentence, DropReason, Question

_LEANING = re.compile(
    r"^\W*(?:he|she|it|they|this|these|that|those|his|her|its|their"
    r"|hij|zij|ze|dit|dat|deze|die|hun|zijn|haar|daar\w*|hier\w*)\b",
    re.IGNORECASE,
)

_SIGNS_AT_ENDS = " .!?…"


class VerifyOne(Protocol):
    """Gives a sentence its verdict.

    `question`: what the sentence must answer as its evidence does; None where it need not.
    """

    def __call__(self, claim: Claim, *, question: str | None) -> Claim:
        """Check one sentence."""
        ...


class Gate:
    """Checks one sentence after another against the numbered evidence; what the model promises counts for nothing.

    A sentence is held against the evidence that it names, and then once more against each other piece by itself. What
    points back to a sentence that fell out falls with it. The first sentence must rest on what answers the question;
    other evidence may follow.
    """

    def __init__(self, sentences: Sequence[NumberedSentence], question: Question, verify: VerifyOne) -> None:
        self._evidence: Mapping[int, NumberedSentence] = {one.number: one for one in sentences}
        self._question = question
        self._is_open = is_open_question(question)
        self._verify = verify
        self._last_fell = False
        self._has_answered = False

    def check(self, written: WrittenSentence) -> Claim | DroppedSentence:
        """Return the checked claim, or the sentence with the reason why it is not shown."""
        checked = self._checked(written)
        if isinstance(checked, Claim) and not self._answers(checked):
            checked = _dropped(written, "beside_the_question")
        self._last_fell = isinstance(checked, DroppedSentence)
        return checked

    def _checked(self, written: WrittenSentence) -> Claim | DroppedSentence:
        unknown = [number for number in written.quoted if number not in self._evidence]
        if unknown:
            return _dropped(written, "unknown_number")
        if is_in_another_language(_own_words(written), self._question.language):
            return _dropped(written, "other_language")
        if self._last_fell and _LEANING.match(written.text):
            return _dropped(written, "not_carried")
        named = [number for number in written.numbers if number in self._evidence]
        claim = self._quotation(written) or self._in_other_words(written, named)
        return claim or _dropped(written, "not_carried" if len(named) == len(written.numbers) else "unknown_number")

    def _quotation(self, written: WrittenSentence) -> Claim | None:
        """Return a claim for a sentence that is one quotation and nothing else, whether the model says so or not."""
        if written.quoted:
            whole = len(written.quoted) == 1 and not any(sign.isalnum() for sign in _own_words(written))
            repeated = [self._evidence[written.quoted[0]]] if whole else []
        else:
            repeated = [one for one in self._evidence.values() if _bare(one.text) == _bare(written.text)]
        named_first = sorted(repeated, key=lambda one: one.number not in written.numbers)
        claims = (Claim(one.text, "quotation", (one.citation,), 0.0, "unchecked") for one in named_first)
        return next(filter(None, map(self._standing, claims)), None)

    def _in_other_words(self, written: WrittenSentence, named: Sequence[int]) -> Claim | None:
        text = written.with_quotes({number: self._evidence[number].text for number in written.quoted})
        if not any(sign.isalnum() for sign in text):
            return None
        alone = [claim for number in named if (claim := self._carried(text, [number]))]
        if alone and len(named) == 1:
            return _marked(alone[0], written)
        together = self._carried(text, named) if len(named) > 1 else None
        if together:
            # Carried by no piece alone: a conclusion from several, whatever the model calls it.
            return _marked(together, written) if alone else replace(together, kind="inference")
        others = (self._carried(text, [number]) for number in self._evidence if number not in named)
        found = _best([*alone, *filter(None, others)])
        return _marked(found, written) if found else None

    def _carried(self, text: str, numbers: Sequence[int]) -> Claim | None:
        """Return the claim over these pieces of evidence when they carry it."""
        citations = tuple(self._evidence[number].citation for number in numbers)
        return self._standing(Claim(text, "paraphrase", citations, 0.0, "unchecked"))

    def _standing(self, claim: Claim) -> Claim | None:
        must_answer = self._is_open and not self._has_answered
        checked = self._verify(claim, question=self._question.resolved if must_answer else None)
        return checked if checked.verdict == "supported" else None

    def _answers(self, claim: Claim) -> bool:
        places = {(citation.document_id, citation.start) for citation in claim.citations}
        answering = (one.citation for one in self._evidence.values() if one.answers)
        self._has_answered |= any((citation.document_id, citation.start) in places for citation in answering)
        return self._has_answered


def _own_words(written: WrittenSentence) -> str:
    """Return what the model wrote itself, without the quotations that Quoth puts in."""
    return written.with_quotes(dict.fromkeys(written.quoted, ""))


def _bare(text: str) -> str:
    """Return text on one line, without the signs at its ends."""
    return " ".join(text.split()).strip(_SIGNS_AT_ENDS)


def _best(claims: Iterable[Claim]) -> Claim | None:
    return max(claims, key=lambda claim: claim.support, default=None)


def _marked(claim: Claim, written: WrittenSentence) -> Claim:
    kind: ClaimKind = "inference" if written.is_inference else claim.kind
    return replace(claim, kind=kind)


def _dropped(written: WrittenSentence, reason: DropReason) -> DroppedSentence:
    return DroppedSentence(written.text, reason)
