"""A question becomes evidence and a cited answer, or a refusal."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from ingest.catalogue import Catalogue
from ingest.types import DocumentSummary, Holdings
from retriever.disagreement import cite_differences
from retriever.drafting import answer_text, draft_answer, refusal_text
from retriever.events import AnswerEvents, AnswerGiven, ClaimChecked, EvidenceFound, answer_of
from retriever.prose.evidence import number_sentences
from retriever.prose.writing import Write, WrittenProse
from retriever.questions.conversation import resolve_follow_up, split_questions
from retriever.reading.parts import QuestionPart, read_part, together
from retriever.reading.quoting import short_answer
from retriever.reading.reader import Read, Reader, number_evidence
from retriever.search import EVERYTHING, Scope
from retriever.types import (
    Answer,
    Claim,
    DroppedSentence,
    Hit,
    Question,
    Reading,
    Reason,
    Receipt,
    Status,
    to_json,
)
from retriever.verification import quotes_stand, verify_claims

HITS_READ = 20
NEAREST_SHOWN = 3

Search = Callable[[str, Scope, int], list[Hit]]
Verify = Callable[[Sequence[Claim], Catalogue], list[Claim]]
Resolve = Callable[[str, Sequence[str]], Question]


@dataclass(frozen=True, slots=True)
class AnsweringParts:
    """What answers: the texts, who searches and reads them, checks each claim, writes, and understands follow-ups.

    `verify` gives each drafted claim its verdict; only evals that show what the check earns hand in another. `write`
    puts an answer in prose; without it the answer is made of quotations. `resolve` reads a follow-up in the light of
    the questions before it.
    """

    catalogue: Catalogue
    search: Search
    reader: Reader
    verify: Verify = verify_claims
    write: Write | None = None
    resolve: Resolve = resolve_follow_up


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way, with what every later step needs to know of it."""

    question: Question
    parts: AnsweringParts
    scope: Scope
    held: Holdings
    documents: dict[str, DocumentSummary]
    receipt: Receipt


def answer_question(
    asked: str, history: Sequence[str] = (), *, parts: AnsweringParts, scope: Scope = EVERYTHING
) -> Answer:
    """Answer a question at once."""
    return answer_of(stream_answer(asked, history, parts=parts, scope=scope))


def stream_answer(
    asked: str, history: Sequence[str] = (), *, parts: AnsweringParts, scope: Scope = EVERYTHING
) -> AnswerEvents:
    """Answer a question step by step: the evidence, each checked claim, the answer.

    Raises:
        InvalidQuestionError: the question is empty or too long.
    """
    catalogue, reader = parts.catalogue, parts.reader
    question = parts.resolve(asked, history)
    held = catalogue.holdings
    this = _Asked(question, parts, scope, held, {}, _receipt(question, scope, held, catalogue, reader))
    part = together([_read(one, this) for one in _questions(asked, history, question, parts.resolve)])
    documents = this.documents
    yield EvidenceFound(number_evidence(part.quoted, documents))
    # Checked as late as can be: what was removed or changed in the meantime is not shown.
    drafted = draft_answer(part.quoted, documents, unsure=part.band == "unsure")
    checked = zip(part.quoted, parts.verify(drafted, catalogue), strict=True)
    stands = {reading: claim for reading, claim in checked if claim.verdict == "supported"}
    for claim in stands.values():
        yield ClaimChecked(claim)
    written = None
    if stands and parts.write:
        sentences = number_sentences(list(stands), part.read.readings, documents, threshold=reader.borders.answered)
        written = _still_standing((yield from parts.write(question, sentences)), catalogue)
        stands = {reading: claim for reading, claim in stands.items() if quotes_stand(claim, catalogue)}
    if stands:
        answer = _answered(this, stands, part)
        answer = _in_prose(answer, written, part.read.readings, documents) if written else answer
        yield AnswerGiven(_sealed(answer))
    else:
        standing = catalogue.summaries({one.sentence.document_id for one in part.read.readings})
        readings = tuple(one for one in part.read.readings if one.sentence.document_id in standing)
        read = Read(readings, part.read.confidence if readings else 0.0)
        yield AnswerGiven(_refused(this, _why_refused(this, read), read))


def _questions(asked: str, history: Sequence[str], whole: Question, resolve: Resolve) -> list[Question]:
    """Return the question, or the two that are asked in one: the second may lean on the first."""
    halves = split_questions(asked)
    if len(halves) == 1:
        return [whole]
    return [resolve(half, [*history, *halves[:place]]) for place, half in enumerate(halves)]


def _read(question: Question, this: _Asked) -> QuestionPart:
    parts = this.parts
    hits = parts.search(question.resolved, this.scope, HITS_READ) if this.held.documents else []
    # A document that was added since the receipt was written is left for the next question.
    found = {hit.passage.document_id for hit in hits}
    this.documents.update(parts.catalogue.summaries(found, until=this.held.sequence))
    known = [hit for hit in hits if hit.passage.document_id in this.documents]
    return read_part(question, known, parts.reader, parts.catalogue)


def _answered(this: _Asked, stands: dict[Reading, Claim], part: QuestionPart) -> Answer:
    claims, language = list(stands.values()), this.question.language
    whole: Status = "answered" if len(stands) == len(part.quoted) and part.complete else "partly"
    status: Status = "unsure" if part.band == "unsure" else whole
    shown = [difference for difference in part.differences if stands.keys() >= set(difference.readings)]
    disagreements = cite_differences(shown, this.documents)
    short = short_answer(this.question, list(stands)) if status != "unsure" else None
    return Answer(
        id="",
        question=this.question.asked,
        status=status,
        confidence=part.read.confidence,
        claims=tuple(claims),
        text=answer_text(claims, disagreements, language, short_answer=short, unsure=status == "unsure"),
        language=language,
        evidence=number_evidence(list(stands), this.documents),
        disagreements=disagreements,
        receipt=this.receipt,
        short_answer=short,
    )


def _in_prose(
    answer: Answer, written: WrittenProse, readings: Sequence[Reading], documents: Mapping[str, DocumentSummary]
) -> Answer:
    """Put prose in the place of the quotations, but for those that a disagreement is made of.

    Where the prose came to nothing the answer stays as it is, with the account of what happened.
    """
    account = written.account
    receipt = answer.receipt and replace(answer.receipt, language_model=account.model)
    if not written.claims:
        return replace(answer, prose=account, receipt=receipt)
    cited = {citation for claim in written.claims for citation in claim.citations}
    sides = {citation for disagreement in answer.disagreements for citation in disagreement.citations} - cited
    claims = (*written.claims, *(claim for claim in answer.claims if sides & set(claim.citations)))
    places = {(citation.document_id, citation.start) for claim in claims for citation in claim.citations}
    used = [one for one in readings if (one.sentence.document_id, one.sentence.start) in places]
    return replace(
        answer,
        claims=claims,
        text=answer_text(claims, answer.disagreements, answer.language, account, unsure=answer.status == "unsure"),
        evidence=number_evidence(used, documents),
        prose=account,
        receipt=receipt,
    )


def _still_standing(written: WrittenProse, catalogue: Catalogue) -> WrittenProse:
    """Leave out what cites a text that was removed or changed while the model wrote."""
    claims = tuple(claim for claim in written.claims if quotes_stand(claim, catalogue))
    fallen = [DroppedSentence(claim.text, "not_carried") for claim in written.claims if claim not in claims]
    account = written.account
    fallback = account.fallback or (None if claims else "nothing_stood")
    dropped = (*account.dropped, *fallen)
    return WrittenProse(claims, replace(account, shown=len(claims), dropped=dropped, fallback=fallback))


def _refused(this: _Asked, reason: Reason, read: Read) -> Answer:
    question = this.question
    return _sealed(
        Answer(
            id="",
            question=question.asked,
            status="refused",
            confidence=read.confidence,
            claims=(),
            text=refusal_text(reason, question.language),
            language=question.language,
            nearest=_nearest(read.readings),
            reason=reason,
            receipt=this.receipt,
        )
    )


def _nearest(readings: Sequence[Reading]) -> tuple[Hit, ...]:
    """Return the passages of the best sentences, which is where a person would look next."""
    nearest: dict[str, Hit] = {}
    for reading in readings:
        nearest.setdefault(reading.passage.id, Hit(reading.passage, reading.score, "read"))
    return tuple(nearest.values())[:NEAREST_SHOWN]


def _why_refused(this: _Asked, read: Read) -> Reason:
    reader = this.parts.reader
    if not this.held.documents:
        return "no_documents"
    if this.scope != EVERYTHING:
        elsewhere = reader.read(this.question, this.parts.search(this.question.resolved, EVERYTHING, HITS_READ))
        if reader.borders.band(elsewhere) != "refused":
            return "outside_filter"
    return "too_weak" if read.confidence >= reader.borders.unsure / 2 else "not_in_sources"


def _receipt(question: Question, scope: Scope, held: Holdings, catalogue: Catalogue, reader: Reader) -> Receipt:
    return Receipt(
        version=version("quoth"),
        question=question.asked,
        resolved_question=question.resolved,
        history=question.history,
        document_ids=scope.document_ids,
        language=scope.language,
        texts_sha256=held.texts_sha256,
        embedding_model=catalogue.model_fingerprint or "",
        reader=reader.name,
        threshold=reader.borders.answered,
        unsure_threshold=reader.borders.unsure,
    )


def _sealed(answer: Answer) -> Answer:
    """Give an answer its id: the hash of all it says, so that the same answer has the same id."""
    content = json.dumps(to_json(answer), sort_keys=True, ensure_ascii=False)
    return replace(answer, id=hashlib.sha256(content.encode()).hexdigest()[:32])
