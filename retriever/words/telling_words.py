"""The words of a text that are no stop words, however they are inflected."""

from collections.abc import Iterator

from ingest.words.keywords import fold, is_stop_word, stem
from retriever.words.patterns import WORD


def telling_stems(text: str, language: str) -> Iterator[str]:
    """Yield the stem of each word that is no stop word, in reading order."""
    return (stem(fold(word), language) for word in WORD.findall(text) if not is_stop_word(word))
