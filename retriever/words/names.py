"""The names in a sentence, and whether two are the same name in spite of spelling, language and scan damage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.cleaning.word_frequency import commonness_in
from ingest.words.keywords import fold, is_stop_word
from retriever.words.exonyms import MAX_NAME_WORDS, filed_under, key
from retriever.words.ordinary_words import is_common_noun, is_known, is_name_in_s, is_ordinary, may_open_sentence
from retriever.words.patterns import CAPITALS
from retriever.words.quantities import find_quantities
from retriever.words.scan_damage import repaired_forms
from retriever.words.transliteration import same_cyrillic_name

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…][\"'”’»)\]]*\s+|\n\s*)[\"'“„‘«(\[\-–—]*\s*$")
_ROMAN_NUMERAL = re.compile(r"(?=[IVXLC])(?:X{0,3}|XL|L)(?:IX|IV|V?I{0,3})$")
_CAPITAL = re.compile(rf"[{CAPITALS}]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "đ": "dj"})

_MIN_NAME = 2
_MIN_BEFORE_S = 4
_MIN_IN_COMPOUND = 5
_MIN_NOUN = 4
_POSSESSIVE_LAG = 1.0
"""By so much (Zipf) a bare possessive is rarer than its name: "Stalins" is, "Peters" is a name of its own."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The words of a text in the forms in which a name is looked for: all of them, and those that may be names."""

    words: frozenset[str]
    capitalised: tuple[str, ...]
    filed: frozenset[str]


def find_names(text: str, language: str) -> list[str]:
    """Return the names in a text as they are written, in reading order.

    Left out are ordinary words in capitals ("State Treaty"), titles, numerals, and the names of days and months. At the
    beginning of a sentence, where every word has a capital, a word counts when it can hardly be an ordinary one.

    Args:
        text: A sentence, or a few.
        language: ISO 639-1.
    """
    dates = [(found.start, found.end) for found in find_quantities(text)]
    matches = [
        match
        for match in _WORD.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in dates)
    ]
    shouted = _is_shouted(text)
    found: list[str] = []
    position = 0
    while position < len(matches):
        match, length = matches[position], _phrase_at(text, matches, position)
        phrase = text[match.start() : matches[position + max(length, 1) - 1].end()]
        if length and _CAPITAL.search(phrase):
            found.append(phrase)
            position += length
        else:
            opens = shouted or _opens_sentence(text, match.start())
            found += _names_in(match.group(), language, shouted=shouted, opens=opens)
            position += 1
    return found


def same_name(first: str, second: str) -> bool:
    """Tell whether two names are the same, in Dutch, English or German and in spite of a little scan damage."""
    return (
        first == second
        or _same_undamaged(first, second)
        or any(
            _same_undamaged(repaired, other)
            for damaged, other in ((first, second), (second, first))
            if not is_known(damaged) and filed_under(damaged) is None
            for repaired in repaired_forms(_POSSESSIVE.sub("", damaged))
        )
    )


def name_occurs(name: str, text: str) -> bool:
    """Tell whether a text has a name, in any form that `same_name` knows, or inside a Dutch compound."""
    names = _names_of(text)
    in_capitals = name.isupper() and len(name) > 1
    if not in_capitals and any(form in names.words for form in _forms(name)):
        return True
    if (filed_under(name) or "") in names.filed:
        return True
    if any(same_name(name, other) or _compounded(name, other) for other in names.capitalised):
        return True
    parts = [part for part in re.split(r"[-\s]", name) if _CAPITAL.match(part)]
    return len(parts) > 1 and filed_under(name) is None and all(name_occurs(part, text) for part in parts)


@lru_cache(maxsize=2048)  # the same evidence is held against every sentence of an answer
def _names_of(text: str) -> _Names:
    matches = list(_WORD.finditer(text))
    words = [word for match in matches for word in _with_parts(match.group())]
    capitalised = dict.fromkeys(word for word in words if _CAPITAL.match(word) and len(word) >= _MIN_NAME)
    filed = {filed_under(word) for word in capitalised if word.isupper() or not is_stop_word(word)}
    filed |= {
        filed_under(text[matches[start].start() : matches[start + length - 1].end()])
        for start in range(len(matches))
        if (length := _phrase_at(text, matches, start))
    }
    plain = {form for word in words for form in _forms(word)}
    return _Names(frozenset(plain), tuple(capitalised), frozenset(key for key in filed if key))


def _with_parts(word: str) -> Iterator[str]:
    yield word
    if "-" in word:
        yield from word.split("-")


def _phrase_at(text: str, matches: list[re.Match[str]], start: int) -> int:
    """Return how many words from one on are a name of the table that has several words; 0 for none."""
    for length in range(min(MAX_NAME_WORDS, len(matches) - start), 1, -1):
        last = matches[start + length - 1]
        written = text[matches[start].start() : last.end()]
        if filed_under(written) and not re.search(r"[^\w\s.'’-]", written):
            return length
    return 0


def _opens_sentence(text: str, start: int) -> bool:
    return start == 0 or bool(_SENTENCE_START.search(text[max(0, start - 8) : start]))


def _is_shouted(text: str) -> bool:
    """Tell whether a text is, or has, a heading in capitals, so that capitals tell nothing."""
    words = _WORD.findall(text)
    return (text.isupper() and len(words) > 1) or any(
        word.isupper() and is_stop_word(word) and len(word) > 2 for word in words
    )


def _names_in(word: str, language: str, *, shouted: bool, opens: bool) -> list[str]:
    """Return the name that a word is or has as a part: "Kerepesi" of "Kerepesi-begraafplaats"."""
    parts = word.split("-")
    if len(parts) > 1 and not filed_under(word):
        names = [part for part in parts if _is_name(part, language, shouted=shouted, opens=opens)]
        return [word] if names and all(_CAPITAL.match(part) for part in parts) else names
    return [word] if _is_name(word, language, shouted=shouted, opens=opens) else []


def _is_name(word: str, language: str, *, shouted: bool, opens: bool) -> bool:
    """Tell whether a word is a name; `opens`: it would have its capital anyhow."""
    plain = _POSSESSIVE.sub("", word)
    if not _CAPITAL.match(plain) or len(plain.replace(".", "")) < _MIN_NAME or _ROMAN_NUMERAL.match(plain):
        return False
    in_capitals = plain.isupper() and not shouted
    if in_capitals or (filed_under(word) and not is_stop_word(plain)):
        return True
    return not (may_open_sentence(plain) if opens else is_ordinary(plain, language))


def _same_undamaged(first: str, second: str) -> bool:
    if _forms(first) & _forms(second):
        return True
    filed = filed_under(first), filed_under(second)
    if any(filed):
        return filed[0] == filed[1]
    return any(same_cyrillic_name(one, other) for one in _spellings(first) for other in _spellings(second))


@lru_cache(maxsize=20_000)
def _forms(name: str) -> frozenset[str]:
    """Return a name folded, without its possessive ending, and with its umlauts written out."""
    plain = [_POSSESSIVE.sub("", spelling) for spelling in (name.strip(), _without_s(name.strip())) if spelling]
    return frozenset(form for one in plain for form in (_folded(one), _folded(one.lower().translate(_UMLAUTS))))


def _folded(name: str) -> str:
    return key(name) or fold(name)


def _spellings(name: str) -> tuple[str, ...]:
    plain = _POSSESSIVE.sub("", name.strip())
    return tuple(dict.fromkeys((plain, _without_s(plain) or plain)))


@lru_cache(maxsize=20_000)
def _without_s(name: str) -> str | None:
    """Return a name without the -s of a Dutch genitive or a plural; None where the -s may be part of the name."""
    base = name[:-1]
    if not name.lower().endswith("s") or len(base) < _MIN_BEFORE_S or base[-1].lower() in "s'’":
        return None
    if is_name_in_s(name) or not base.isalpha():
        return None
    possessive, plain = (max(commonness_in(one, word.lower()) for one in ("nl", "en")) for word in (name, base))
    return base if possessive == 0 or possessive + _POSSESSIVE_LAG <= plain else None


def _compounded(first: str, second: str) -> bool:
    """Tell whether one is a Dutch compound that begins with the other: Petőfikring and Petőfi, not Stalingrad."""
    shorter, longer = sorted((first, second), key=len)
    if filed_under(longer):
        return False
    for cut in range(_MIN_IN_COMPOUND, len(longer) - _MIN_NOUN + 1):
        rest = longer[cut:].lower()
        if is_common_noun(rest) and _same_undamaged(longer[:cut], shorter):
            return True
    return False
