"""Words as the keyword search sees them: folded, stemmed, and put into a full-text query."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import snowballstemmer

from ingest.words.stop_words import STOP_WORDS

STEMMERS = {"nl": "dutch", "en": "english"}
MAX_TERMS = 128
"""Terms of a query beyond these are not searched: a question has fewer, and a pasted page must not take seconds."""

MAX_WORD_LENGTH = 64
"""Longer words are strings of signs: they have no stem, and looking for one would take long."""

# Letters that Unicode does not take apart, so that Gomulka finds Gomułka.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n"}
)
_WORD = re.compile(r"[^\W_]+")
_GROUPED_NUMBER = re.compile(r"(?<!\w)\d{1,3}(?:[.,'’]\d{3})+(?!\w)")
# What a person takes for one word though it has marks inside: U.S.A., Nazi-Duitsland, O'Neil, 2.700, zo'n.
_QUERY_WORD = re.compile(r"[^\W_]+(?:[^\w\s]+[^\W_]+)*")
_QUOTED = re.compile(r'["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]')

_stemmer_lock = Lock()


@dataclass(frozen=True, slots=True)
class IndexedWords:
    """The columns of one passage in the full-text index."""

    words: str
    stems: str
    heading: str


@dataclass(frozen=True, slots=True)
class KeywordQuery:
    """Full-text queries for what was typed: `required` phrases, and `words`, each in all its forms, any of which do."""

    required: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def expression(self) -> str | None:
        """The whole as one full-text query, or None when there is no word in it."""
        if not self.required:
            return " OR ".join(self.words) or None
        if not self.words:
            return " AND ".join(self.required)
        # The first part decides what is found, the second how it is ranked.
        return f"{' AND '.join(self.required)} AND ({' OR '.join([*self.required, *self.words])})"


def keyword_form() -> str:
    """Name the way words are indexed; the catalogue rebuilds its full-text index when this changes."""
    return f"1, snowballstemmer {version('snowballstemmer')}"


def fold(text: str) -> str:
    """Return a text without case, diacritics, ligatures and soft hyphens."""
    compatible = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN_LETTERS)
    if compatible.isascii():
        return compatible
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(letter for letter in decomposed if unicodedata.category(letter) not in ("Mn", "Cf"))


@lru_cache(maxsize=20_000)
def is_stop_word(word: str) -> bool:
    """Tell whether a word is too common, in Dutch or English, to be worth searching for."""
    return fold(word) in STOP_WORDS


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; the word itself in a language other than Dutch and English."""
    if language not in STEMMERS or len(word) > MAX_WORD_LENGTH:
        return word
    # A Snowball stemmer keeps the word it works on in itself, so two threads would mix theirs.
    with _stemmer_lock:
        return _stemmer(language).stemWord(word)


@lru_cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(STEMMERS[language])


def index_words(search_text: str, heading: str | None, language: str) -> IndexedWords:
    """Return what the full-text index keeps of one passage."""
    words = _words(search_text)
    return IndexedWords(
        words=" ".join(words),
        stems=" ".join(stem(word, language) for word in words),
        heading=" ".join(stem(word, language) for word in _words(heading or "")),
    )


def keyword_query(query: str) -> KeywordQuery:
    """Read what a person typed; no character of it is taken as query syntax."""
    required = tuple(_in_words(phrase) for phrase in quoted_phrases(query)[:MAX_TERMS])
    words = _words_in_all_forms(_QUOTED.sub(" ", query), with_stop_words=False)
    if not required and not words:
        words = _words_in_all_forms(query, with_stop_words=True)
    return KeywordQuery(required, words)


def quoted_phrases(query: str) -> list[list[str]]:
    """Return the words of each "quoted phrase"."""
    return [words for quoted in _QUOTED.findall(query) if (words := _words(quoted))]


def has_phrase(text: str, phrase: Sequence[str]) -> bool:
    """Tell whether the words of a phrase stand in a text in a row, as they are or in another inflection."""
    words, size = _words(text), len(phrase)
    return any(
        all(_same_word(*pair) for pair in zip(words[start : start + size], phrase, strict=True))
        for start in range(len(words) - size + 1)
    )


def _same_word(one: str, other: str) -> bool:
    return one == other or any(stem(one, language) == stem(other, language) for language in STEMMERS)


def _words_in_all_forms(query: str, *, with_stop_words: bool) -> tuple[str, ...]:
    """Return a full-text query for each word; a form that two of them have is in the first alone."""
    shouted = query.isupper()
    forms: dict[str, None] = {}
    words_in_forms: list[str] = []

    def add(*new: str) -> None:
        if of_its_own := [form for form in new if form not in forms]:
            forms.update(dict.fromkeys(of_its_own))
            words_in_forms.append(" OR ".join(of_its_own))

    for written in dict.fromkeys(_QUERY_WORD.findall(query)):
        if len(forms) >= MAX_TERMS:
            break
        words = _words(written)
        # In capitals, WHO and IT are names.
        is_name = written.isupper() and len(written) > 1 and not shouted
        telling = [word for word in words if with_stop_words or is_name or word not in STOP_WORDS]
        if len(words) > 1 and telling:
            add(_in_words(words))
        for word in telling[:MAX_TERMS]:
            if len(word) > 1 or len(words) == 1:
                add(_in_words([word]), *_stem_terms(word))
    return tuple(words_in_forms)


def _stem_terms(word: str) -> list[str]:
    # A question may be put in one language over texts in another, and names occur in both.
    return [_in_stems(form) for form in sorted({word, *(stem(word, language) for language in STEMMERS)})]


def _in_words(words: Sequence[str]) -> str:
    return f"words : {_quote(' '.join(words))}"


def _in_stems(form: str) -> str:
    return f"{{stems heading}} : {_quote(form)}"


def _quote(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def _words(text: str) -> list[str]:
    # "2.700" and "2,700" are one number: joined, either spelling finds the other.
    joined = _GROUPED_NUMBER.sub(lambda number: re.sub(r"\D", "", number.group()), text)
    return _WORD.findall(fold(joined))
