"""A reader of markup, and the shapes that are rendered, with what does not matter filled in."""

from html.parser import HTMLParser

from ingest.types import Document, Passage
from retriever.types import Answer, Citation, Claim, Receipt
from ui.conversation import Turn
from ui.rendering import render_turn

SHA = "ab" * 32
TAGS = {
    "a", "article", "b", "blockquote", "button", "cite", "details", "div", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "header", "input", "label", "li", "mark", "p", "progress", "q", "section", "span", "strong", "summary", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-current", "aria-hidden", "aria-label", "aria-labelledby", "aria-pressed", "checked", "class", "data-add",
    "data-answer", "data-choose", "data-chosen", "data-close", "data-document", "data-end", "data-failed",
    "data-gone", "data-language", "data-max-bytes", "data-more", "data-noted", "data-number", "data-question",
    "data-start", "data-step", "data-text-sha256", "data-verdict", "data-words", "dir", "disabled", "hidden",
    "href", "id", "lang", "multiple", "rel", "role", "tabindex", "target", "title", "type", "value",
}  # fmt: skip


class Page(HTMLParser):
    """Collects what a browser would make of markup."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.attributes, self.marked, self._open = "", [], [], [], []
        self._elements, self._inside = [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.extend(attributes)
        if tag != "input":
            self._open.append(tag)
            self._inside.append([tag, dict(attributes), ""])
            self._elements.append(self._inside[-1])
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        self._inside.pop()

    def handle_data(self, data):
        self.text += data
        for element in self._inside:
            element[2] += data
        if "mark" in self._open:
            self.marked[-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def values(self, name):
        return [value for key, value in self.attributes if key == name]

    def elements(self, tag, **attributes):
        """Return the text of each element with these attributes."""
        return [text for name, own, text in self._elements if name == tag and attributes.items() <= own.items()]

    def assert_tame(self):
        assert not self._open
        assert set(self.tags) <= TAGS
        assert {name for name, _ in self.attributes} <= ATTRIBUTES
        assert all(href.startswith("/documents/") for href in self.values("href"))


def citation(quote="Er vielen doden.", *, title="Kroniek", language="nl", page=None, start=10):
    return Citation(SHA, title, "p1", start, start + len(quote), quote, language, page, "javascript:alert(1)", SHA)


def claim(words="Er vielen doden.", *, kind="quotation", verdict="supported", citations=None, **cited):
    return Claim(words, kind, citations or (citation(words, **cited),), 0.9, verdict)


def answer(*claims, question="Hoeveel doden?", language="nl", resolved=None, **parts):
    receipt = Receipt("0", question, resolved or question, (), None, None, "", "m", "r", 0.6, 0.2)
    status = parts.pop("status", "answered" if claims else "refused")
    return Answer("id", question, status, 0.8, claims, "", language, receipt=receipt, **parts)


def turn(given_answer, **parts):
    titles = {SHA: "Kroniek"}
    return Turn(given_answer.question, titles, asked=1, documents=1, answer=given_answer, **parts)


def shown(given_answer, language="nl", **parts):
    return Page(render_turn(turn(given_answer, **parts), language=language))


def document(whole, **parts):
    return Document(SHA, parts.pop("title", "Kroniek"), "k.txt", "text/plain", "nl", whole, SHA, **parts)


def passage(words="Een passage."):
    return Passage("p", SHA, 0, len(words), words, words, "nl")
