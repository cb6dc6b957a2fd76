"""How common a word is, from the word-frequency list and from the text itself."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log10

WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_COMPOUND = re.compile(r"(?=\b([^\W\d_]+-[^\W\d_]+)\b)")


@dataclass(frozen=True, slots=True)
class TextVocabulary:
    """The words and hyphenated compounds that stand whole inside the lines of one text, with their counts."""

    words: Mapping[str, int]
    compounds: Mapping[str, int]
    first_parts: Mapping[str, int]

    @classmethod
    def from_text(cls, text: str, *, doubtful: Iterable[str] = ()) -> "TextVocabulary":
        """Count the words of `text`, leaving out the doubtful ones (the halves that stand at line ends)."""
        words = Counter(normalised(word) for word in WORD.findall(text))
        words.subtract(normalised(word) for word in doubtful)
        compounds = Counter(match[1].lower() for match in _COMPOUND.finditer(text))
        first_parts: Counter[str] = Counter()
        for compound, count in compounds.items():
            first_parts[compound.partition("-")[0]] += count
        return cls(words=words, compounds=compounds, first_parts=first_parts)


@dataclass(frozen=True, slots=True)
class WordJudge:
    """Says how common words are; `languages` come in order of weight."""

    vocabulary: TextVocabulary
    languages: tuple[str, ...]

    def commonness(self, word: str) -> float:
        """Return the Zipf frequency of a word (0 unknown, 3 once in a million words, 7 the commonest)."""
        word = normalised(word)
        listed = max(commonness_in(language, word) for language in self.languages)
        count = self.vocabulary.words.get(word, 0)
        return max(listed, 3 + log10(count)) if count > 0 else listed

    def preference(self, left: str, right: str) -> float:
        """Return by how many powers of ten `left + right` is likelier as one word than as two independent ones.

        Only the language of the text counts: "na te" is two Dutch words, though "nate" is an English one.
        """
        return self._preference(left, right, self.languages[0])

    def preference_in_any(self, left: str, right: str) -> float:
        """Return the same, in the language where it is highest."""
        return max(self._preference(left, right, language) for language in self.languages)

    def _preference(self, left: str, right: str, language: str) -> float:
        judge = WordJudge(self.vocabulary, (language,))
        joined, first, second = (judge.commonness(word) for word in (left + right, left, right))
        return joined - first - second + 9 if joined else -9.0


@lru_cache(maxsize=20_000)
def normalised(word: str) -> str:
    """Return the form under which a word is counted."""
    return unicodedata.normalize("NFKC", word).lower()


@lru_cache(maxsize=20_000)
def commonness_in(language: str, word: str) -> float:
    """Return the Zipf frequency of a lower-case word in the list of one language, 0 for an unknown word."""
    frequency = _frequencies(language).get(word, 0.0)
    return log10(frequency) + 9 if frequency > 0 else 0.0


@lru_cache(maxsize=6)
def _frequencies(language: str) -> Mapping[str, float]:
    # wordfreq takes a third of a second to import, and texts without broken words never need it
    from wordfreq import available_languages, get_frequency_dict

    return get_frequency_dict(language, wordlist="best") if language in available_languages("best") else {}
