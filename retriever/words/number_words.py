"""Numbers written in words, Dutch and English: text2num reads the words, this module finds where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import text2num

LANGUAGES = ("nl", "en")
SCALES = frozenset({100, 1000, 10**6, 10**9})
MAX_WORDS = 10

_BEFORE_COMMA = frozenset({1000, 10**6, 10**9})

# Words that are a number only sometimes ("one of them", "een fabriek", "there was zero ..."): never counted alone.
NOT_ALONE = frozenset({"one", "een", "één", "zero", "nul"})
_LINKS = frozenset({"and", "en"})
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# "A few hundred" is no number.
_VAGUE = re.compile(r"\b(?:few|several|many|some|couple of|enkele|paar|meerdere|verscheidene)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number in words and where it stands."""

    value: int
    start: int
    end: int


def word_value(word: str) -> int | None:
    """Return the value of a number word, compounds included; None for any other word."""
    return _value(word.lower())


def written_numbers(text: str) -> Iterator[WrittenNumber]:
    """Yield the numbers in words, each as long as it goes on: "two hundred and five" is one."""
    words = list(_WORD.finditer(text))
    position = 0
    while position < len(words):
        count = _longest(text, words, position)
        if count:
            first, last = words[position], words[position + count - 1]
            alone = count == 1 and first.group().lower() in NOT_ALONE
            if not alone and not _is_vague(text, first):
                yield WrittenNumber(_value(_phrase(words, position, count)) or 0, first.start(), last.end())
        position += max(count, 1)


def _longest(text: str, words: Sequence[re.Match[str]], position: int) -> int:
    """Return how many words from one on are one number; 0 when it is none."""
    if _value(words[position].group().lower()) is None:
        return 0
    best = 1
    for count in range(2, min(MAX_WORDS, len(words) - position) + 1):
        previous, last = words[position + count - 2], words[position + count - 1]
        between = text[previous.end() : last.start()]
        # English puts a comma behind its thousands: "one thousand, two hundred and five"
        goes_on = between.isspace() or (between == ", " and _value(previous.group().lower()) in _BEFORE_COMMA)
        if not goes_on:
            break
        if last.group().lower() in _LINKS:
            continue
        if _value(_phrase(words, position, count)) is None:
            break
        best = count
    return best


def _phrase(words: Sequence[re.Match[str]], position: int, count: int) -> str:
    return " ".join(word.group().lower() for word in words[position : position + count])


def _is_vague(text: str, first: re.Match[str]) -> bool:
    return _value(first.group().lower()) in SCALES and _VAGUE.search(text[: first.start()]) is not None


@lru_cache(maxsize=20_000)
def _value(phrase: str) -> int | None:
    for language in LANGUAGES:
        try:
            return int(text2num(phrase, language))
        except ValueError:
            continue
    return None
