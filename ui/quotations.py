"""Quotations as HTML: whose words they are, and a mark that opens the place where they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote as percent_encoded

from retriever.types import Citation, Claim, Disagreement, Hit
from ui.markup import Html, element, escape, folded, shortened, together
from ui.strings import InterfaceLanguage, counted, language_name, text

NEAREST_SHOWN = 3
NEAREST_CHARACTERS = 280


@dataclass(frozen=True, slots=True)
class _Marked:
    """A claim with the number of its first citation, counted over all claims."""

    claim: Claim
    first_number: int


def render_claims(
    claims: Sequence[Claim],
    answer_language: str,
    language: InterfaceLanguage,
    *,
    disagreements: Sequence[Disagreement] = (),
) -> Html:
    """Render the sentences of an answer with their citation marks; those that disagree stand side by side."""
    marked = list(_numbered(claims))
    numbers = {
        _place(citation): (one.first_number + position, one.claim.text)
        for one in marked
        for position, citation in enumerate(one.claim.citations)
    }
    blocks: list[tuple[int, Html]] = []
    for kind in ("date", "number"):
        if sides := _sides(kind, disagreements):
            blocks.append(_disagreement(kind, sides, numbers, answer_language, language))
    apart = {_place(citation) for disagreement in disagreements for citation in disagreement.citations}
    rest = [one for one in marked if not apart & {_place(citation) for citation in one.claim.citations}]
    blocks.extend((run[0].first_number, _claim_run(run, answer_language, language)) for run in _runs(rest))
    return together(html for _, html in sorted(blocks, key=lambda block: block[0]))


def render_checked(claims: Sequence[Claim], language: InterfaceLanguage) -> Html:
    """Say how many of the sentences were found in their documents."""
    if not claims:
        return Html("")
    supported = sum(claim.verdict == "supported" for claim in claims)
    sentences = counted("sentences", len(claims), language)
    words = text("checked", language, n=supported, of=len(claims), sentences=sentences)
    return element("p", words, class_="checked" if supported == len(claims) else "checked doubt")


def render_nearest(hits: Sequence[Hit], titles: Mapping[str, str], language: InterfaceLanguage) -> Html:
    """List the passages that came closest; they open like citations but look like none."""
    if not hits:
        return Html("")
    items = [element("li", _near(hit, titles, language)) for hit in hits[:NEAREST_SHOWN]]
    return element(
        "details",
        element("summary", text("nearest", language)),
        element("p", text("nearest_note", language)),
        element("ul", *items),
        class_="nearest",
    )


def quoted(words: str) -> Html:
    """Put words in quotation marks."""
    return element("q", f"“{folded(words)}”", dir="auto")


def permalink(document_id: str, start: int, end: int) -> str:
    """Link to words in a document (RFC 5147), made anew so that no text can make it up."""
    return f"/documents/{percent_encoded(document_id, safe='')}#char={start},{end}"


def _numbered(claims: Sequence[Claim]) -> Iterator[_Marked]:
    number = 1
    for claim in claims:
        yield _Marked(claim, number)
        number += len(claim.citations)


def _runs(claims: Sequence[_Marked]) -> Iterator[list[_Marked]]:
    """Group neighbouring quotations from one page of one document: they share one attribution."""
    for _, run in groupby(claims, key=lambda marked: _attribution_key(marked)):
        yield list(run)


def _attribution_key(marked: _Marked) -> tuple[object, ...]:
    claim = marked.claim
    if claim.kind != "quotation" or not claim.citations:
        return (marked.first_number, claim.text)
    citation = claim.citations[0]
    return (citation.document_id, citation.language, citation.page)


def _claim_run(run: list[_Marked], answer_language: str, language: InterfaceLanguage) -> Html:
    citations = run[0].claim.citations
    if run[0].claim.kind != "quotation" or not citations:
        return together(_own_words(marked, language) for marked in run)
    sentences = [
        element("p", _quoted_claim(marked.claim), _marks(marked, language), _verdict(marked.claim, language))
        for marked in run
    ]
    return _quotation(sentences, citations[0], answer_language, language)


def _quotation(
    sentences: Sequence[Html], citation: Citation, answer_language: str, language: InterfaceLanguage
) -> Html:
    foreign = bool(answer_language) and citation.language != answer_language
    facts = [
        text("page", language, page=citation.page) if citation.page is not None else "",
        text("in_language", language, name=language_name(citation.language, language)) if foreign else "",
    ]
    caption = together([element("cite", citation.document_title, dir="auto"), *(f", {fact}" for fact in facts if fact)])
    quotation = element("blockquote", *sentences, lang=citation.language)
    return element("figure", quotation, element("figcaption", caption), class_="quotation")


def _quoted_claim(claim: Claim) -> Html:
    """Quote the sentence of a claim, the words in it that answer set off."""
    citation = claim.citations[0]
    if citation.answer is None:
        return quoted(claim.text)
    words = citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]
    return element("q", _with_value(claim.text, words), dir="auto")


def _own_words(marked: _Marked, language: InterfaceLanguage) -> Html:
    kind = text(f"kind.{marked.claim.kind}", language) if marked.claim.kind != "quotation" else ""
    label = together([" ", element("span", kind, class_="label")]) if kind else Html("")
    parts = (marked.claim.text, _marks(marked, language), label, _verdict(marked.claim, language))
    return element("p", *parts, class_="own-words", dir="auto")


def _marks(marked: _Marked, language: InterfaceLanguage) -> Html:
    numbered = enumerate(marked.claim.citations, start=marked.first_number)
    return together(_mark(citation, number, language) for number, citation in numbered)


def _mark(citation: Citation, number: int, language: InterfaceLanguage) -> Html:
    return element(
        "a",
        f"[{number}]",
        class_="opens citation",
        href=permalink(citation.document_id, citation.start, citation.end),
        aria_label=text("citation_label", language, n=number, title=citation.document_title),
        data_document=citation.document_id,
        data_start=citation.start,
        data_end=citation.end,
        data_text_sha256=citation.text_sha256,
    )


def _verdict(claim: Claim, language: InterfaceLanguage) -> Html:
    if claim.verdict == "supported":
        return Html("")
    return together([" ", element("span", text(f"verdict.{claim.verdict}", language), class_="label doubt")])


def _place(citation: Citation) -> tuple[str, int, int]:
    return (citation.document_id, citation.start, citation.end)


def _sides(kind: str, disagreements: Sequence[Disagreement]) -> dict[Citation, str]:
    """Return each citation that differs in this kind of value, once, with its value."""
    return {
        citation: value
        for disagreement in disagreements
        if disagreement.kind == kind
        for citation, value in zip(disagreement.citations, disagreement.values, strict=True)
    }


def _disagreement(
    kind: str,
    sides: Mapping[Citation, str],
    numbers: dict[tuple[str, int, int], tuple[int, str]],
    answer_language: str,
    language: InterfaceLanguage,
) -> tuple[int, Html]:
    """Return the sides next to each other, with the lowest of their numbers."""
    quotations = []
    for citation, value in sides.items():
        # A side that is no sentence of the answer gets the next number.
        following = max((number for number, _ in numbers.values()), default=0) + 1
        number, words = numbers.setdefault(_place(citation), (following, citation.quote))
        sentence = element("p", element("q", _with_value(words, value), dir="auto"), _mark(citation, number, language))
        quotations.append(_quotation([sentence], citation, answer_language, language))
    heading = element("h3", text(f"disagreement.{kind}", language))
    section = element("section", heading, element("div", *quotations, class_="sides"), class_="disagreement")
    return min(numbers[_place(citation)][0] for citation in sides), section


def _with_value(words: str, value: str) -> Html:
    """Quote words with the first occurrence of `value` in them set off."""
    before, found, after = folded(words).partition(folded(value))
    if not found:
        return escape(f"“{before}”")
    return together([f"“{before}", element("strong", found), f"{after}”"])


def _near(hit: Hit, titles: Mapping[str, str], language: InterfaceLanguage) -> Html:
    passage = hit.passage
    title = titles.get(passage.document_id, passage.document_id[:12])
    words = element("span", shortened(passage.search_text, NEAREST_CHARACTERS), class_="excerpt", lang=passage.language)
    return element(
        "a",
        words,
        element("cite", title, dir="auto"),
        class_="opens near",
        href=permalink(passage.document_id, passage.start, passage.end),
        title=text("open_passage", language, title=title),
        data_document=passage.document_id,
        data_start=passage.start,
        data_end=passage.end,
    )
