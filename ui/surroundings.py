"""The words of a citation in the text around them, as HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.pages.word_boxes import page_at
from ingest.types import Document, Span
from retriever.drafting import GAP
from retriever.words.language_names import language_name
from ui.line_ends import with_line_ends, wrapped_line_ends
from ui.markup import Html, element, together
from ui.page_picture import render_page_picture
from ui.quotations import permalink
from ui.strings import InterfaceLanguage, text

REACH = 1500
MAX_REACH = 24_000
_DOCUMENT_ID = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class SurroundedPlace:
    """Words to show: where they are, and which of how many citations (or passages that were only near) they are.

    An empty place is one to read on from, with nothing lit. `label`: what the words stand under, lit with them.
    """

    document_id: str
    start: int
    end: int
    near: bool = False
    number: int = 1
    of: int = 1
    reach: int = REACH
    text_sha256: str = ""
    label: Span | None = None

    @classmethod
    def from_browser(cls, asked: object) -> "SurroundedPlace":
        """Read what the page asks for; it comes from a browser, so nothing in it is taken for granted."""
        if not isinstance(asked, dict):
            raise ValueError("a place is an object")
        document_id, text_sha256 = asked.get("document"), asked.get("textSha256") or ""
        if not isinstance(document_id, str) or not _DOCUMENT_ID.fullmatch(document_id):
            raise ValueError("no document id")
        if not isinstance(text_sha256, str):
            raise ValueError("no sha256")
        return cls(
            document_id,
            _whole_number(asked.get("start")),
            _whole_number(asked.get("end")),
            near=asked.get("near") is True,
            number=min(_whole_number(asked.get("number", 1)), 999),
            of=min(_whole_number(asked.get("of", 1)), 999),
            reach=min(max(_whole_number(asked.get("reach", REACH)), REACH), MAX_REACH),
            text_sha256=text_sha256,
            label=_label(_whole_number(asked.get("labelStart", 0)), _whole_number(asked.get("labelEnd", 0))),
        )

    def is_in(self, document: Document) -> bool:
        """Tell whether the document still has these words, in the text they were cited from."""
        same_text = self.text_sha256 in ("", document.text_sha256)
        label_end = self.label.end if self.label else 0
        return same_text and 0 <= self.start <= self.end <= len(document.text) and label_end <= len(document.text)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Words that are lit, and what they are called."""

    start: int
    end: int
    name: str
    style: str | None = None


def render_source(document: Document, place: SurroundedPlace, language: InterfaceLanguage) -> Html:
    """Render the panel with the words of `place` lit in their surroundings, and on their page."""
    return element(
        "section",
        _heading(document, place, language),
        render_page_picture(document, place.start, place.end, language),
        _surroundings(document, place, language),
        _steps(place, language),
        class_="source near" if place.near else "source",
        aria_labelledby="source-title",
    )


def render_source_hint(language: InterfaceLanguage) -> Html:
    """Render the panel as it is before a citation is chosen."""
    return element("p", text("source_hint", language), class_="source-hint")


def render_source_problem(language: InterfaceLanguage) -> Html:
    """Render the panel for a place that cannot be opened."""
    heading = element("h2", text("source", language), id="source-title", tabindex=-1)
    problem = element("p", text("passage_gone", language), class_="problem", role="alert")
    return element("section", element("header", heading, _close(language)), problem, class_="source")


def _whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a whole number")
    return value


def _label(start: int, end: int) -> Span | None:
    return Span(start, end) if start < end else None


def _heading(document: Document, place: SurroundedPlace, language: InterfaceLanguage) -> Html:
    counter = text("passage_of" if place.near else "citation_of", language, n=place.number, of=place.of)
    page = page_at(document.pages, place.start)
    facts = [document.author, document.date, language_name(document.language, language)]
    facts = [fact for fact in facts if fact] + ([text("page", language, page=page)] if page is not None else [])
    link = element(
        "a",
        text("permalink", language),
        href=permalink(place.document_id, place.start, place.end, page),
        target="_blank",
        rel="noopener",
    )
    return element(
        "header",
        element("p", counter if place.start < place.end else text("source", language), class_="counter"),
        element("h2", document.title, id="source-title", tabindex=-1, dir="auto"),
        element("p", f"{' · '.join(facts)} · ", link, class_="facts"),
        element("p", text("near_note", language), class_="near-note") if place.near else "",
        _close(language),
    )


def _close(language: InterfaceLanguage) -> Html:
    label = text("close", language)
    return element("button", "×", type="button", class_="close", data_close=True, aria_label=label, title=label)


def _surroundings(document: Document, place: SurroundedPlace, language: InterfaceLanguage) -> Html:
    left = _window_start(document.text, place.start, place.reach)
    right = _window_end(document.text, place.end, place.reach)
    line_ends = wrapped_line_ends(document.text, left, right)
    marks = [_Mark(place.start, place.end, text("near_words" if place.near else "cited_words", language))]
    label = place.label
    if label and (label.end <= place.start or place.end <= label.start):
        marks.append(_Mark(label.start, label.end, text("label_words", language), "label"))
    return element(
        "div",
        _edge("before", at_edge=left == 0, language=language),
        element(
            "div",
            together(_lit(document.text, left, right, marks, line_ends)),
            class_="text",
            lang=document.language,
            dir="auto",
        ),
        _edge("after", at_edge=right == len(document.text), language=language),
        class_="surroundings",
        tabindex=0,
        role="region",
        aria_label=text("source_text", language),
    )


def _lit(whole: str, left: int, right: int, marks: Sequence[_Mark], line_ends: dict[int, str]) -> Iterator[Html]:
    """Yield a stretch of a text with some of its words lit; a label that is further off is shown at the edge."""
    done = left
    for mark in sorted(marks, key=lambda mark: mark.start):
        words = with_line_ends(whole, mark.start, mark.end, line_ends)
        lit = element("mark", words, aria_label=mark.name, class_=mark.style) if words else Html("")
        if mark.end < left:
            yield together([lit, f" {GAP}\n"])
        elif mark.start > right:
            yield together([with_line_ends(whole, done, right, line_ends), f"\n{GAP} ", lit])
            done = right
        else:
            yield together([with_line_ends(whole, done, mark.start, line_ends), lit])
            done = mark.end
    yield with_line_ends(whole, done, max(done, right), line_ends)


def _edge(side: str, *, at_edge: bool, language: InterfaceLanguage) -> Html:
    if at_edge:
        return element("p", text("document_begins" if side == "before" else "document_ends", language), class_="edge")
    return element("button", text(f"more_{side}", language), type="button", class_="edge", data_more=side)


def _steps(place: SurroundedPlace, language: InterfaceLanguage) -> Html:
    if place.of < 2:
        return Html("")
    previous = element("button", text("previous", language), type="button", data_step=-1, disabled=place.number <= 1)
    following = element("button", text("next", language), type="button", data_step=1, disabled=place.number >= place.of)
    return element("footer", previous, following)


def _window_start(whole: str, start: int, reach: int) -> int:
    """Go back about `reach` characters, to the start of a line or else of a word."""
    left = max(0, start - reach)
    if left == 0:
        return 0
    line_start = whole.rfind("\n", max(0, left - 400), left) + 1
    return line_start or whole.find(" ", left, start) + 1 or left


def _window_end(whole: str, end: int, reach: int) -> int:
    right = min(len(whole), end + reach)
    if right == len(whole):
        return right
    line_end = whole.find("\n", right, right + 400)
    word_end = whole.rfind(" ", end, right)
    return line_end if line_end >= 0 else max(word_end, end) if word_end >= 0 else right
