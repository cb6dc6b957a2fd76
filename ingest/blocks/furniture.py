"""Lines that belong to the page and not to the text: page numbers, running heads, marks of subtitles."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.blocks.types import Line

MAX_CHARACTERS = 80
MAX_STEP = 4
"""Page numbers of neighbouring pages lie at most so far apart: a page may have lost its number."""
MIN_INTERRUPTED = 0.25
"""At least this share of page numbers stands inside a sentence; the numbers of chapters never do."""
FULL_LINE = 40

_NUMBER_FIRST = re.compile(r"\W{0,6}(\d{1,4})(?!\w|[.,:/-]\d)\W*")
_NUMBER_LAST = re.compile(r"(?<![\w.,:/-])(\d{1,4})\W{0,6}$")
_PAGE_WORD = re.compile(
    r"\W*(?:page|pagina|bladzijde|seite|blz|pag|pg|p)\b\.?\s*\d{1,4}(?:\s*(?:of|van|von|/)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_BARE = re.compile(r"[\W_]*\d{1,4}[\W_]*")
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]*_]*\d{0,3}$")
_CUE_TIMES = re.compile(r"\d{1,2}:\d\d(?::\d\d)?[.,]\d{1,3}\s*-->\s*\d{1,2}:\d\d.*")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_OF_PAGE = re.compile(
    r"#{1,6}\s|\(?\w{1,3}[.)]\s+\S|(?:chapter|hoofdstuk|artikel|article|part|deel|section|act)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A short line at the edge of a paragraph; `interrupts`: the text goes on over it."""

    index: int
    line: Line
    interrupts: bool
    numbers: tuple[int, ...]


def page_furniture(lines: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines that belong to the page, by what repeats over the whole text."""
    candidates = [found for index in range(len(lines)) if (found := _candidate(lines, index))]
    pages = {one.index for one in _page_numbers(candidates)}
    pages |= {one.index for one in candidates if _PAGE_WORD.fullmatch(one.line.text)}
    heads = {one.index for one in _running_heads(candidates, pages, lines)}
    return {lines[index].number for index in pages | heads | set(_cue_marks(lines))}


def _candidate(lines: Sequence[Line], index: int) -> _Candidate | None:
    line = lines[index]
    is_mark = _PAGE_WORD.fullmatch(line.text) or _BARE.fullmatch(line.text)
    if len(line.text) > MAX_CHARACTERS or not (line.opens or line.closes) or _NOT_OF_PAGE.match(line.text):
        return None
    if _ENDS.search(line.text) and not is_mark:
        return None
    found = _NUMBER_FIRST.match(line.text), _NUMBER_LAST.search(line.text)
    numbers = tuple(dict.fromkeys(int(match[1]) for match in found if match))
    return _Candidate(index, line, _interrupts(lines, index), numbers)


def _interrupts(lines: Sequence[Line], index: int) -> bool:
    """Tell whether a sentence that is open before a line goes on after it, other short lines left out of account."""
    before = next((line.text for line in reversed(lines[max(0, index - 3) : index]) if not _is_short(line)), "")
    after = next((line.text for line in lines[index + 1 : index + 4] if not _is_short(line) or _goes_on(line)), "")
    if not before or not after or _ENDS.search(before):
        return False
    return after[0].islower() or before[-1] in "-¬\u00ad\u2010" or len(before) >= FULL_LINE


def _is_short(line: Line) -> bool:
    letters = "".join(_LETTERS.findall(line.text))
    return (
        len(line.text) <= MAX_CHARACTERS
        and not _ENDS.search(line.text)
        and (line.opens and not _goes_on(line) and (letters.isupper() or len(letters) <= FULL_LINE))
    )


def _goes_on(line: Line) -> bool:
    return line.text[0].islower()


def _page_numbers(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the longest row of candidates whose numbers rise in small steps, if it stands inside sentences."""
    chains: dict[int, list[_Candidate]] = {}
    for one in candidates:
        for number in one.numbers:
            before = [chains[value] for value in range(number - MAX_STEP, number) if value in chains]
            chain = [*max(before, key=len, default=[]), one]
            if len(chain) > len(chains.get(number, ())):
                chains[number] = chain
    best = max(chains.values(), key=lambda chain: (len(chain), sum(one.interrupts for one in chain)), default=[])
    interrupting = sum(one.interrupts for one in best)
    if len(best) == 1 and not _BARE.fullmatch(best[0].line.text):
        return []
    return best if interrupting and interrupting >= MIN_INTERRUPTED * len(best) else []


def _running_heads(candidates: Sequence[_Candidate], pages: set[int], lines: Sequence[Line]) -> Iterator[_Candidate]:
    """Yield the lines with the same words at two page edges or more, digits left out of account."""
    alike: dict[str, list[_Candidate]] = defaultdict(list)
    for one in candidates:
        words = " ".join(_LETTERS.findall(one.line.text)).casefold()
        if len(words) >= 3:
            alike[words].append(one)
    for group in alike.values():
        at_edge = [one for one in group if one.interrupts or _beside_page(one, pages, lines)]
        if len(group) > 1 and at_edge:
            yield from at_edge


def _beside_page(one: _Candidate, pages: set[int], lines: Sequence[Line]) -> bool:
    """Tell whether a page number or a page end is next to a line."""
    next_page = one.index + 1 < len(lines) and lines[one.index + 1].new_page
    return one.index - 1 in pages or one.index + 1 in pages or one.line.new_page or next_page


def _cue_marks(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the times of subtitles and the numbers above them."""
    for index, line in enumerate(lines):
        if _CUE_TIMES.fullmatch(line.text):
            yield index
            if index and _BARE.fullmatch(lines[index - 1].text):
                yield index - 1
