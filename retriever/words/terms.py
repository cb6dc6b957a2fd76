"""The telling words of a question, and whether a text has them, in spite of spelling and language."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from wordfreq import zipf_frequency

from ingest.words.keywords import fold, is_stop_word, stem
from retriever.words.quantities import Quantity, find_quantities, same_value

_WORD = re.compile(r"\w+(?:['’.]\w+)*")
COMMONEST_ZIPF = 7.0
MIN_ALIKE = 80
"""How alike two folded names must be (0..100, by insertions and deletions) to be one: Chroesjtsjov and Khrushchev."""

# Spellings of one sound in Dutch, English and transliterated Slavic names; longer ones first, each to one letter.
_DUTCH_SOUNDS = (
    ("tsj", "c"),
    ("sjtsj", "sc"),
    ("sj", "s"),
    ("ch", "h"),
    ("oe", "u"),
    ("ij", "i"),
    ("ie", "i"),
    ("j", "i"),
)
_ENGLISH_SOUNDS = (
    ("shch", "sc"),
    ("kh", "h"),
    ("zh", "z"),
    ("sh", "s"),
    ("ch", "c"),
    ("ck", "k"),
    ("ph", "f"),
    ("ou", "u"),
)
_SHARED_SOUNDS = (("y", "i"), ("w", "v"), ("c", "k"), ("q", "k"), ("x", "ks"), ("th", "t"), ("ii", "i"), ("ei", "i"))


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question; `weight` grows with its rarity, `is_name` when it is written like a name or a number."""

    word: str
    weight: float
    is_name: bool


def question_terms(text: str, language: str) -> list[Term]:
    """Return the words of a question that are not stop words, in order, each once."""
    terms: dict[str, Term] = {}
    for position, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        if is_stop_word(word):
            continue
        rarity = max(COMMONEST_ZIPF - zipf_frequency(word, language), 0.5)
        is_name = word[0].isdigit() or (word[0].isupper() and position > 0)
        terms.setdefault(word.casefold(), Term(word, rarity, is_name))
    return list(terms.values())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a text in the forms in which they are compared."""

    words: frozenset[str]
    stems: frozenset[str]
    sounds: frozenset[str]
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=20_000)
def vocabulary_of(text: str, language: str) -> Vocabulary:
    """Read the words of a text; remembered, since the same sentences are read for many questions."""
    words = {match.group() for match in _WORD.finditer(text)}
    return Vocabulary(
        frozenset(fold(word) for word in words),
        frozenset(stem(fold(word), language) for word in words),
        frozenset(fold_sounds(word, language) for word in words if len(word) > 3),
        tuple(find_quantities(text)),
    )


def covered_terms(terms: Sequence[Term], language: str, vocabulary: Vocabulary) -> list[Term]:
    """Return the terms that occur in a vocabulary, by stem or by sound."""
    return [term for term in terms if _occurs(term.word, language, vocabulary)]


def total_weight(terms: Iterable[Term]) -> float:
    """Add up the weights of terms."""
    return sum(term.weight for term in terms)


def _occurs(word: str, language: str, vocabulary: Vocabulary) -> bool:
    if fold(word) in vocabulary.words or stem(fold(word), language) in vocabulary.stems:
        return True
    asked = find_quantities(word)
    if asked:
        return any(same_value(asked[0], found) for found in vocabulary.quantities)
    if len(word) <= 3:
        return False
    folded = fold_sounds(word, language)
    return folded in vocabulary.sounds or any(_alike(folded, other) for other in vocabulary.sounds)


@lru_cache(maxsize=20_000)
def _alike(first: str, second: str) -> bool:
    if not first or not second or first[0] != second[0] or abs(len(first) - len(second)) > 3:
        return False
    return min(len(first), len(second)) >= 5 and fuzz.ratio(first, second) >= MIN_ALIKE


@lru_cache(maxsize=20_000)
def fold_sounds(word: str, language: str) -> str:
    """Fold a word to a rough spelling of its sounds, alike for the Dutch and the English form of a name."""
    folded = re.sub(r"\W", "", fold(word))
    for spelling, sound in (*(_DUTCH_SOUNDS if language == "nl" else _ENGLISH_SOUNDS), *_SHARED_SOUNDS):
        folded = folded.replace(spelling, sound)
    folded = re.sub(r"ev$", "ov", folded)
    return re.sub(r"(.)\1", r"\1", folded)


def overlap(one: Set[object], other: Set[object]) -> float:
    """Return the share of the smaller set that is in the other too (0..1): the overlap coefficient, or containment."""
    return len(one & other) / max(min(len(one), len(other)), 1)
