"""Check every claim against the catalogue before it is shown."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.catalogue import Catalogue
from ingest.errors import UnknownDocumentError
from retriever.capitals import CAPITALS
from retriever.quantities import find_quantities, says
from retriever.types import Citation, Claim

_WORD = re.compile(r"\w[\w-]*")
_LINE_END = re.compile(r"(?<=[^\W\d_])-?[^\S\n]*\n[^\S\n]*(?=[^\W\d_])")
_NAME = re.compile(rf"(?<=[^\W\d_] )[{CAPITALS}][\w-]{{2,}}")


def verify_claims(claims: Sequence[Claim], catalogue: Catalogue) -> list[Claim]:
    """Give every claim its verdict and support; a citation is read again from the catalogue."""
    return [verify_claim(claim, catalogue) for claim in claims]


def verify_claim(claim: Claim, catalogue: Catalogue) -> Claim:
    """Check one claim: its quotes stand where they say, and carry its words, numbers, dates and names."""
    stands = bool(claim.citations) and all(quote_stands(citation, catalogue) for citation in claim.citations)
    carried = stands and (
        quotation_is_verbatim(claim, catalogue) if claim.kind == "quotation" else not missing_details(claim)
    )
    return replace(claim, support=1.0 if carried else 0.0, verdict="supported" if carried else "unsupported")


def quote_stands(citation: Citation, catalogue: Catalogue) -> bool:
    """Tell whether the catalogue's text holds the quote at its offsets, and is the text that was cited."""
    try:
        document = catalogue.document(citation.document_id)
    except UnknownDocumentError:
        return False
    return (
        document.text_sha256 == citation.text_sha256
        and 0 <= citation.start < citation.end <= len(document.text)
        and document.text[citation.start : citation.end] == citation.quote
    )


def quotation_is_verbatim(claim: Claim, catalogue: Catalogue) -> bool:
    """Tell whether a quotation reads as the catalogue's own clean copy of the cited sentence."""
    citation = claim.citations[0]
    sentences = catalogue.sentences([citation.passage_id]).sentences
    return any(
        (sentence.start, sentence.end, sentence.search_text) == (citation.start, citation.end, claim.text)
        for sentence in sentences
    )


def missing_details(claim: Claim) -> list[str]:
    """Return the numbers, dates and names of a claim that none of its quotes has."""
    quotes = [text for citation in claim.citations for text in (citation.quote, _joined(citation.quote))]
    known = [quantity for quote in quotes for quantity in find_quantities(quote)]
    missing = [
        claim.text[quantity.start : quantity.end]
        for quantity in find_quantities(claim.text)
        if not any(says(evidence, quantity) for evidence in known)
    ]
    words = {word.casefold() for quote in quotes for word in _WORD.findall(quote)}
    names = (match.group() for match in _NAME.finditer(claim.text))
    return missing + [name for name in names if name.casefold() not in words]


def _joined(quote: str) -> str:
    """Return a quote with its lines put together, so that a word that was broken over a line end is whole."""
    return _LINE_END.sub("", quote)
