"""A citation that someone kept: do its words still stand where it says?"""

from dataclasses import dataclass
from typing import Literal

from ingest.catalogue import Catalogue
from ingest.errors import InvalidSpanError, UnknownDocumentError
from retriever.quotations.checking import check_quotation
from retriever.quotations.types import QuotedPart

CitationVerdict = Literal["unchanged", "moved", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """Whether a citation still holds; `quote` are its words as they were.

    `moved`: the same words stand in the places of `parts`, in another document or further on, as after a document was
    replaced. `changed`: other words stand there, and `parts` say which.
    """

    verdict: CitationVerdict
    quote: str
    parts: tuple[QuotedPart, ...] = ()


def check_citation(document_id: str, start: int, end: int, quote: str, catalogue: Catalogue) -> CitationCheck:
    """Say whether `document.text[start:end]` is still the quote, and else where its words stand now.

    Raises:
        InvalidQuotationError: the quote has no word, or more than 4,000 characters.
    """
    if _stands(document_id, start, end, quote, catalogue):
        return CitationCheck("unchanged", quote)
    found = check_quotation(quote, catalogue)
    if found.verdict == "not_found":
        return CitationCheck("gone", quote)
    return CitationCheck("moved" if found.verdict == "exact" else "changed", quote, found.parts)


def _stands(document_id: str, start: int, end: int, quote: str, catalogue: Catalogue) -> bool:
    try:
        return catalogue.text(document_id, start, end) == quote
    except (UnknownDocumentError, InvalidSpanError):
        return False
