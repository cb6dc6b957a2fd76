"""Quotations as HTML: whose words they are, and a mark that opens the place where they stand."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from retriever.drafting import likelihood, shown_quote
from retriever.types import Answer, Citation, Claim, Disagreement, Hit
from retriever.words.language_names import language_name
from ui.citations import NumberedClaim, Place, number_claims, permalink, place_of, render_mark, render_marks
from ui.markup import Html, element, folded, shortened, together
from ui.source_words import source_words
from ui.strings import InterfaceLanguage, counted, text

NEAREST_SHOWN = 3
NEAREST_CHARACTERS = 280


def render_claims(
    claims: Sequence[Claim],
    answer_language: str,
    language: InterfaceLanguage,
    *,
    disagreements: Sequence[Disagreement] = (),
) -> Html:
    """Render the sentences of an answer with their citation marks; those that disagree stand side by side."""
    numbered = number_claims(claims)
    quotations = [claim for claim in claims if claim.kind == "quotation"]
    words = {place_of(citation): claim.text for claim in quotations for citation in claim.citations}
    blocks = render_disagreements(numbered, disagreements, words, answer_language, language)
    apart = places_apart(disagreements)
    rest = [one for one in numbered if not apart & {place_of(citation) for citation in one.claim.citations}]
    blocks.extend((run[0].first_number, _claim_run(run, answer_language, language)) for run in _runs(rest))
    return together(html for _, html in sorted(blocks, key=lambda block: block[0]))


def render_disagreements(
    numbered: Sequence[NumberedClaim],
    disagreements: Sequence[Disagreement],
    words: Mapping[Place, str],
    answer_language: str,
    language: InterfaceLanguage,
) -> list[tuple[int, Html]]:
    """Render what the documents differ on, each with the lowest number of its sides.

    Args:
        numbered: The claims of the answer.
        disagreements: What the documents differ on.
        words: How the words at a place read, where that is not as in the citation.
        answer_language: The language of the answer.
        language: The language of the page.
    """
    numbers: dict[Place, int] = {}
    for one in numbered:
        for number, citation in one.citations:
            numbers.setdefault(place_of(citation), number)
    return [
        _disagreement(kind, sides, numbers, words, answer_language, language)
        for kind in ("date", "number")
        if (sides := _sides(kind, disagreements))
    ]


def places_apart(disagreements: Sequence[Disagreement]) -> set[Place]:
    """Return the places that are shown as sides of a disagreement."""
    return {place_of(citation) for disagreement in disagreements for citation in disagreement.citations}


def render_checked(claims: Sequence[Claim], language: InterfaceLanguage) -> Html:
    """Say how many of the sentences were found in their documents."""
    if not claims:
        return Html("")
    supported = sum(claim.verdict == "supported" for claim in claims)
    sentences = counted("sentences", len(claims), language)
    words = text("checked", language, n=supported, of=len(claims), sentences=sentences)
    return element("p", words, class_="checked" if supported == len(claims) else "checked doubt")


def render_short_answer(answer: Answer, language: InterfaceLanguage) -> Html:
    """Put the words that answer first, with the number of the place where they stand."""
    marked = [pair for one in number_claims(answer.claims) for pair in one.citations]
    found = [pair for pair in marked if answer.short_answer and pair[1].answer_text == answer.short_answer]
    if not found:
        return Html("")
    number, citation = found[0]
    words = element("strong", answer.short_answer, lang=citation.language, dir="auto")
    return element("p", words, render_mark(citation, number, language), class_="short-answer")


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
    return element("q", source_words(f"“{folded(words)}”"), dir="auto")


def quoted_words(words: str, citation: Citation) -> Html:
    """Quote the words of a citation, those in them that answer set off."""
    if citation.answer is None:
        return quoted(words)
    found = citation.quote[citation.answer.start - citation.start : citation.answer.end - citation.start]
    answer = citation.answer_text or found
    return element("q", _with_value(words, answer), dir="auto")


def _runs(claims: Sequence[NumberedClaim]) -> Iterator[list[NumberedClaim]]:
    """Group neighbouring quotations from one page of one document: they share one attribution."""
    for _, run in groupby(claims, key=lambda marked: _attribution_key(marked)):
        yield list(run)


def _attribution_key(marked: NumberedClaim) -> tuple[object, ...]:
    claim = marked.claim
    if claim.kind != "quotation" or not claim.citations:
        return (marked.first_number, claim.text)
    citation = claim.citations[0]
    return (citation.document_id, citation.language, citation.page)


def _claim_run(run: list[NumberedClaim], answer_language: str, language: InterfaceLanguage) -> Html:
    citations = run[0].claim.citations
    if run[0].claim.kind != "quotation" or not citations:
        return together(_own_words(marked, language) for marked in run)
    sentences = [
        element(
            "p",
            quoted_words(shown_quote(marked.claim), marked.claim.citations[0]),
            render_marks(marked, language),
            _verdict(marked.claim, language),
            _likelihood(marked.claim, language),
        )
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


def _own_words(marked: NumberedClaim, language: InterfaceLanguage) -> Html:
    kind = text(f"kind.{marked.claim.kind}", language) if marked.claim.kind != "quotation" else ""
    label = together([" ", element("span", kind, class_="label")]) if kind else Html("")
    parts = (marked.claim.text, render_marks(marked, language), label, _verdict(marked.claim, language))
    return element("p", *parts, class_="own-words", dir="auto")


def _likelihood(claim: Claim, language: InterfaceLanguage) -> Html:
    if claim.probability is None:
        return Html("")
    return together([" ", element("span", likelihood(claim.probability, language), class_="label")])


def _verdict(claim: Claim, language: InterfaceLanguage) -> Html:
    if claim.verdict == "supported":
        return Html("")
    return together([" ", element("span", text(f"verdict.{claim.verdict}", language), class_="label doubt")])


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
    numbers: dict[Place, int],
    words: Mapping[Place, str],
    answer_language: str,
    language: InterfaceLanguage,
) -> tuple[int, Html]:
    """Return the sides next to each other, with the lowest of their numbers."""
    quotations = []
    for citation, value in sides.items():
        place = place_of(citation)
        # A side that is no sentence of the answer gets the next number.
        number = numbers.setdefault(place, max(numbers.values(), default=0) + 1)
        quote = element("q", _with_value(words.get(place, citation.quote), value), dir="auto")
        sentence = element("p", quote, render_mark(citation, number, language))
        quotations.append(_quotation([sentence], citation, answer_language, language))
    heading = element("h3", text(f"disagreement.{kind}", language))
    section = element("section", heading, element("div", *quotations, class_="sides"), class_="disagreement")
    return min(numbers[place_of(citation)] for citation in sides), section


def _with_value(words: str, value: str) -> Html:
    """Quote words with the first occurrence of `value` in them set off."""
    before, found, after = folded(words).partition(folded(value))
    if not found:
        return source_words(f"“{before}”")
    return together([source_words(f"“{before}"), element("strong", source_words(found)), source_words(f"{after}”")])


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
