"""A question becomes evidence and a cited answer, or a refusal."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from ingest.catalogue import Catalogue
from ingest.types import DocumentSummary
from retriever.conversation import resolve_follow_up
from retriever.disagreement import Difference, cite_differences, find_differences, with_both_sides
from retriever.drafting import answer_text, draft_answer, refusal_text
from retriever.question_type import question_type
from retriever.reader import Reader, keep_answers, number_evidence
from retriever.search import EVERYTHING, Scope
from retriever.types import Answer, AnswerEvent, Claim, Evidence, Hit, Question, Reading, Reason, Receipt, to_json
from retriever.verification import verify_claims

HITS_READ = 20
NEAREST_SHOWN = 3

Search = Callable[[str, Scope, int], list[Hit]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way, with what every later step needs to know of it."""

    question: Question
    scope: Scope
    documents: dict[str, DocumentSummary]
    receipt: Receipt


def answer_question(asked: str, history: Sequence[str] = (), **parts: object) -> Answer:
    """Answer a question at once; takes what `stream_answer` takes."""
    *_, last = stream_answer(asked, history, **parts)
    return last.data


def stream_answer(
    asked: str,
    history: Sequence[str] = (),
    *,
    catalogue: Catalogue,
    search: Search,
    reader: Reader,
    scope: Scope = EVERYTHING,
) -> Iterator[AnswerEvent]:
    """Answer a question step by step: the evidence, each checked claim, the answer.

    Raises:
        InvalidQuestionError: the question is empty or too long.
    """
    question = resolve_follow_up(asked, history)
    documents = {document.id: document for document in catalogue.documents()}
    this = _Asked(question, scope, documents, _receipt(question, scope, documents, catalogue, reader))
    hits = search(question.resolved, scope, HITS_READ) if documents else []
    readings = reader.read(question, hits)
    kept = keep_answers(asked, readings, threshold=reader.threshold)
    differences = find_differences(question_type(question.asked), readings, threshold=reader.threshold)
    kept = with_both_sides(kept, differences)
    evidence = number_evidence(kept, {key: document.title for key, document in documents.items()})
    yield AnswerEvent("evidence", evidence)
    checked = verify_claims(draft_answer(kept, documents), catalogue)
    claims = [claim for claim in checked if claim.verdict == "supported"]
    for claim in claims:
        yield AnswerEvent("claim", claim)
    if claims:
        yield AnswerEvent("answer", _answered(this, claims, kept, evidence, differences))
    else:
        reason = _why_refused(this, readings, search, reader)
        yield AnswerEvent("answer", _refused(this, reason, hits, readings))


def _answered(
    this: _Asked,
    claims: list[Claim],
    kept: list[Reading],
    evidence: tuple[Evidence, ...],
    differences: Sequence[Difference],
) -> Answer:
    question = this.question
    shown = {citation for claim in claims for citation in claim.citations}
    disagreements = tuple(
        disagreement
        for disagreement in cite_differences(differences, this.documents)
        if shown.issuperset(disagreement.citations)
    )
    return _sealed(
        Answer(
            id="",
            question=question.asked,
            status="answered" if len(claims) == len(kept) else "partly",
            confidence=kept[0].score,
            claims=tuple(claims),
            text=answer_text(claims, disagreements, question.language),
            language=question.language,
            evidence=evidence,
            disagreements=disagreements,
            receipt=this.receipt,
        )
    )


def _refused(this: _Asked, reason: Reason, hits: Sequence[Hit], readings: Sequence[Reading]) -> Answer:
    question = this.question
    nearest = _nearest(hits, readings)
    return _sealed(
        Answer(
            id="",
            question=question.asked,
            status="refused",
            confidence=readings[0].score if readings else 0.0,
            claims=(),
            text=refusal_text(reason, question.language),
            language=question.language,
            nearest=nearest,
            reason=reason,
            receipt=this.receipt,
        )
    )


def _nearest(hits: Sequence[Hit], readings: Sequence[Reading]) -> tuple[Hit, ...]:
    """Return the passages of the best sentences, which is where a person would look next."""
    nearest: dict[str, Hit] = {}
    for reading in readings:
        nearest.setdefault(reading.passage.id, Hit(reading.passage, reading.score, "read"))
    return tuple(list(nearest.values())[:NEAREST_SHOWN]) or tuple(hits[:NEAREST_SHOWN])


def _why_refused(this: _Asked, readings: Sequence[Reading], search: Search, reader: Reader) -> Reason:
    if not this.documents:
        return "no_documents"
    if this.scope != EVERYTHING:
        elsewhere = reader.read(this.question, search(this.question.resolved, EVERYTHING, HITS_READ))
        if elsewhere and elsewhere[0].score >= reader.threshold:
            return "outside_filter"
    close = readings and readings[0].score >= reader.threshold / 2
    return "too_weak" if close else "not_in_sources"


def _receipt(
    question: Question, scope: Scope, documents: dict[str, DocumentSummary], catalogue: Catalogue, reader: Reader
) -> Receipt:
    texts = "\n".join(f"{key} {documents[key].text_sha256}" for key in sorted(documents))
    return Receipt(
        version=version("quoth"),
        question=question.asked,
        resolved_question=question.resolved,
        history=question.history,
        document_ids=scope.document_ids,
        language=scope.language,
        texts_sha256=hashlib.sha256(texts.encode()).hexdigest(),
        embedding_model=catalogue.model_fingerprint or "",
        reader=reader.name,
        threshold=reader.threshold,
    )


def _sealed(answer: Answer) -> Answer:
    """Give an answer its id: the hash of all it says, so that the same answer has the same id."""
    content = json.dumps(to_json(answer), sort_keys=True, ensure_ascii=False)
    return replace(answer, id=hashlib.sha256(content.encode()).hexdigest()[:32])
