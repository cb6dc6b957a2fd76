"""The words of a citation in the text around them, as HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.pages.word_boxes import page_at
from ingest.types import Document
from retriever.words.language_names import language_name
from ui.markup import Html, element, escape, together
from ui.page_picture import render_page_picture
from ui.quotations import permalink
from ui.strings import InterfaceLanguage, text

REACH = 1500
MAX_REACH = 24_000
# A text whose longest line is this long was wrapped at the width of a page or screen, not by its author...
WRAPPED_WIDTH = range(45, 133)
# ...and a line shorter than this share of the longest is the last of a paragraph, a heading or a list.
FULL_LINE = 0.6
_DOCUMENT_ID = re.compile(r"[0-9a-f]{8,64}")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LIST_ITEM = re.compile(r"[ \t]|[-*+•>#|]|\d+[.)]")


@dataclass(frozen=True, slots=True)
class SurroundedPlace:
    """Words to show: where they are, and which of how many citations (or passages that were only near) they are.

    An empty place is one to read on from, with nothing lit.
    """

    document_id: str
    start: int
    end: int
    near: bool = False
    number: int = 1
    of: int = 1
    reach: int = REACH
    text_sha256: str = ""

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
        )

    def is_in(self, document: Document) -> bool:
        """Tell whether the document still has these words, in the text they were cited from."""
        same_text = self.text_sha256 in ("", document.text_sha256)
        return same_text and 0 <= self.start <= self.end <= len(document.text)


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
    line_ends = _wrapped_line_ends(document.text, left, right)
    words = _with_line_ends(document.text, place.start, place.end, line_ends)
    label = text("near_words" if place.near else "cited_words", language)
    return element(
        "div",
        _edge("before", at_edge=left == 0, language=language),
        element(
            "div",
            _with_line_ends(document.text, left, place.start, line_ends),
            element("mark", words, aria_label=label) if words else "",
            _with_line_ends(document.text, place.end, right, line_ends),
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


def _wrapped_line_ends(whole: str, left: int, right: int) -> dict[int, str]:
    """Find the line ends that only wrap a line, and what they stand for.

    "word" is inside a word, "gap" is where a space stands already, "line" has to do as a space.
    """
    lines = list(_LINE_END.finditer(whole, left, right))
    longest = max((_line_length(whole, line_end) for line_end in lines), default=0)
    if longest not in WRAPPED_WIDTH:
        return {}
    wrapped = [line_end.start() for line_end in lines if _is_wrap(whole, line_end, FULL_LINE * longest)]
    spaced = sum(whole[start - 1] == " " for start in wrapped)
    # Where lines that end with a word end with a space too, a line without one breaks a word.
    habit = spaced * 2 >= len(wrapped)
    return {start: _stands_for(whole[start - 1], spaces_are_kept=habit) for start in wrapped}


def _line_length(whole: str, line_end: re.Match[str]) -> int:
    before = max(whole.rfind("\n", 0, line_end.start()), whole.rfind("\r", 0, line_end.start()))
    return line_end.start() - before - 1


def _is_wrap(whole: str, line_end: re.Match[str], shortest: float) -> bool:
    after = whole[line_end.end() : line_end.end() + 4]
    followed = bool(after) and after[0] not in "\r\n" and not _LIST_ITEM.match(after)
    return followed and _line_length(whole, line_end) >= shortest


def _stands_for(last: str, *, spaces_are_kept: bool) -> str:
    if last in " \t":
        return "gap"
    return "word" if last == "-" or (spaces_are_kept and last.isalpha()) else "line"


def _with_line_ends(whole: str, start: int, end: int, line_ends: dict[int, str]) -> Html:
    return together(_pieces(whole, start, end, line_ends))


def _pieces(whole: str, start: int, end: int, line_ends: dict[int, str]) -> Iterator[Html]:
    """Keep every character; line ends are wrapped so that the style sheet can fold those that wrap a line."""
    done = start
    for match in _LINE_END.finditer(whole, start, end):
        yield escape(whole[done : match.start()])
        kind = line_ends.get(match.start())
        yield element("span", match[0], class_=f"{kind}-end" if kind else "paragraph-end")
        done = match.end()
    yield escape(whole[done:end])
