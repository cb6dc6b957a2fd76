"""Citing as popular apps do it: the piece of a text that looks most like the sentence, above a low threshold."""

import re
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.catalogue import Catalogue
from retriever.types import Answer, Citation, Claim

LEAST_LIKENESS = 0.4
_PIECE = re.compile(r"\S[^.!?]*[.!?]*")


def cite_fuzzily(answer: Answer, catalogue: Catalogue) -> Answer:
    """Point every claim at the piece between two full stops that is most like it; the quote is the claim's own text.

    A claim that is like no piece stays without a citation. This is a baseline, and wrong about places by design.
    """
    return replace(answer, claims=tuple(_cite(claim, catalogue) for claim in answer.claims))


def _cite(claim: Claim, catalogue: Catalogue) -> Claim:
    citation = claim.citations[0]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(claim.text)
    best, likeness = None, LEAST_LIKENESS
    for piece in _PIECE.finditer(catalogue.document(citation.document_id).text):
        matcher.set_seq1(piece.group())
        if matcher.real_quick_ratio() > likeness and matcher.quick_ratio() > likeness and matcher.ratio() > likeness:
            best, likeness = piece, matcher.ratio()
    cited = () if best is None else (_moved(citation, best.start(), best.end(), claim.text),)
    return replace(claim, citations=cited, support=likeness if cited else 0.0)


def _moved(citation: Citation, start: int, end: int, quote: str) -> Citation:
    permalink = f"/documents/{citation.document_id}#char={start},{end}"
    return replace(citation, start=start, end=end, quote=quote, permalink=permalink)
