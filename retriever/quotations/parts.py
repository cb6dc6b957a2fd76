"""A part of a quotation beside the true passage: the citation, and each word that differs."""

from collections.abc import Iterator
from itertools import takewhile

from ingest.types import Span
from retriever.quotations.changes import change_flags
from retriever.quotations.comparing import ComparedBlock, WordComparison
from retriever.quotations.differences import find_differences
from retriever.quotations.types import ChangeKind, Difference, QuotedPart, WordChange
from retriever.quotations.windows import TextWindow
from retriever.quotations.words import Quotation, forms
from retriever.types import Citation


def follows(quotation: Quotation, place: WordComparison, next_place: WordComparison) -> bool:
    """Tell whether a place goes on in the next one, with the words between them marked as left out."""
    start = next_place.blocks[0].quoted[0]
    marked = any(stretch[0] == start for stretch in quotation.stretches[1:])
    same = place.window.document.id == next_place.window.document.id
    return marked and same and _span(place).end <= _span(next_place).start


def part_of(quotation: Quotation, place: WordComparison, before: WordComparison | None) -> QuotedPart:
    """Cite a place, with the signs behind its last word where the quotation has them too; `before`: the part before."""
    window, span = place.window, _span(place)
    start, end = place.blocks[0].quoted[0].start, place.blocks[-1].quoted[-1].end
    behind, quoted = window.document.text[span.end :], quotation.text[end:]
    signs = sum(1 for _ in takewhile(_is_shared_sign, zip(behind, quoted, strict=False)))
    differences = find_differences(quotation, place)
    if before and follows(quotation, before, place):
        between = window.document.text[_span(before).end : span.start]
        omission: tuple[Difference, ...] = ("omission",) if any(map(str.isalnum, between)) else ()
        differences = omission + differences
    citation = _citation(window, Span(span.start, span.end + signs))
    return QuotedPart(start, end + signs, citation, tuple(_changes(quotation, place)), differences)


def _is_shared_sign(pair: tuple[str, str]) -> bool:
    sign, quoted = pair
    return sign == quoted and not sign.isspace()


def _citation(window: TextWindow, span: Span) -> Citation:
    document, passage = window.document, window.passage_at(span)
    return Citation(
        document_id=document.id,
        document_title=document.title,
        passage_id=passage.id,
        start=span.start,
        end=span.end,
        quote=document.text[span.start : span.end],
        language=passage.language,
        page=window.page_at(span.start),
        permalink=f"/documents/{document.id}#char={span.start},{span.end}",
        text_sha256=document.text_sha256,
    )


def _span(place: WordComparison) -> Span:
    return place.window.span(place.blocks[0].first, max(block.last for block in place.blocks))


def _changes(quotation: Quotation, place: WordComparison) -> Iterator[WordChange]:
    end = place.blocks[0].quoted[0].start
    for block in place.blocks:
        start, end = (block.quoted[0].start, block.quoted[-1].end) if block.quoted else (end, end)
        if not block.stands:
            yield _change(quotation, place, block, Span(start, end))


def _change(quotation: Quotation, place: WordComparison, block: ComparedBlock, quoted: Span) -> WordChange:
    words = place.window.words[block.first : block.last]
    span = place.window.span(block.first, block.last)
    source = place.window.view.text[words[0].start : words[-1].end] if words else ""
    kind: ChangeKind = "replaced" if words and block.quoted else "left_out" if words else "added"
    flags = change_flags(forms(words), forms(block.quoted))
    said = quotation.text[quoted.start : quoted.end]
    return WordChange(kind, said, source, quoted.start, quoted.end, span.start, span.end, flags)
