"""Check planted quotations beside many other passages, and count what is said rightly, by kind and in milliseconds."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from evals.controls.planting import open_texts
from evals.quotations.planting import PlantedQuotation, plant, sources_of
from ingest.catalogue import Catalogue
from ingest.types import Document, DocumentVectors, NewDocument, Passage, SplitDocument
from retriever.quotations.checking import check_quotation
from retriever.quotations.types import QuotationCheck

SEED = 19561023
ABSENT = 3
"""So many of the texts are taken out after sentences were taken from them."""

PASSAGES = 1000
WORDS = 160


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A planted quotation, what was said of it, in how many milliseconds, and what of that is wrong."""

    planted: PlantedQuotation
    check: QuotationCheck
    milliseconds: float
    fault: str | None


def run_quotations(folder: Path, *, seed: int = SEED, passages: int = PASSAGES) -> list[CheckedQuotation]:
    """Plant quotations of the texts of a folder and check them, among so many passages made of the same words."""
    with open_texts(folder) as catalogue:
        ids = [document.id for document in catalogue.documents()]
        absent = Random(seed).sample(sorted(ids), ABSENT)
        planted = plant(
            seed,
            sources_of(catalogue, only=[each for each in ids if each not in absent]),
            sources_of(catalogue, only=absent),
        )
        catalogue.remove_many(absent)
        words = [word for each in catalogue.documents() for word in catalogue.document(each.id).text.split()]
        missing = passages - catalogue.holdings.passages
        catalogue.replace_many(list(_made_of(words, missing, Random(seed))))
        return [_checked(each, catalogue) for each in planted]


def _checked(planted: PlantedQuotation, catalogue: Catalogue) -> CheckedQuotation:
    said_in = [planted.said_in] if planted.said_in else None
    began = perf_counter()
    check = check_quotation(planted.text, catalogue, document_ids=said_in)
    return CheckedQuotation(planted, check, 1000 * (perf_counter() - began), fault_of(planted, check, catalogue))


def fault_of(planted: PlantedQuotation, check: QuotationCheck, catalogue: Catalogue) -> str | None:
    """Say what is wrong with what was said of a planted quotation; None when nothing is."""
    for part in check.parts:
        cited = part.citation
        if catalogue.text(cited.document_id, cited.start, cited.end) != cited.quote:
            return "a citation does not stand"
    if check.verdict != planted.verdict:
        return f"called {check.verdict}"
    if not all(_is_cited(place.document_id, place.span.start, place.span.end, check) for place in planted.places):
        return "another place is cited"
    flags = {flag for part in check.parts for change in part.changes for flag in change.flags}
    if planted.flag and planted.flag not in flags:
        return f"the {planted.flag} is not flagged"
    return None


def _is_cited(document_id: str, start: int, end: int, check: QuotationCheck) -> bool:
    cited = [part.citation for part in check.parts if part.citation.document_id == document_id]
    return any(start - 2 <= one.start and one.end <= end + 2 for one in cited)


def _made_of(words: Sequence[str], passages: int, rng: Random) -> Iterator[NewDocument]:
    """Yield documents of one passage each, of words of the texts in no order: what a search must look through."""
    plain = [word for word in words if re.fullmatch(r"[^\W_]+[.,;:]?", word)]
    for _ in range(passages):
        text = " ".join(rng.choices(plain, k=WORDS))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        document = Document(sha256, f"Made {sha256[:8]}", "", "text/plain; charset=utf-8", "nl", text, sha256)
        passage = Passage(sha256[::-1], sha256, 0, len(text), text, text, "nl")
        vectors = DocumentVectors(np.ones((1, 1), np.float32), (b"",))
        yield NewDocument(SplitDocument(document, (), (), (passage,)), vectors)
