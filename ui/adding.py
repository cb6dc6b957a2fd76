"""The control that adds files: what it says is written here, and adding.js says it as the files go in."""

import json

from api.errors import KINDS
from ui.markup import Html, element
from ui.strings import InterfaceLanguage, error_key, text

STATES = ("waiting", "adding", "added", "replaced", "unchanged")
WORDS = (*STATES, "replace", "keep", "read_as", "passages.one", "passages.many")
UNTOLD = ("error.unreachable", "error.unexpected")


def render_adding(language: InterfaceLanguage, *, max_bytes: int) -> Html:
    """Render the button, the place to drop files on, and the list of what became of them."""
    return element(
        "section",
        element("button", text("add_documents", language), type="button", data_add=True),
        element("input", type="file", multiple=True, hidden=True, tabindex=-1, aria_hidden="true"),
        element("p", text("add_hint", language), class_="hint"),
        element("ul", class_="uploads", role="status", aria_label=text("add_documents", language)),
        class_="adding",
        data_max_bytes=max_bytes,
        data_words=json.dumps(words(language), ensure_ascii=False),
    )


def words(language: InterfaceLanguage) -> dict[str, str]:
    """Return what can be said of a file; what is wrong with one stands under the `code` of the problem."""
    problems = {kind.code: text(error_key(error()), language) for error, kind in KINDS.items()}
    too_large = {"body_too_large": text("error.FileTooLargeError", language)}
    return {key: text(key, language) for key in (*WORDS, *UNTOLD)} | problems | too_large
