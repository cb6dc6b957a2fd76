"""The checks of a sentence that a language model wrote, held against the evidence that it cites."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from ingest.catalogue import Catalogue
from retriever.claim_check import language_of
from retriever.evidence_model.types import SpanReader, Verifier
from retriever.prose.qualifiers import adds_cause, adds_negation, keeps_bounds, keeps_hedges
from retriever.prose.same_answer import answers_as_evidence_does, gives_details_where_evidence_does
from retriever.types import Claim
from retriever.verification import cited_texts, verify_claim

ProseCheck = Literal["citation", "negation", "bounds", "cause", "hedges", "support", "answer", "details in place"]

PROSE_SUPPORT_LINE = 0.927
"""Below this support of the verifier a sentence is not shown.

`quoth evals prose-gate` counts what passes; evals/cases/README.md says how the line was chosen.
"""


def verify_prose(
    claim: Claim,
    catalogue: Catalogue,
    verifier: Verifier | None = None,
    reader: SpanReader | None = None,
    *,
    question: str | None = None,
) -> Claim:
    """Check a sentence as `verify_claim` does, and one that is no quotation by every check of this module.

    Args:
        claim: The sentence with its citations.
        catalogue: Where the citations are read again.
        verifier: The verifier; without one its support counts as full.
        reader: The reader; without one, or across languages, nothing is asked of the evidence.
        question: What the sentence must answer as its evidence does, if anything.
    """
    checked = verify_claim(claim, catalogue, verifier)
    if claim.kind == "quotation":
        return checked
    failed = failed_check(checked, cited_texts(claim, catalogue), reader, question=question)
    return replace(checked, verdict="unsupported" if failed else "supported")


def failed_check(
    checked: Claim, texts: Sequence[str], reader: SpanReader | None = None, *, question: str | None = None
) -> ProseCheck | None:
    """Return the first check that a sentence fails; None where it passes all.

    Args:
        checked: The sentence as `verify_claim` left it.
        texts: What its citations say.
        reader: The reader.
        question: What the sentence must answer, if anything.
    """
    sentence, language = checked.text, language_of(checked.text)
    checks: dict[ProseCheck, Callable[[], bool]] = {
        "citation": lambda: checked.verdict == "supported",
        "negation": lambda: not adds_negation(sentence, texts),
        "bounds": lambda: keeps_bounds(sentence, texts),
        "cause": lambda: not adds_cause(sentence, texts),
        "hedges": lambda: keeps_hedges(sentence, texts, language),
        "support": lambda: checked.support >= PROSE_SUPPORT_LINE,
    }
    if reader and {citation.language for citation in checked.citations} == {language}:
        checks["answer"] = lambda: not question or answers_as_evidence_does(question, sentence, texts, language, reader)
        checks["details in place"] = lambda: gives_details_where_evidence_does(sentence, texts, language, reader)
    return next((name for name, holds in checks.items() if not holds()), None)
