"""Where the sentences of a text begin and end."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, takewhile

from sentencex import get_sentence_boundaries

from ingest.blocks.types import PROSE, Structure
from ingest.cleaning.search_view import SearchView
from ingest.cleaning.word_lists import (
    ABBREVIATIONS,
    ABBREVIATIONS_AT_ENDS,
    MONTHS,
    NAME_PARTICLES,
    NUMBERED_ABBREVIATIONS,
    SENTENCE_STARTERS,
)
from ingest.types import Span

MAX_WORDS = 120
MAX_CHARACTERS = 900

_BLOCK = re.compile(r"\n\n")
_SPACE = re.compile(r"\s+")
_OPENING = r"[\"'“„‘«(\[¿¡]*"
_CLOSING = r"[\"'”’»)\]*_†‡]*"
_ENUMERATED = r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s"
_CLITIC = r"['’‘`][stnk]\s[^\W\d_a-z]"
_POSSIBLE_END = re.compile(rf"[.!?…]{_CLOSING}\s+(?={_OPENING}[^\W\d_a-z]|{_ENUMERATED}|{_CLITIC})")
_BEGINS_LOWER = re.compile(rf"{_ENUMERATED}|{_CLITIC}")
_ENDS_IN_STOP = re.compile(rf"(?P<before>\S*?)(?P<stop>[.!?…]+)(?P<closing>{_CLOSING})\s*$")
_BEGINS = re.compile(rf"{_OPENING}(?P<word>\w*)")
_INITIAL = re.compile(r"(?:^|[\s(\[\"“‘.-])[^\W\d_a-z]\.$")
_DOTTED = re.compile(r"(?:^|[\s(\[\"“‘-])(?:[^\W\d_]\.){2,}$")
_LOWER_INITIALS = re.compile(r"(?:^|[\s(])[a-z]\.$")
_PATRONYMIC = re.compile(r"[^\W\d_a-z][a-z]+s(?:z|dr)\.$")
_SHILLINGS = re.compile(r"(?:[£$€]|\bf )\d+\.$|\d[sd]\.$")
_HEADING = re.compile(r"#{1,6}\s")
_LIST_NUMBER = re.compile(
    r"\s*(?:[-*+•§]\s*)?(?:[(\[]?(?:\d{1,3}[a-z]?(?:\.\d{1,3})*°?|[^\W\d_]|[ivxlIVXL]{1,5})[.)]\s*)+$"
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s*$")
_NUMBER = re.compile(r"\d\w*|[IVXLC]+")
_STRAIGHT_OPENING = re.compile(r"(?:^|(?<=[\s(\[—–-]))\"(?=\S)")
_STRAIGHT_CLOSING = re.compile(r"(?<=[^\s(\[—–-])\"")
_MAX_ASIDE = 600
_MAX_QUOTATION = 250
_LOOK_BACK = 40
_ORDINAL_LANGUAGES = frozenset({"de", "hu", "cs", "sk", "da", "no", "fi", "pl", "hr", "sl"})
_OTHER_STOPS = "。！？｡．؟۔।॥։።"
_CLOSING_SIGNS = "\"'”’»)]*_†‡"
_WORD = re.compile(r"\w")
_CUTS = tuple(re.compile(pattern) for pattern in (r"[;:]\s", r"\s[–—-]\s", r",\s", r"\s"))


def sentence_spans(view: SearchView, language: str, structure: Structure = PROSE) -> list[Span]:
    """Return the sentences as spans of the original: in order, trimmed, together all that is not white space.

    What the structure sets aside is inside a sentence that goes on over it, or in none.
    """
    starts: list[int] = []
    for block in _blocks(view.text):
        whole = bool(structure.blocks) and structure.is_whole(view.to_text(block.start, block.start + 1).start)
        starts += [block.start] if whole else _sentence_starts(view.text, block, language)
    boundaries = [0, *(_original_start(view, start) for start in starts[1:]), len(view.original)]
    spans = (_trimmed(view.original, start, end) for start, end in pairwise(boundaries))
    if aside := structure.aside:
        edges = _Aside({span.end: span.start for span in aside}, {span.start: span.end for span in aside})
        spans = (edges.trimmed(view.original, span) for span in spans)
    return [piece for span in spans if span.start < span.end for piece in _short_enough(view, span)]


@dataclass(frozen=True, slots=True)
class _Aside:
    """What is set aside, from end to start and from start to end."""

    by_end: Mapping[int, int]
    by_start: Mapping[int, int]

    def trimmed(self, text: str, span: Span) -> Span:
        """Return a span without what is set aside at its edges."""
        while span.start < span.end and (span.end in self.by_end or span.start in self.by_start):
            start = self.by_start.get(span.start, span.start)
            end = self.by_end.get(span.end, span.end)
            span = _trimmed(text, start, max(start, end))
        return span


def _blocks(text: str) -> Iterator[Span]:
    start = 0
    for match in _BLOCK.finditer(text):
        yield Span(start, match.start())
        start = match.end()
    if start < len(text):
        yield Span(start, len(text))


def _sentence_starts(text: str, block: Span, language: str) -> Iterator[int]:
    content = text[block.start : block.end]
    if _HEADING.match(content):
        yield block.start
        return
    found = {boundary["start_index"] for boundary in get_sentence_boundaries(language, content)}
    found.update(match.end() for match in _POSSIBLE_END.finditer(content))
    found = {start for start in found if 0 < start < len(content) and not content[start].isspace()}
    yield block.start
    begin = 0
    for start in sorted(found):
        if _ends_sentence(content, begin, start, language):
            yield block.start + start
            begin = start


def _ends_sentence(text: str, begin: int, start: int, language: str) -> bool:
    """Tell whether the sentence that began at `begin` ends before `start`."""
    if text[start] in _CLOSING_SIGNS and not text[start - 1].isspace():
        return False
    if _WORD.search(text, begin, start) is None:
        return False
    last = _ENDS_IN_STOP.search(text, max(begin, start - _LOOK_BACK), start)
    if last is None:
        # sentencex also cuts before "(1)"; other scripts have stops of their own
        return text[start - 1] in _OTHER_STOPS or text[:start].rstrip()[-1:] in _OTHER_STOPS
    word = _BEGINS.match(text, start, start + _LOOK_BACK)
    next_word = word["word"] if word else ""
    goes_on = next_word[:1].islower() and not _BEGINS_LOWER.match(text, start)
    if goes_on or _LIST_NUMBER.fullmatch(text, begin, start):
        return False
    if (
        last["stop"] == "."
        and not last["closing"]
        and _is_abbreviation(text[begin:start].rstrip(), text[start : start + _LOOK_BACK], next_word, language)
    ):
        return False
    return not _inside_brackets(text, begin, start)


def _is_abbreviation(sentence: str, after: str, next_word: str, language: str) -> bool:
    """Tell whether the stop at the end of `sentence` shortens a word; `after` is what follows it."""
    tail = sentence[-_LOOK_BACK:]
    starts_sentence = next_word.lower() in SENTENCE_STARTERS and not next_word.isupper()
    if _INITIAL.search(tail) or _DOTTED.search(tail):
        return not starts_sentence or _is_name(after)
    if _LOWER_INITIALS.search(tail) or _PATRONYMIC.search(tail):
        return not starts_sentence
    if _ORDINAL.search(tail):
        return language in _ORDINAL_LANGUAGES or next_word.lower() in MONTHS or next_word[:1].isdigit()
    if _SHILLINGS.search(tail) and next_word[:1].isdigit():
        return True
    return _is_listed(re.split(r"[\s(\[\"“‘*_]", tail.rstrip("."))[-1].lower(), next_word, starts=starts_sentence)


def _is_listed(word: str, next_word: str, *, starts: bool) -> bool:
    """Tell whether a word is a known abbreviation that does not end the sentence here."""
    if word in NUMBERED_ABBREVIATIONS:
        return _NUMBER.fullmatch(next_word) is not None
    return word in ABBREVIATIONS and not (word in ABBREVIATIONS_AT_ENDS and starts)


def _is_name(after: str) -> bool:
    """Tell whether particles and then a name follow, as in "A. De Vries", so that the stop is that of an initial."""
    words = after.split()
    particles = list(takewhile(lambda word: word.lower().replace("’", "'") in NAME_PARTICLES, words[:3]))
    return 0 < len(particles) < len(words) and words[len(particles)][0].isupper()


def _inside_brackets(text: str, begin: int, start: int) -> bool:
    """Tell whether brackets or quotation marks that opened in this sentence close soon after `start`."""
    before = text[max(begin, start - _MAX_ASIDE) : start]
    after = text[start : start + _MAX_ASIDE]
    if before.count("(") > before.count(")"):
        return _closes(after, "(", ")")
    if before.count("[") > before.count("]"):
        return _closes(after, "[", "]")
    after = after[:_MAX_QUOTATION]
    if before.rfind("‘") > before.rfind("’"):
        return _closes(after, "‘", "’")
    if before.count("“") + before.count("„") > before.count("”"):
        return _closes(after, "“", "”")
    # a straight mark opens before a word and closes after one; a stray one, as scans have, must not hold on
    opened, closed = (len(pattern.findall(before)) for pattern in (_STRAIGHT_OPENING, _STRAIGHT_CLOSING))
    return opened > closed and _closes(_STRAIGHT_OPENING.sub("“", after), "“", '"')


def _closes(text: str, opening: str, closing: str) -> bool:
    close, reopened = text.find(closing), text.find(opening)
    return close >= 0 and not 0 <= reopened < close


def _original_start(view: SearchView, position: int) -> int:
    """Return where in the original the sentence begins that stands at `position` of the view."""
    start = view.to_text(position, position + 1).start
    previous = position - 1
    while previous > 0 and view.text[previous].isspace():
        previous -= 1
    gap_start = view.to_text(previous, previous + 1).end
    # note marks before the white space belong to the sentence before, invisible signs after it to this one
    space = _SPACE.search(view.original, gap_start, start)
    return space.end() if space else start


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _short_enough(view: SearchView, span: Span) -> Iterator[Span]:
    """Yield the sentence whole, or in pieces where it is too long."""
    end = view.to_view(span.end)
    position = view.to_view(span.start)
    start = span.start
    while (cut := _cut(view.text, position, end)) is not None:
        position = cut
        piece = _trimmed(view.original, start, max(start, _original_start(view, position)))
        start = max(start, piece.end)
        yield from _slices(piece)
    yield from _slices(_trimmed(view.original, start, span.end))


def _cut(text: str, start: int, end: int) -> int | None:
    """Return where to cut `text[start:end]` of the view, at a clause if that can be; None when it is short enough."""
    content = text[start : min(end, start + MAX_CHARACTERS + 1)]
    spaces = [match.start() for match in _SPACE.finditer(content)]
    if len(content) == end - start <= MAX_CHARACTERS and len(spaces) < MAX_WORDS:
        return None
    last = spaces[MAX_WORDS - 1] if len(spaces) >= MAX_WORDS else MAX_CHARACTERS
    wanted = (end - start) // 2 if end - start < 2 * last else last
    for pattern in _CUTS:
        places = [match.end() for match in pattern.finditer(content, last // 3, last)]
        if places:
            return start + min(places, key=lambda place: abs(place - wanted))
    return start + last


def _slices(span: Span) -> Iterator[Span]:
    """Yield a span in pieces when it is long in the original only, by signs that are not seen."""
    for start in range(span.start, span.end, 2 * MAX_CHARACTERS):
        yield Span(start, min(span.end, start + 2 * MAX_CHARACTERS))
