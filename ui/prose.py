"""A language model's prose as HTML, and under it the original words that it rests on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.cleaning.search_view import search_view
from retriever.types import Answer, Citation, Claim
from retriever.words.language_names import language_name
from ui.citations import NumberedClaim, Place, number_claims, place_of, render_marks, render_words
from ui.markup import Html, element, folded, together
from ui.prose_account import say_checked
from ui.quotations import places_apart, quoted, quoted_words, render_disagreements
from ui.source_words import source_words
from ui.strings import InterfaceLanguage, text

# Quotation marks, with at most one pair within.
_QUOTED = re.compile(r"(“(?:[^“”]|“[^“”]*”)*”)")


@dataclass(frozen=True, slots=True)
class _Original:
    """Words of a text, as they read without the breaks of a scan, and the numbers that point at them."""

    citation: Citation
    words: str
    numbers: tuple[int, ...] = ()


def render_prose(answer: Answer, language: InterfaceLanguage) -> Html:
    """Render prose as running text, the words it rests on, and how many of its sentences passed the check."""
    numbered = number_claims(answer.claims)
    shown = answer.prose.shown if answer.prose else 0
    words = {place_of(claim.citations[0]): claim.text for claim in answer.claims if claim.kind == "quotation"}
    originals = {place_of(one.citation): one for one in _originals(numbered, words)}
    words = {place: one.words for place, one in originals.items()}
    differing = render_disagreements(numbered, answer.disagreements, words, answer.language, language)
    apart = places_apart(answer.disagreements)
    beneath = [one for place, one in originals.items() if place not in apart]
    return together(
        [
            element("div", _running_text(numbered[:shown], answer.language, language), class_="written"),
            *(html for _, html in differing),
            _render_originals(beneath, answer.language, language),
            element("p", say_checked(answer.prose, language), class_="checked") if answer.prose else "",
        ]
    )


def render_growing_prose(
    prose: Sequence[Claim], quotations: Sequence[Claim], answer_language: str, language: InterfaceLanguage
) -> Html:
    """Render the sentences that have passed so far above the quotations, which keep their places.

    Sentences and quotations are laid out as in the finished answer, so that little moves when it comes.
    """
    numbered = number_claims(prose)
    words = {place_of(claim.citations[0]): claim.text for claim in quotations}
    cited = {place_of(one.citation): one for one in _originals(numbered, words)}
    kept = [cited.pop(place_of(claim.citations[0]), _Original(claim.citations[0], claim.text)) for claim in quotations]
    waiting = element("span", "…", class_="waiting", aria_hidden="true")
    pending = element("p", text("writing", language), waiting, class_="pending writing")
    growing = element("div", _running_text(numbered, answer_language, language), pending, class_="written growing")
    return together([growing, _render_originals([*kept, *cited.values()], answer_language, language)])


def _running_text(numbered: Sequence[NumberedClaim], answer_language: str, language: InterfaceLanguage) -> Html:
    sentences = [_sentence(one, answer_language, language) for one in numbered]
    # A space before each but the first, so that what is there stays as it is when the next one comes.
    spaced = (together([" " if position else "", sentence]) for position, sentence in enumerate(sentences))
    return element("p", *spaced)


def _sentence(numbered: NumberedClaim, answer_language: str, language: InterfaceLanguage) -> Html:
    claim = numbered.claim
    if claim.kind == "quotation":
        words = element("span", quoted(claim.text), lang=claim.citations[0].language)
    else:
        parts = (_own_or_quoted(part, claim.citations) for part in _QUOTED.split(claim.text))
        words = element("span", *parts, lang=answer_language, dir="auto")
    marks = element("span", render_marks(numbered, language), class_="marks")
    if claim.kind != "inference":
        return together([words, marks])
    label = element(
        "span", text("kind.inference", language), class_="label inference", title=text("inference", language)
    )
    return together([words, marks, " ", label])


def _own_or_quoted(part: str, citations: Sequence[Citation]) -> str:
    """Mark what is in quotation marks as the source's own words, in the source's language."""
    if not _QUOTED.fullmatch(part):
        return source_words(part)
    sources = [citation for citation in citations if folded(part[1:-1]) in _clean(citation)] or citations
    languages = {citation.language for citation in sources}
    return element("q", source_words(part), lang=languages.pop() if len(languages) == 1 else None, dir="auto")


def _originals(numbered: Sequence[NumberedClaim], words: dict[Place, str]) -> list[_Original]:
    """Return each cited place once, in the order of the numbers that point at it."""
    found: dict[Place, _Original] = {}
    for one in numbered:
        for number, citation in one.citations:
            place = place_of(citation)
            earlier = found.get(place)
            read = earlier.words if earlier else words.get(place) or _clean(citation)
            found[place] = _Original(citation, read, (*(earlier.numbers if earlier else ()), number))
    return list(found.values())


def _clean(citation: Citation) -> str:
    """Return the cited words as they are quoted everywhere: broken words joined, note numbers left out."""
    return folded(search_view(citation.quote, citation.language).text)


def _render_originals(originals: Sequence[_Original], answer_language: str, language: InterfaceLanguage) -> Html:
    if not originals:
        return Html("")
    runs = groupby(originals, key=lambda one: (one.citation.document_id, one.citation.language, one.citation.page))
    figures = [_figure(list(run), answer_language, language) for _, run in runs]
    return element("section", element("h3", text("originals", language)), *figures, class_="originals")


def _figure(run: Sequence[_Original], answer_language: str, language: InterfaceLanguage) -> Html:
    """Quote neighbouring words from one page of one document under one attribution."""
    citation = run[0].citation
    sentences = [
        element("p", render_words(one.citation, quoted_words(one.words, one.citation), one.numbers, language))
        for one in run
    ]
    page = f", {text('page', language, page=citation.page)}" if citation.page is not None else ""
    foreign = citation.language != answer_language
    badge = element("span", language_name(citation.language, language), class_="badge") if foreign else ""
    caption = element("figcaption", element("cite", citation.document_title, dir="auto"), page, " ", badge)
    return element("figure", element("blockquote", *sentences, lang=citation.language), caption, class_="quotation")
