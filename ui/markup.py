"""HTML that is escaped unless it was made here."""

import re
import unicodedata
from collections.abc import Iterable

# Beyond the five characters of HTML, whatever means something to a JavaScript template, to Handlebars or to Markdown:
# Gradio hands values to all three somewhere, and a reference to a character means nothing to any of them. A carriage
# return would come out of the browser's parser as a line feed.
_SPECIAL = re.compile(r"""[&<>"'`=$\\{}!\[\]()*_~#|^@\r]""")
# Letters that show as nothing, though Unicode calls them letters.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
_VOID = frozenset({"br", "hr", "input", "meta"})


class Html(str):
    """Markup that is safe to put into a page as it is."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Escape text for the inside of an element; characters that would not show are named."""
    return Html("".join(_escaped_character(character) for character in text))


def escape_attribute(text: str) -> Html:
    """Escape text for an attribute in double quotes."""
    return Html(_SPECIAL.sub(_reference, plain(text)))


def plain(text: str) -> str:
    """Replace characters that would not show, for labels that are escaped by others."""
    return "".join("\ufffd" if invisible(character) else character for character in text)


def element(name: str, /, *children: str, **attributes: str | float | bool | None) -> Html:
    """Make an element: strings are escaped, `Html` is taken as it is; `class_` and `data_start` are attribute names.

    An attribute that is None or False is left out, one that is True has no value.
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(start if name in _VOID else f"{start}{together(children)}</{name}>")


def together(parts: Iterable[str]) -> Html:
    """Put parts one after another; strings are escaped, `Html` is taken as it is."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def folded(text: str) -> str:
    """Fold every run of white space into one space."""
    return " ".join(text.split())


def shortened(text: str, characters: int) -> str:
    """Fold white space and cut at a word end, with an ellipsis, when the text is longer than `characters`."""
    text = folded(text)
    if len(text) <= characters:
        return text
    return text[:characters].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"


def _attribute(key: str, value: str | float | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape_attribute(str(value))}"'


def _escaped_character(character: str) -> str:
    if invisible(character):
        return f'<span class="ignorable" title="U+{ord(character):04X}"></span>'
    return _SPECIAL.sub(_reference, character)


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def invisible(character: str) -> bool:
    """Tell whether a character can mislead by not showing: bidirectional marks, zero widths, controls, tags."""
    if character in "\n\r\t\xad":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in _BLANK_LETTERS
