"""HTML and SVG that is escaped unless it was made here."""

import html
import unicodedata
from collections.abc import Iterable

_VOID = frozenset({"meta", "br"})
# Letters that show as nothing, though Unicode calls them letters.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"


class Html(str):
    """Markup that is safe to put into a page as it is."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | float) -> Html:
    """Make an element; strings are escaped, `Html` is taken as it is.

    `class_` and `stroke_width` are attribute names.
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(start if name in _VOID else f"{start}{together(children)}</{name}>")


def together(parts: Iterable[str]) -> Html:
    """Put parts one after another; strings are escaped, `Html` is taken as it is."""
    return Html("".join(part if isinstance(part, Html) else escaped(part) for part in parts))


def escaped(text: str) -> Html:
    """Escape text for the inside of an element; characters that mislead by not showing are named."""
    return Html("".join(_named(character) if invisible(character) else character for character in html.escape(text)))


def invisible(character: str) -> bool:
    """Tell whether a character does not show, or turns others round: bidirectional marks, zero widths, controls."""
    if character in "\n\r\t\xad":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in _BLANK_LETTERS


def _named(character: str) -> str:
    return f'<span class="invisible">U+{ord(character):04X}</span>'


def _attribute(key: str, value: str | float) -> str:
    plain = "".join("\ufffd" if invisible(character) else character for character in str(value))
    return f' {key.rstrip("_").replace("_", "-")}="{html.escape(plain)}"'
