"""Is a sentence in the language that was asked for, and in no mixture of two?"""

import re

from ingest.cleaning.word_frequency import commonness_in
from ingest.words.keywords import is_stop_word
from ingest.words.language import guess_language
from retriever.words.patterns import CAPITALS, QUOTED

OTHERS = {"nl": "en", "en": "nl"}
LEAD = 1.0
"""By so many powers of ten a word is commoner in the other language: it is a word of that one."""

_PLAIN_WORD = re.compile(rf"\b[^\W\d_{CAPITALS}]+\b")
_WITHIN_NAME = re.compile(rf"(?<!\w)([{CAPITALS}][\w.’'-]*)((?:\s+[^\W\d_]+){{1,3}}?)(?=\s+[{CAPITALS}])")


def is_in_another_language(sentence: str, language: str) -> bool:
    """Tell whether a sentence is in another language, or a word of it is.

    Small models fall back into the language of the evidence: "Mikojan oversaw de verwijdering". Names and words in
    quotation marks may be in any.
    """
    guess = guess_language(sentence)
    return (guess.trusted and guess.language != language) or bool(foreign_words(sentence, language))


def foreign_words(sentence: str, language: str) -> set[str]:
    """Return the words that belong to the other of Dutch and English; none for a third language."""
    other = OTHERS.get(language)
    if other is None:
        return set()
    words = set(_PLAIN_WORD.findall(_WITHIN_NAME.sub(_without_small_words, QUOTED.sub(" ", sentence))))
    return {word for word in words if commonness_in(other, word) - commonness_in(language, word) > LEAD}


def _without_small_words(match: re.Match[str]) -> str:
    """Take "de" out of "Charles de Gaulle": a name has it in every language."""
    return match[1] if all(map(is_stop_word, match[2].split())) else match[0]
