"""Citing as popular apps do it: the piece of a text that looks most like the sentence, above a low threshold."""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.catalogue import Catalogue
from retriever.types import Citation, Claim

LEAST_LIKENESS = 0.4
_PIECE = re.compile(r"[^.!?]+[.!?]*")


def cite_fuzzily(claims: Sequence[Claim], catalogue: Catalogue) -> list[Claim]:
    """Point every claim at the piece between two full stops that is most like it; the quote is the claim's own text.

    This stands where Quoth checks its claims. It is a baseline, and wrong about places by design.
    """
    return [_cite(claim, catalogue) for claim in claims]


def _cite(claim: Claim, catalogue: Catalogue) -> Claim:
    citation = claim.citations[0]
    text = catalogue.document(citation.document_id).text
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(claim.text)
    best, likeness = None, LEAST_LIKENESS
    for piece in _PIECE.finditer(text):
        matcher.set_seq1(piece.group())
        if matcher.real_quick_ratio() > likeness and matcher.quick_ratio() > likeness and matcher.ratio() > likeness:
            best, likeness = piece, matcher.ratio()
    if best is None:
        return replace(claim, verdict="unsupported", support=0.0)
    cited = _moved(citation, best.start(), best.end(), claim.text)
    return replace(claim, citations=(cited,), verdict="supported", support=likeness)


def _moved(citation: Citation, start: int, end: int, quote: str) -> Citation:
    permalink = f"/documents/{citation.document_id}#char={start},{end}"
    return replace(citation, start=start, end=end, quote=quote, permalink=permalink)
