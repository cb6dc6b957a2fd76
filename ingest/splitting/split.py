"""A document becomes sentences, and sentences become passages."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise, takewhile

from ingest.blocks.structure import find_structure
from ingest.blocks.trail import SplitSentence, StandingPlace, standing_places
from ingest.blocks.types import PROSE, Structure
from ingest.cleaning.broken_words import PARAGRAPH_BREAK
from ingest.cleaning.search_view import SearchView, search_view
from ingest.pages.word_boxes import page_at
from ingest.splitting.sentences import sentence_spans
from ingest.types import Document, Passage, Sentence, Span, SplitDocument
from ingest.words.language import guess_language

MIN_WORDS = 120
MAX_WORDS = 220

_HEADING_MARKS = re.compile(r"^#{1,6}\s+|\s+#+$")
_LETTERS = re.compile(r"[A-Za-z]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z]")
_DIGITS_AND_SIGNS = re.compile(r"\d|[^\w\s]")
# a passage of 220 words must stay well under the 512 word pieces that the embedding model reads
_WORD_PIECES_PER_WORD = 1.9
_MAX_PASSAGE_WORDS = 260
_MAX_CHOICES = 32


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence on its way into a passage; `words` is its weight, `opens` tells that a paragraph begins with it."""

    span: Span
    search_text: str
    words: float
    opens: bool
    place: StandingPlace

    @property
    def heads(self) -> bool:
        """Tell whether it is a heading or a label, which stays with what follows."""
        return self.place.kind in ("heading", "label", "header")


def split_into_passages(document: Document, view: SearchView | None = None) -> SplitDocument:
    """Split a document; every sentence belongs to exactly one passage. `view` is there to measure another one."""
    structure = PROSE if view else find_structure(document.text, document.media_type, document.marks)
    view = view or search_view(document.text, document.language, structure)
    passages: list[Passage] = []
    sentences: list[Sentence] = []
    for section in _sections(_parts(view, document.language, structure)):
        for parts in _packed(section):
            passage = _passage(document, view, parts)
            passages.append(passage)
            sentences += (_sentence(part, passage, view) for part in parts)
    return SplitDocument(document, view.edits, tuple(sentences), tuple(passages))


def _sentence(part: _Part, passage: Passage, view: SearchView) -> Sentence:
    return Sentence(
        passage.document_id,
        passage.id,
        part.span.start,
        part.span.end,
        part.search_text,
        kind=part.place.kind,
        block=part.place.block,
        trail=part.place.trail,
        context=context_of(part.place.trail, view),
    )


def context_of(trail: Sequence[Span], view: SearchView) -> tuple[str, ...]:
    """Return what a sentence stands under, as it is searched."""
    return tuple(_HEADING_MARKS.sub("", view.slice(span.start, span.end)) for span in trail)


def _parts(view: SearchView, language: str, structure: Structure) -> list[_Part]:
    spans = [part for span in sentence_spans(view, language, structure) for part in _apart(span, view, structure)]
    texts = [view.slice(span.start, span.end) for span in spans]
    opens = [True, *(PARAGRAPH_BREAK in _between(view, one, other) for one, other in pairwise(spans))]
    split = [SplitSentence(*parts) for parts in zip(spans, texts, opens, strict=False)]
    places = standing_places(split, structure)
    return [
        _Part(one.span, one.text, _weight(one.text), one.opens, place) for one, place in zip(split, places, strict=True)
    ]


def _apart(span: Span, view: SearchView, structure: Structure) -> Iterator[Span]:
    """Yield a sentence without the label that it begins with, and that label before it: who speaks is not said."""
    block = structure.block_at(span.start)
    label = block.label if block and block.lasts and block.kind == "entry" else None
    if label and span.start == label.start and label.end < span.end:
        yield label
        rest = view.original[label.end : span.end]
        span = Span(span.end - len(rest.lstrip()), span.end)
    yield span


def _between(view: SearchView, one: Span, other: Span) -> str:
    return view.slice(one.end, other.start)


def _weight(text: str) -> float:
    """Return the number of words, or more where the words are long or rich in digits and signs."""
    letters = sum(len(word) for word in _LETTERS.findall(text))
    signs = len(_DIGITS_AND_SIGNS.findall(text)) + len(_OTHER_LETTERS.findall(text)) / 2
    return max(len(text.split()), (letters / 4 + signs) / _WORD_PIECES_PER_WORD)


def _sections(parts: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    """Yield the parts from one heading to the next; headings that follow each other stay together."""
    start = 0
    for position, part in enumerate(parts):
        if part.place.kind == "heading" and position > start and parts[position - 1].place.kind != "heading":
            yield parts[start:position]
            start = position
    if start < len(parts):
        yield parts[start:]


def _packed(parts: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    """Yield the parts in groups of a good length, cut before a paragraph where that is possible."""
    reached = [0.0, *accumulate(part.words for part in parts)]
    costs = [0.0]
    previous = [0]
    for end in range(1, len(parts) + 1):
        cost, start = min(
            (costs[cut] + _cost(reached[end] - reached[cut], parts, cut), cut) for cut in _starts(reached, end)
        )
        costs.append(cost)
        previous.append(start)
    cuts = [len(parts)]
    while cuts[-1] > 0:
        cuts.append(previous[cuts[-1]])
    cuts.reverse()
    for start, end in pairwise(cuts):
        yield parts[start:end]


def _starts(reached: Sequence[float], end: int) -> Sequence[int]:
    first = min(bisect_left(reached, reached[end] - _MAX_PASSAGE_WORDS, 0, end), end - 1)
    step = max(1, (end - first) // _MAX_CHOICES)
    return range(first, end, step)


def _cost(words: float, parts: Sequence[_Part], start: int) -> float:
    """Return how far a passage is from the wanted length, and whether it begins in the middle of a paragraph."""
    if words < MIN_WORDS:
        length = 1 + ((MIN_WORDS - words) / 30) ** 2
    elif words > MAX_WORDS:
        length = 1 + ((words - MAX_WORDS) / 10) ** 2
    else:
        length = ((words - 160) / 60) ** 2
    inside_paragraph = 0.0 if parts[start].opens else 1.0
    after_heading = 100.0 if start > 0 and parts[start - 1].heads else 0.0
    return length + inside_paragraph + after_heading


def _passage(document: Document, view: SearchView, parts: Sequence[_Part]) -> Passage:
    start, end = parts[0].span.start, parts[-1].span.end
    text = document.text[start:end]
    search_text = view.slice(start, end)
    guess = guess_language(search_text)
    return Passage(
        id=sha256(f"{document.id}:{start}:{end}:{text}".encode()).hexdigest(),
        document_id=document.id,
        start=start,
        end=end,
        text=text,
        search_text=search_text,
        language=guess.language if guess.trusted else document.language,
        page=page_at(document.pages, start),
        heading=_heading(parts, view),
    )


def _heading(parts: Sequence[_Part], view: SearchView) -> str | None:
    """Return the last heading that a passage begins with, or else the last one that it stands under."""
    own = [part.span for part in takewhile(lambda part: part.place.kind == "heading", parts)]
    return " ".join(context_of((own or parts[0].place.trail)[-1:], view)) or None
