"""Words of a quotation held against words of a text: what is changed, and what stands though it looks different."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from ingest.cleaning.word_frequency import commonness_in
from retriever.quotations.changes import is_number
from retriever.quotations.types import Difference
from retriever.quotations.windows import TextWindow
from retriever.quotations.words import Quotation, QuotedWord, forms, read_words
from retriever.words.scan_damage import may_be_misread

_READ_AHEAD = 12
"""Characters behind a word in which a number may be glued to it."""

_MAX_MISREAD = 4
"""Letters that two misreadings change at most."""


@dataclass(frozen=True, slots=True)
class ComparedBlock:
    """Words of a source (`first` up to `last` of a window) beside those of a quotation in their place.

    `stands`: they are the same words, though there may be a `difference`.
    """

    first: int
    last: int
    quoted: tuple[QuotedWord, ...]
    stands: bool
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class WordComparison:
    """Some words of a quotation beside those of a window, block by block in reading order."""

    window: TextWindow
    blocks: tuple[ComparedBlock, ...]

    @property
    def standing(self) -> int:
        """How many words of the quotation stand in the source."""
        return sum(len(block.quoted) for block in self.blocks if block.stands)

    @property
    def changed(self) -> int:
        """How many words of either were changed, left out or added."""
        return sum(max(len(block.quoted), block.last - block.first) for block in self.blocks if not block.stands)


def compare(
    quotation: Quotation, quoted: Sequence[QuotedWord], window: TextWindow, *, first: int, last: int
) -> WordComparison:
    """Hold words of a quotation against the words `first` up to `last` of a window; those beyond its ends are free."""
    blocks: list[ComparedBlock] = []
    for step in Levenshtein.opcodes(forms(window.words[first:last]), forms(quoted)):
        words = tuple(quoted[step.dest_start : step.dest_end])
        block = ComparedBlock(step.src_start + first, step.src_end + first, words, step.tag == "equal")
        if blocks and not block.stands and not blocks[-1].stands:
            before = blocks.pop()
            block = ComparedBlock(before.first, block.last, before.quoted + words, stands=False)
        blocks.append(block)
    judged = [one for block in blocks for one in ((block,) if block.stands else _judged(quotation, block, window))]
    while judged and not judged[0].quoted:
        judged.pop(0)
    while judged and not judged[-1].quoted:
        judged.pop()
    return WordComparison(window, tuple(judged))


def _judged(quotation: Quotation, block: ComparedBlock, window: TextWindow) -> Iterator[ComparedBlock]:
    """Yield what differs: as one block, or word by word where there are as many in both."""
    difference = _same_words(quotation, block, window)
    if difference is None and len(block.quoted) == block.last - block.first > 1:
        for place, word in zip(range(block.first, block.last), block.quoted, strict=True):
            yield from _judged(quotation, ComparedBlock(place, place + 1, (word,), stands=False), window)
        return
    yield ComparedBlock(block.first, block.last, block.quoted, difference is not None, difference)


def _same_words(quotation: Quotation, block: ComparedBlock, window: TextWindow) -> Difference | None:
    """Return why words that differ are no other words; None where they are."""
    if not block.quoted:
        return None
    if quotation.inserts(block.quoted):
        return "insertion"
    quoted, source = "".join(forms(block.quoted)), "".join(forms(window.words[block.first : block.last]))
    if quoted == source and not any(map(str.isdigit, quoted)):
        return "broken_words"
    if _is_as_printed(block, window):
        return "note_marks"
    if not source or any(map(is_number, forms(block.quoted))):
        return None
    languages = {window.document.language, "nl", "en"}
    return "scan" if _is_misread(quoted, source, languages) or _is_misread(source, quoted, languages) else None


def _is_as_printed(block: ComparedBlock, window: TextWindow) -> bool:
    """Tell whether the quotation has what was cleaned away for the search, such as a note number glued to a word."""
    span = window.span(block.first, block.last)
    start = span.start
    if block.first == block.last:
        start = window.span(block.first - 1, block.first).end if block.first else span.start
    end = window.span(block.last, block.last).start if block.last < len(window.words) else span.end + _READ_AHEAD
    printed = forms(read_words(window.view.original, start, end))
    return bool(printed) and printed == forms(block.quoted)


def _is_misread(printed: str, read: str, languages: set[str]) -> bool:
    """Tell whether a word that no language knows may be another, misread by a scan."""
    if Levenshtein.distance(printed, read, score_cutoff=_MAX_MISREAD) > _MAX_MISREAD:
        return False
    return not any(commonness_in(language, read) for language in languages) and may_be_misread(read, printed)
