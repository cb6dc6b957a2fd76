"""Words of a text as HTML, where a number in brackets of its own must not look like that of a citation."""

from itertools import pairwise

from retriever.drafting import LIKE_A_MARKER
from ui.markup import Html, element, escape, together


def source_words(words: str) -> Html:
    """Escape the words of a text; what looks like a marker in them is set off, and opens nothing."""
    marked = [match.span() for match in LIKE_A_MARKER.finditer(words)]
    cuts = [0, *(place for span in marked for place in span), len(words)]
    parts = [words[start:end] for start, end in pairwise(cuts)]
    return together(
        element("span", part, class_="own-number") if number % 2 else escape(part) for number, part in enumerate(parts)
    )
