"""Which language a text or a question is in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from ingest.cleaning.word_frequency import commonness_in
from ingest.cleaning.word_lists import DUTCH_QUESTION_WORDS, ENGLISH_QUESTION_WORDS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

DEFAULT_LANGUAGE = "en"
_LANGUAGES = frozenset(
    {"nl", "en", "de", "fr", "es", "it", "pt", "ca", "ro", "da", "sv", "no", "fi", "is", "et", "lv", "lt", "pl", "cs"}
    | {"sk", "sl", "hr", "sr", "hu", "bg", "mk", "uk", "ru", "be", "el", "tr", "sq", "la", "he", "ar", "fa", "hi", "zh"}
    | {"ja", "ko", "vi", "id"}
)
_SAMPLES = 5
_SAMPLE_CHARACTERS = 4000
_MIN_CERTAINTY = 0.9
_MIN_LETTERS = 60
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A language (ISO 639-1) and whether the text was long and plain enough to trust it."""

    language: str
    trusted: bool


def detect_language(text: str) -> str:
    """Return the language of a text as ISO 639-1; a text without letters counts as English."""
    return guess_language(text).language


def guess_language(text: str) -> LanguageGuess:
    """Judge a text by samples from its whole length."""
    sample = _sample(text)
    letters = sum(len(word) for word in _LETTERS.findall(sample))
    if letters == 0:
        return LanguageGuess(DEFAULT_LANGUAGE, trusted=False)
    language, certainty = _identifier().classify(sample)
    return LanguageGuess(language, trusted=certainty >= _MIN_CERTAINTY and letters >= _MIN_LETTERS)


def detect_question_language(text: str) -> str:
    """Return "nl" or "en" for a question, however short; names say little, small words say most."""
    words = [word.lower() for word in _LETTERS.findall(text)]
    # the first word of a question is the surest: "What was the Partij van de Arbeid?"
    weighed = [*words, *words[:1], *words[:1]]
    dutch, english = (
        sum(word in marks for word in weighed) for marks in (DUTCH_QUESTION_WORDS, ENGLISH_QUESTION_WORDS)
    )
    if dutch == english:
        return "nl" if words and _leans_to_dutch(text, words) else DEFAULT_LANGUAGE
    return "nl" if dutch > english else "en"


def _leans_to_dutch(text: str, words: Sequence[str]) -> bool:
    """Weigh how common each word is in both languages, and a little the letters of the whole."""
    lean = sum(max(-3.0, min(3.0, commonness_in("nl", word) - commonness_in("en", word))) for word in words)
    likelihood = dict(_identifier().rank(text))
    return lean + 0.3 * log((likelihood["nl"] + 1e-6) / (likelihood["en"] + 1e-6)) > 0


def _sample(text: str) -> str:
    if len(text) <= _SAMPLES * _SAMPLE_CHARACTERS:
        return text
    step = (len(text) - _SAMPLE_CHARACTERS) // (_SAMPLES - 1)
    return "\n".join(text[start : start + _SAMPLE_CHARACTERS] for start in range(0, step * _SAMPLES, step))


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    # its own instance: py3langid.set_languages would change the choice of the whole process
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES & set(identifier.labels))
    return identifier
