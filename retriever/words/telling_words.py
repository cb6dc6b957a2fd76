"""The words of a text that are no stop words, however they are inflected."""

import re
from collections.abc import Iterator

from ingest.keywords import fold, is_stop_word, stem

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def telling_stems(text: str, language: str) -> Iterator[str]:
    """Yield the stem of each word that is no stop word, in reading order."""
    return (stem(fold(word), language) for word in _WORD.findall(text) if not is_stop_word(word))
