"""Citations as HTML: a number behind a sentence, or the cited words themselves, that open the place in its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded

from retriever.types import Citation, Claim
from ui.markup import Html, element, together
from ui.strings import InterfaceLanguage, text

Place = tuple[str, int, int]
"""Where cited words stand: document id, start, end."""


@dataclass(frozen=True, slots=True)
class NumberedClaim:
    """A claim with the number of its first citation, counted over all claims."""

    claim: Claim
    first_number: int

    @property
    def citations(self) -> tuple[tuple[int, Citation], ...]:
        """The citations with their numbers."""
        return tuple(enumerate(self.claim.citations, start=self.first_number))


def number_claims(claims: Sequence[Claim]) -> list[NumberedClaim]:
    """Number the citations over all claims, as the text of an answer does."""
    numbered, number = [], 1
    for claim in claims:
        numbered.append(NumberedClaim(claim, number))
        number += len(claim.citations)
    return numbered


def place_of(citation: Citation) -> Place:
    """Return where the cited words stand."""
    return (citation.document_id, citation.start, citation.end)


def permalink(document_id: str, start: int, end: int, page: int | None = None) -> str:
    """Link to words in a document (RFC 5147), made anew so that no text can make it up."""
    on_page = f";page={page}" if page is not None else ""
    return f"/documents/{percent_encoded(document_id, safe='')}#char={start},{end}{on_page}"


def render_marks(numbered: NumberedClaim, language: InterfaceLanguage) -> Html:
    """Render the numbers behind a sentence."""
    return together(render_mark(citation, number, language) for number, citation in numbered.citations)


def render_mark(citation: Citation, number: int, language: InterfaceLanguage) -> Html:
    """Render a number that opens the cited words."""
    label = text("citation_label", language, n=number, title=citation.document_title)
    return element("a", f"[{number}]", class_="opens citation", aria_label=label, **_opening(citation, number))


def render_words(citation: Citation, words: Html, numbers: Sequence[int], language: InterfaceLanguage) -> Html:
    """Render cited words that open their place, with the numbers that point at them."""
    title = text("open_words", language, title=citation.document_title)
    number = numbers[0] if numbers else None
    link = element("a", words, class_="opens words", title=title, **_opening(citation, number))
    return together([link, element("span", "".join(f"[{number}]" for number in numbers), class_="numbers")])


def _opening(citation: Citation, number: int | None) -> dict[str, str | int | None]:
    """Return the attributes by which source_panel.js opens a place."""
    return {
        "href": permalink(citation.document_id, citation.start, citation.end, citation.page),
        "data_document": citation.document_id,
        "data_start": citation.start,
        "data_end": citation.end,
        "data_text_sha256": citation.text_sha256,
        "data_number": number,
        "data_label_start": citation.label.start if citation.label else None,
        "data_label_end": citation.label.end if citation.label else None,
    }
