"""What can flag an answer: each check tells whether something is wrong with one outcome."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from evals.metrics.quotes import verbatim_shares
from evals.metrics.spans import cited_places, overlaps_any
from evals.metrics.support import Support, is_supported, quoth_support
from evals.types import GivenCitation, GivenClaim, Outcome
from ingest.catalogue import Catalogue
from ingest.types import Document, Passage
from retriever.evidence_model.types import Verifier
from retriever.types import Citation, Claim
from retriever.verification import verify_claim

Check = Callable[[Outcome], bool]

NEEDS_GOLD = ("gold", "refusal")
"""Checks that compare with the right answer, which nobody has outside an eval."""


def pointers(outcome: Outcome) -> bool:
    """Flag a citation whose quote does not stand at its place, by the file or by the API."""
    return any(not citation.quote or _points_wrong(citation) for citation in outcome.answer.citations)


def _points_wrong(citation: GivenCitation) -> bool:
    return citation.quote != citation.standing or citation.resolved not in (None, citation.quote)


def quotes(outcome: Outcome) -> bool:
    """Flag a quotation, or a part in quotation marks, that is not verbatim at a place its claim cites."""
    return any(share < 1 for share in verbatim_shares(outcome.answer.claims))


def support_by(support: Support) -> Check:
    """Return the check that flags a claim in other words than the text's that what it cites does not carry."""
    return lambda outcome: any(
        not is_supported(claim, [citation.standing for citation in claim.citations], support=support)
        for claim in outcome.answer.claims
        if claim.kind != "quotation"
    )


def cited(outcome: Outcome) -> bool:
    """Flag a claim without a citation."""
    return any(not claim.citations for claim in outcome.answer.claims)


def gold(outcome: Outcome) -> bool:
    """Flag an answer to an answerable question that cites nothing, or anything beside the gold evidence."""
    if not outcome.case.answerable:
        return False
    places = cited_places(outcome.answer)
    return not places or not all(overlaps_any(place, outcome.case.evidence) for place in places)


def refusal(outcome: Outcome) -> bool:
    """Flag an answer where the texts give none, and a refusal or failure where they do."""
    answered = outcome.answer.status in ("answered", "partly", "unsure")
    return answered != outcome.case.answerable


def verification_of(catalogue: Catalogue, model: Verifier | None = None) -> Check:
    """Return the check that Quoth itself makes before it shows a claim: a claim that it would hold back is flagged."""
    documents = {Path(summary.path).name: catalogue.split_document(summary.id) for summary in catalogue.documents()}

    def citation_of(given: GivenCitation) -> Citation | None:
        split = documents.get(given.place.file)
        return _citation(given, split.document, split.passages) if split else None

    def held_back(claim: GivenClaim) -> bool:
        citations = tuple(map(citation_of, claim.citations))
        if None in citations:
            return True
        drafted = Claim(claim.text, claim.kind, citations, 0.0, "unchecked")
        return verify_claim(drafted, catalogue, model).verdict != "supported"

    return lambda outcome: any(held_back(claim) for claim in outcome.answer.claims)


def _citation(given: GivenCitation, document: Document, passages: tuple[Passage, ...]) -> Citation:
    start, end = given.place.span.start, given.place.span.end
    passage = next((passage for passage in passages if passage.start <= start < passage.end), None)
    return Citation(
        document_id=document.id,
        document_title=document.title,
        passage_id=passage.id if passage else "",
        start=start,
        end=end,
        quote=given.quote,
        language=document.language,
        page=None,
        permalink=f"/documents/{document.id}#char={start},{end}",
        text_sha256=document.text_sha256,
    )


def checks_over(catalogue: Catalogue, model: Verifier | None = None) -> Mapping[str, Check]:
    """Return all checks by name, in the order of a table; `model` judges what no rule can."""
    return {
        "pointers": pointers,
        "quotes": quotes,
        "support": support_by(partial(quoth_support, model=model)),
        "cited": cited,
        "verification": verification_of(catalogue, model),
        "gold": gold,
        "refusal": refusal,
    }
