"""The box in which a quotation is checked: what it says is written here, and checking.js says it of what comes back."""

import json

from retriever.quotations.checking import MAX_QUOTATION_CHARACTERS
from ui.markup import Html, element
from ui.quotation_texts import QUOTATION_TEXTS
from ui.strings import InterfaceLanguage, text

SAID = (*QUOTATION_TEXTS, "error.unreachable", "error.unexpected")


def render_quotation_box(language: InterfaceLanguage) -> Html:
    """Render a box that is closed at first, with the place for what is found."""
    label = text("check_label", language)
    words = {key: text(key, language) for key in SAID}
    box = element("textarea", rows=3, maxlength=MAX_QUOTATION_CHARACTERS, aria_label=label, placeholder=label)
    return element(
        "details",
        element("summary", text("check_quotation", language)),
        box,
        element("button", text("check", language), type="button", data_check=True),
        element("div", class_="checked", role="status"),
        class_="checking",
        data_words=json.dumps(words, ensure_ascii=False),
    )
