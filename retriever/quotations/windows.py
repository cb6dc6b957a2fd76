"""Where a quotation may stand: stretches of documents around the passages that share most words with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.catalogue import Catalogue
from ingest.cleaning.search_view import SearchView
from ingest.types import Document, Passage, Span
from retriever.quotations.words import Quotation, QuotedWord, forms, read_words

SHINGLE = 12
STEP = 8
PHRASE = 4
MAX_QUERIES = 24
HITS_PER_QUERY = 5
MAX_PASSAGES = 24


@dataclass(frozen=True, slots=True)
class TextWindow:
    """A stretch of a document as it is searched; `named`: the quotation is said to be in that document, or in any."""

    document: Document
    view: SearchView = field(repr=False)
    passages: tuple[Passage, ...]
    words: tuple[QuotedWord, ...]
    named: bool

    def span(self, first: int, last: int) -> Span:
        """Return where the words from `first` up to `last` stand in the text of the document."""
        if first >= last:
            place = self.words[min(first, len(self.words) - 1)]
            at = self.view.to_text(place.start, place.end)
            position = at.start if first < len(self.words) else at.end
            return Span(position, position)
        return self.view.to_text(self.words[first].start, self.words[last - 1].end)

    def passage_at(self, span: Span) -> Passage:
        """Return the passage that holds most of a span, of those that led here."""
        return max(self.passages, key=lambda one: min(one.end, span.end) - max(one.start, span.start))

    def page_at(self, position: int) -> int | None:
        """Return the number of the page that a position is on, in a document that has pages."""
        return next((page.number for page in self.document.pages if page.start <= position < page.end), None)


def find_windows(quotation: Quotation, catalogue: Catalogue, document_ids: Sequence[str] | None) -> list[TextWindow]:
    """Return the stretches that share most words with parts of a quotation; those of the named documents too."""
    passages = catalogue.passages(_likeliest(quotation, catalogue, document_ids))
    by_document: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_document[passage.document_id].append(passage)
    windows = []
    for document_id, near in by_document.items():
        document, view = catalogue.document(document_id), catalogue.search_view(document_id)
        named = document_ids is None or document_id in document_ids
        windows += [
            TextWindow(document, view, tuple(group), tuple(read_words(view.text, span.start, span.end)), named)
            for span, group in _stretches(near, view, margin=len(quotation.text) + SHINGLE * 8)
        ]
    return [window for window in windows if window.words]


def _likeliest(quotation: Quotation, catalogue: Catalogue, document_ids: Sequence[str] | None) -> list[str]:
    """Return the ids of the passages that hold most of the words, in this order or in any."""
    score: dict[str, float] = defaultdict(float)
    for query in _queries(quotation):
        for scope in (None,) if document_ids is None else (None, document_ids):
            found = catalogue.search_keywords(query, limit=HITS_PER_QUERY, document_ids=scope)
            for rank, hit in enumerate(found, start=1):
                score[hit.passage_id] += 1 / rank
    return sorted(score, key=lambda passage_id: (-score[passage_id], passage_id))[:MAX_PASSAGES]


def _queries(quotation: Quotation) -> Iterator[str]:
    """Yield any words of each shingle, then phrases: a part that has common words alone is found by those."""
    for stretch in quotation.stretches:
        for words in _shingles(forms(stretch), SHINGLE, STEP):
            yield " ".join(words)
        for words in _shingles(forms(stretch), PHRASE, PHRASE):
            yield f'"{" ".join(words)}"'


def _shingles(words: Sequence[str], width: int, step: int) -> Iterator[Sequence[str]]:
    step = max(step, -(-len(words) // MAX_QUERIES))
    for start in range(0, max(1, len(words) - width + step), step):
        yield words[start : start + max(width, step if width > PHRASE else width)]


def _stretches(passages: Sequence[Passage], view: SearchView, margin: int) -> Iterator[tuple[Span, list[Passage]]]:
    """Yield stretches of a view around passages, those that touch as one, with the passages in each."""
    span, group = None, []
    for passage in sorted(passages, key=lambda one: one.start):
        start = _word_edge(view.text, view.to_view(passage.start) - margin, step=-1)
        end = _word_edge(view.text, view.to_view(passage.end) + margin, step=1)
        if span and start <= span.end:
            span = Span(span.start, max(span.end, end))
            group.append(passage)
            continue
        if span:
            yield span, group
        span, group = Span(start, end), [passage]
    if span:
        yield span, group


def _word_edge(text: str, position: int, *, step: int) -> int:
    position = min(max(position, 0), len(text))
    while 0 < position < len(text) and not text[position].isspace():
        position += step
    return position
