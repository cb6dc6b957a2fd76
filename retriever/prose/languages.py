"""Is a sentence in the language that was asked for, and in no mixture of two?"""

import re

from ingest.language import guess_language
from ingest.word_frequency import commonness_in

OTHERS = {"nl": "en", "en": "nl"}
MOST_FOREIGN_WORDS = 1
LEAD = 1.0
"""By so many powers of ten a word is commoner in the other language: it is a word of that one."""

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
_PLAIN_WORD = re.compile(r"\b[^\W\d_A-ZÀ-ÖØ-Þ]+\b")


def is_in_another_language(sentence: str, language: str) -> bool:
    """Tell whether a sentence is in another language, or several of its words are.

    Small models fall back into the language of the evidence. Names and words in quotation marks may be in any.
    """
    guess = guess_language(sentence)
    return (guess.trusted and guess.language != language) or len(foreign_words(sentence, language)) > MOST_FOREIGN_WORDS


def foreign_words(sentence: str, language: str) -> set[str]:
    """Return the words that belong to the other of Dutch and English; none for a third language."""
    other = OTHERS.get(language)
    if other is None:
        return set()
    words = set(_PLAIN_WORD.findall(_QUOTED.sub(" ", sentence)))
    return {word for word in words if commonness_in(other, word) - commonness_in(language, word) > LEAD}
