"""The words of a quotation and of the text that it is held against, in a form in which equal words are equal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.types import Span
from ingest.words.keywords import fold

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"  # combining marks, and signs inside a word that do not show
_LETTERS = rf"(?:[^\W_][{_MARKS}]*)+"
_GROUPED = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\d)"
_WORD = re.compile(
    rf"(?P<number>(?:(?<!\w)[-−])?(?<![\d.,])(?:{_GROUPED}|\d+)(?:[.,]\d+)*)(?:{_LETTERS})?"
    rf"|{_LETTERS}(?:['’]{_LETTERS})*|[%‰€$£§]"
)
_GROUP_SIGN = re.compile(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d{3}(?!\d))")
_OMISSION = re.compile(r"\s*(?:[\[(]\s*(?:\.{3,}|…)\s*[\])]|\.{3,}|…|(?:\. ){2,}\.)\s*")
_INSERTION = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class QuotedWord:
    """A word or number and where it stands; `form` is the same for the same word, however it is written."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation as it is read: the stretches of words between what it marks as left out, and what stands in [ ]."""

    text: str
    stretches: tuple[tuple[QuotedWord, ...], ...]
    insertions: tuple[Span, ...]

    @property
    def words(self) -> tuple[QuotedWord, ...]:
        """All its words."""
        return tuple(word for stretch in self.stretches for word in stretch)

    def inserts(self, words: Sequence[QuotedWord]) -> bool:
        """Tell whether some words stand in square brackets: the quoter marks them as his own."""
        return bool(words) and any(
            span.start <= words[0].start and words[-1].end <= span.end for span in self.insertions
        )


def read_quotation(text: str) -> Quotation:
    """Read a quotation into words, parted where it marks that words were left out."""
    stretches: list[list[QuotedWord]] = [[]]
    gaps = [match.span() for match in _OMISSION.finditer(text)]
    for word in read_words(text):
        while gaps and gaps[0][1] <= word.start:
            gaps.pop(0)
            stretches.append([])
        stretches[-1].append(word)
    insertions = tuple(Span(*match.span()) for match in _INSERTION.finditer(text))
    return Quotation(text, tuple(tuple(stretch) for stretch in stretches if stretch), insertions)


def read_words(text: str, start: int = 0, end: int | None = None) -> list[QuotedWord]:
    """Return the words of a text, or of a stretch of it."""
    found = _WORD.finditer(text, start, len(text) if end is None else end)
    return [QuotedWord(_form(match), *match.span()) for match in found]


def forms(words: Sequence[QuotedWord]) -> list[str]:
    """Return the forms of words."""
    return [word.form for word in words]


def _form(match: re.Match[str]) -> str:
    if number := match["number"]:
        rest = match.group()[len(number) :]
        plain = _GROUP_SIGN.sub("", number) if re.fullmatch(rf"[-−]?{_GROUPED}(?:[.,]\d+)*", number) else number
        return plain.replace(",", ".").replace("−", "-") + _folded(rest)
    return _folded(match.group())


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word).replace("’", "'")
