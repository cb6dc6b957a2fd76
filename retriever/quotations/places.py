"""Where the words of a quotation stand: in one place, or in several that were stitched together."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from retriever.quotations.comparing import ComparedBlock, WordComparison, compare
from retriever.quotations.windows import TextWindow
from retriever.quotations.words import Quotation, QuotedWord, forms

MIN_SHARE = 0.6
"""So many of the words must stand in a place for it to be the one that is quoted: a paraphrase shares fewer."""

MIN_PART = 4
"""Fewer words in a row than these are no part of their own: they are found in many places."""

MAX_LEFT_OUT = 12
"""A place where more words in a row are left out, unmarked, is two places."""

MAX_COMPARED = 4
"""So many windows, those with the likest stretches, are compared word by word."""

_REACH = 8
"""How many words beyond the stretch that is likest its ends are looked for."""


def find_places(
    quotation: Quotation, quoted: Sequence[QuotedWord], windows: Sequence[TextWindow]
) -> list[WordComparison]:
    """Return the places in which some words of a quotation stand, in the order of the quotation."""
    wanted = forms(quoted)
    nearest = sorted(windows, key=lambda window: _likeness(wanted, window), reverse=True)[:MAX_COMPARED]
    best = max((_best_in(quotation, quoted, window) for window in nearest), key=_rank, default=None)
    if best is None or not _is_found(best, quoted, quotation):
        return _found_in_parts(quotation, quoted, best, windows)
    for run in (*_runs(best, stands=False), *_ends(best)):
        if len(run) >= MIN_PART:
            inner = find_places(quotation, run, windows)
            if sum(place.standing for place in inner) > _standing_of(run, best):
                before = _rest(quotation, quoted, run, windows, before=True)
                return [*before, *inner, *_rest(quotation, quoted, run, windows)]
    return list(_parted(best))


def _found_in_parts(
    quotation: Quotation, quoted: Sequence[QuotedWord], best: WordComparison | None, windows: Sequence[TextWindow]
) -> list[WordComparison]:
    """Try what stands of the words in the best place by itself, and the others apart."""
    runs = [run for run in _runs(best, stands=True) if MIN_PART <= len(run) < len(quoted)] if best else []
    if not runs:
        return []
    longest = max(runs, key=len)
    own = find_places(quotation, longest, windows)
    before = _rest(quotation, quoted, longest, windows, before=True)
    return [*before, *own, *_rest(quotation, quoted, longest, windows)]


def _rest(
    quotation: Quotation,
    quoted: Sequence[QuotedWord],
    run: Sequence[QuotedWord],
    windows: Sequence[TextWindow],
    *,
    before: bool = False,
) -> list[WordComparison]:
    """Return the places of the words before a run, or behind it."""
    words = [word for word in quoted if (word.end <= run[0].start if before else word.start >= run[-1].end)]
    return find_places(quotation, words, windows) if len(words) >= MIN_PART else []


def _best_in(quotation: Quotation, quoted: Sequence[QuotedWord], window: TextWindow) -> WordComparison:
    """Compare with the stretch of a window that takes the fewest changes."""
    wanted, words = forms(quoted), forms(window.words)
    near = fuzz.partial_ratio_alignment(wanted, words)
    first, last = (near.dest_start, near.dest_end) if near else (0, len(words))
    first = min(
        range(max(0, first - _REACH), min(first + _REACH, last)),
        key=lambda start: (Levenshtein.distance(words[start:last], wanted), -start),
        default=first,
    )
    last = min(
        range(max(first, last - _REACH), min(last + _REACH, len(words)) + 1),
        key=lambda end: (Levenshtein.distance(words[first:end], wanted), end),
    )
    compared = compare(quotation, quoted, window, first=first, last=last)
    ragged = compared.blocks and not (compared.blocks[0].stands and compared.blocks[-1].stands)
    wider = ((max(0, first - 1), last), (first, last + 1), (max(0, first - 1), last + 1)) if ragged else ()
    others = (compare(quotation, quoted, window, first=start, last=min(end, len(words))) for start, end in wider)
    return max((compared, *others), key=_rank)


def _likeness(wanted: Sequence[str], window: TextWindow) -> tuple[float, bool]:
    return fuzz.partial_ratio(wanted, forms(window.words)), window.named


def _rank(comparison: WordComparison) -> tuple[int, bool]:
    return comparison.standing - comparison.changed, comparison.window.named


def _is_found(comparison: WordComparison, quoted: Sequence[QuotedWord], quotation: Quotation) -> bool:
    standing, changed = comparison.standing, comparison.changed
    fewest = MIN_PART if len(quoted) < len(quotation.words) else MIN_PART - 1
    return standing >= MIN_SHARE * len(quoted) and (standing >= fewest or changed == 0)


def _runs(comparison: WordComparison, *, stands: bool) -> Iterator[list[QuotedWord]]:
    """Yield the words in a row that stand, or do not; one or two that stand by chance among others do not."""
    blocks = comparison.blocks
    for does, group in groupby(blocks, key=lambda block: _stands(block, blocks)):
        if does is stands and (words := [word for block in group for word in block.quoted]):
            yield words


def _ends(comparison: WordComparison) -> Iterator[list[QuotedWord]]:
    """Yield the words before and behind the stretch in which most stand, that is where more stand than do not."""
    words = [(word, block.stands) for block in comparison.blocks for word in block.quoted]
    sums = list(accumulate((1 if stands else -1 for _, stands in words), initial=0))
    end = max(range(len(sums)), key=lambda at: sums[at] - min(sums[: at + 1]))
    start = min(range(end + 1), key=lambda at: sums[at])
    yield [word for word, _ in words[:start]]
    yield [word for word, _ in words[end:]]


def _standing_of(run: Sequence[QuotedWord], comparison: WordComparison) -> int:
    return sum(word in run for block in comparison.blocks if block.stands for word in block.quoted)


def _stands(block: ComparedBlock, blocks: Sequence[ComparedBlock]) -> bool:
    if not block.stands or len(block.quoted) > 2:
        return block.stands
    place = blocks.index(block)
    beside = [blocks[at] for at in (place - 1, place + 1) if 0 <= at < len(blocks)]
    return not beside or not all(not one.stands and len(one.quoted) > len(block.quoted) for one in beside)


def _parted(comparison: WordComparison) -> Iterator[WordComparison]:
    """Yield a place in parts where many words are left out between them."""
    held: list[ComparedBlock] = []
    for block in comparison.blocks:
        if not block.quoted and block.last - block.first > MAX_LEFT_OUT:
            yield WordComparison(comparison.window, tuple(held))
            held = []
        else:
            held.append(block)
    yield WordComparison(comparison.window, tuple(held))
