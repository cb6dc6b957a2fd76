"""Split what is trained on into sentences, as Quoth splits what it reads."""

import re
from functools import lru_cache

from ingest.cleaning.search_view import SearchView
from ingest.splitting.sentences import sentence_spans
from ingest.types import Span

_WHITE_SPACE = re.compile(r"\s")
_LOWER_CASE_END = re.compile(r"[.!?]\s+|,\s+:\s+")


@lru_cache(maxsize=50_000)
def split_passage(text: str, language: str) -> tuple[Span, ...]:
    """Return where the sentences of a passage stand; `language` is an ISO 639-1 code."""
    if text == text.lower() and re.search(r"[a-z]", text):
        return _split_lower_case(text)
    view = SearchView.from_edits(_WHITE_SPACE.sub(" ", text), ())
    return tuple(span for span in sentence_spans(view, language) if span.end > span.start)


def _split_lower_case(text: str) -> tuple[Span, ...]:
    """Split a text whose capitals were taken away, at stops alone."""
    ends = [match.end() for match in _LOWER_CASE_END.finditer(text)]
    spans = []
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        piece = text[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append(Span(begin, begin + len(piece.strip())))
    return tuple(spans)
