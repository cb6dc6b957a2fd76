"""The words of a text that tell something, however they are inflected."""

from ingest.keywords import fold, is_stop_word, stem
from retriever.evidence_model.word_matching import WORD


def telling_stems(text: str, language: str) -> list[str]:
    """Return the stems of the words that are no stop words, in reading order; one that comes back comes twice."""
    return [stem(fold(word), language) for word in WORD.findall(text) if not is_stop_word(word)]
