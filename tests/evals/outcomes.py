"""Cases, answers and outcomes in few words, for the tests of the evals."""

from evals.types import Case, GivenAnswer, GivenCitation, GivenClaim, Outcome, Place
from ingest.types import Span


def place(file, start, end):
    return Place(file, Span(start, end))


def make_case(
    id="c1", *, kind="fact", language="en", evidence=(("a.txt", 0, 10),), answers=(), needs_all=False, **fields
):
    return Case(
        id=id,
        kind=kind,
        language=language,
        question=fields.pop("question", "What?"),
        history=tuple(fields.pop("history", ())),
        answers=tuple(answers),
        evidence=tuple(place(*one) for one in evidence),
        needs_all_evidence=needs_all,
        **fields,
    )


def make_refusal_case(id="c1", *, refusal="topic-absent", **fields):
    return make_case(id, kind="unanswerable", evidence=(), refusal=refusal, **fields)


def cite(file, start, end, quote="words", *, standing=None, resolved="same"):
    """Point at a place; what stands there, and what the API gives for it, is the quote unless told otherwise."""
    return GivenCitation(
        place(file, start, end),
        quote,
        quote if standing is None else standing,
        quote if resolved == "same" else resolved,
    )


def make_claim(text, *citations, kind="quotation", support=1.0):
    return GivenClaim(text, kind, citations, support)


def make_answer(*claims, status=None, text=None, passages=(), confidence=0.5, reason=None, drafted=()):
    status = status or ("answered" if claims else "refused")
    return GivenAnswer(
        status=status,
        text=" ".join(claim.text for claim in claims) if text is None else text,
        claims=claims,
        passages=tuple(one if isinstance(one, Place) else place(*one) for one in passages),
        confidence=confidence,
        reason=reason,
        drafted=tuple(drafted),
    )


def make_failure():
    return make_answer(status="failed", confidence=None)


def make_outcome(case, answer, *, seconds=0.1, **fields):
    return Outcome(case=case, answer=answer, seconds=seconds, **fields)
