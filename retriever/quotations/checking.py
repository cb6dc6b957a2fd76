"""Check a quotation: find where it stands, and say what was changed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.catalogue import Catalogue
from ingest.errors import CatalogueError, InvalidQuotationError
from ingest.types import Span
from ingest.words.characters import HALF_CHARACTER
from retriever.quotations.comparing import WordComparison
from retriever.quotations.parts import follows, part_of
from retriever.quotations.places import MIN_SHARE, find_places
from retriever.quotations.types import QuotationCheck, QuotationVerdict
from retriever.quotations.windows import find_windows
from retriever.quotations.words import Quotation, read_quotation
from retriever.search import scope_of

MAX_QUOTATION_CHARACTERS = 4000


def check_quotation(text: str, catalogue: Catalogue, *, document_ids: Sequence[str] | None = None) -> QuotationCheck:
    """Say whether the texts have a quotation word for word, and where.

    Args:
        text: 1 to 4,000 characters, with or without quotation marks round it; "..." or "[...]" marks what is left out.
        catalogue: The texts.
        document_ids: The documents that it is said to be in; None where that is not said.

    Raises:
        InvalidQuotationError: it has no word, or too many characters.
        UnknownDocumentError: one of `document_ids` is not in the catalogue.
        CatalogueError: the full-text index is being made anew, so nothing would be found.
    """
    quotation = read_quotation(_checked(text))
    if not any(sign.isalnum() for sign in text):
        raise InvalidQuotationError("There is no word in the quotation. Give the words as they are quoted.")
    with catalogue.snapshot():
        if catalogue.is_rebuilding:
            raise CatalogueError("The full-text index is being made anew. Check the quotation again in a few minutes.")
        named = scope_of(catalogue, document_ids, None).document_ids
        windows = find_windows(quotation, catalogue, named)
        places = [place for stretch in quotation.stretches for place in find_places(quotation, stretch, windows)]
    return _judged(quotation, places)


def _checked(text: str) -> str:
    if HALF_CHARACTER.search(text):
        raise InvalidQuotationError("The quotation holds half a character and cannot be read. Type it again.")
    if len(text) > MAX_QUOTATION_CHARACTERS:
        raise InvalidQuotationError(
            f"The quotation has {len(text):,} characters; at most {MAX_QUOTATION_CHARACTERS:,} are read. Give a part."
        )
    return text


def _judged(quotation: Quotation, places: Sequence[WordComparison]) -> QuotationCheck:
    count = len(quotation.words)
    found = sum(place.standing for place in places) / count
    parts = tuple(part_of(quotation, place, before) for place, before in zip(places, (None, *places), strict=False))
    missing = tuple(_missing(quotation, places))
    if not places or found < MIN_SHARE:
        return QuotationCheck(quotation.text, "not_found", round(found, 3))
    verdict: QuotationVerdict = "altered" if missing or any(part.changes for part in parts) else "exact"
    if not all(follows(quotation, one, next_one) for one, next_one in pairwise(places)):
        verdict = "stitched"
    if not any(place.window.named for place in places):
        verdict = "elsewhere"
    return QuotationCheck(quotation.text, verdict, round(found, 3), parts, missing)


def _missing(quotation: Quotation, places: Sequence[WordComparison]) -> Iterator[Span]:
    """Yield the stretches of a quotation that stand in none of the places."""
    held = {word for place in places for block in place.blocks for word in block.quoted}
    start = end = None
    for word in quotation.words:
        if word in held:
            if start is not None:
                yield Span(start, end or start)
            start = None
            continue
        start, end = (word.start if start is None else start), word.end
    if start is not None:
        yield Span(start, end or start)
