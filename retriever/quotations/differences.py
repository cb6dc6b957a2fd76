"""How words that are the same look different: in spacing, in signs, in capitals, in what a scan did to them."""

from collections.abc import Iterator

from retriever.quotations.comparing import WordComparison
from retriever.quotations.types import Difference
from retriever.quotations.words import Quotation, QuotedWord

_STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛`´′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("–—−‐‑", "-"))


def find_differences(quotation: Quotation, comparison: WordComparison) -> tuple[Difference, ...]:
    """Return the ways in which words that stand look different, in the order in which they first do."""
    found = (one for one in _differences(quotation, comparison) if one)
    return tuple(dict.fromkeys(found))


def _differences(quotation: Quotation, comparison: WordComparison) -> Iterator[Difference | None]:
    before: tuple[QuotedWord, int] | None = None
    for block in comparison.blocks:
        if block.difference and block.difference != "note_marks":  # which the quotation has as they are printed
            raw = comparison.window.span(block.first, block.last)
            quoted = quotation.text[block.quoted[0].start : block.quoted[-1].end]
            if block.difference == "insertion" or comparison.window.view.original[raw.start : raw.end] != quoted:
                yield block.difference
        if block.difference or not block.stands:
            before = None
            continue
        for word, place in zip(block.quoted, range(block.first, block.last), strict=True):
            yield _word_difference(quotation, word, comparison, place)
            if before:
                yield _gap_difference(quotation, before[0], word, comparison, place)
            before = word, place


def _word_difference(
    quotation: Quotation, word: QuotedWord, comparison: WordComparison, place: int
) -> Difference | None:
    view = comparison.window.view
    span, found = comparison.window.span(place, place + 1), comparison.window.words[place]
    quoted, raw, clean = (
        quotation.text[word.start : word.end], view.original[span.start : span.end], view.text[found.start : found.end]
    )  # fmt: skip
    if quoted == raw:
        return None
    if any(sign.isspace() for sign in raw) and quoted.casefold() == clean.casefold():
        return "broken_words"
    if _straight(quoted) == _straight(raw):
        return "quotation_marks"
    if quoted.casefold() == clean.casefold():
        return "capitals" if quoted != clean else "letters"
    return "punctuation" if any(sign.isdigit() for sign in quoted) else "letters"


def _gap_difference(
    quotation: Quotation, before: QuotedWord, word: QuotedWord, comparison: WordComparison, place: int
) -> Difference | None:
    """Return how the signs between two words differ."""
    window = comparison.window
    start, end = window.span(place - 1, place).end, window.span(place, place + 1).start
    quoted, raw = quotation.text[before.end : word.start], window.view.original[start:end]
    clean = window.view.text[window.words[place - 1].end : window.words[place].start]
    if quoted == raw:
        return None
    folded, printed, cleaned = (" ".join(text.split()) for text in (quoted, raw, clean))
    if folded in (printed, cleaned):
        return "spacing" if "".join(raw.split()) == "".join(clean.split()) else "note_marks"
    if _straight(folded) in (_straight(printed), _straight(cleaned)):
        return "quotation_marks"
    return "punctuation"


def _straight(text: str) -> str:
    return "".join(text.translate(_STRAIGHT).split())
