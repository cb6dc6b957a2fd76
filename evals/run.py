"""Ask an assistant every question of a set."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.types import Case, Cited, GoldEvidence, Outcome
from ingest.types import Span
from retriever.assistant import Assistant
from retriever.types import Answer

PASSAGES_JUDGED = 10


def run_cases(cases: Sequence[Case], assistant: Assistant, texts: Mapping[str, str]) -> list[Outcome]:
    """Answer each case; the assistant must hold the texts, by file name."""
    files = {document.id: Path(document.path).name for document in assistant.documents()}
    return [_run_case(case, assistant, texts, files) for case in cases]


def _run_case(case: Case, assistant: Assistant, texts: Mapping[str, str], files: Mapping[str, str]) -> Outcome:
    started = time.perf_counter()
    answer = assistant.answer(case.question, history=case.history)
    elapsed = time.perf_counter() - started
    hits = assistant.search(answer.receipt.resolved_question, limit=PASSAGES_JUDGED)
    return Outcome(
        case=case,
        status=answer.status,
        reason=answer.reason,
        confidence=answer.confidence,
        text=answer.text,
        claims_text=" ".join(claim.text for claim in answer.claims),
        passages=tuple(
            GoldEvidence(files[hit.passage.document_id], Span(hit.passage.start, hit.passage.end)) for hit in hits
        ),
        cited=_cited(answer, texts, files),
        seconds=elapsed,
    )


def _cited(answer: Answer, texts: Mapping[str, str], files: Mapping[str, str]) -> tuple[Cited, ...]:
    citations = [citation for claim in answer.claims for citation in claim.citations]
    return tuple(
        Cited(
            file=files[citation.document_id],
            span=Span(citation.start, citation.end),
            valid=texts[files[citation.document_id]][citation.start : citation.end] == citation.quote != "",
        )
        for citation in citations
    )
