"""Citing as popular apps do it: the piece of a text that looks most like the sentence, above a low threshold."""

import re
from dataclasses import replace

from rapidfuzz import fuzz, process

from ingest.catalogue import Catalogue
from retriever.types import Answer, Citation, Claim

MIN_ALIKE = 40
"""Of 100, by insertions and deletions."""
_PIECE = re.compile(r"\S[^.!?]*[.!?]*")


def cite_fuzzily(answer: Answer, catalogue: Catalogue) -> Answer:
    """Point every claim at the piece between two full stops that is most like it; the quote is the claim's own text.

    A claim that is like no piece stays without a citation. This is a baseline, and wrong about places by design.
    """
    return replace(answer, claims=tuple(_cite(claim, catalogue) for claim in answer.claims))


def _cite(claim: Claim, catalogue: Catalogue) -> Claim:
    citation = claim.citations[0]
    pieces = list(_PIECE.finditer(catalogue.document(citation.document_id).text))
    found = process.extractOne(claim.text, [one.group() for one in pieces], scorer=fuzz.ratio, score_cutoff=MIN_ALIKE)
    if found is None:
        return replace(claim, citations=(), support=0.0)
    _, alike, place = found
    return replace(claim, citations=(_moved(citation, pieces[place], claim.text),), support=alike / 100)


def _moved(citation: Citation, piece: re.Match[str], quote: str) -> Citation:
    start, end = piece.span()
    permalink = f"/documents/{citation.document_id}#char={start},{end}"
    return replace(citation, start=start, end=end, quote=quote, permalink=permalink)
