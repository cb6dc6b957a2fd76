"""The words of a text that tell something, however they are inflected."""

from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from ingest.keywords import fold, is_stop_word, stem
from ingest.types import Span
from retriever.evidence_model.word_matching import WORD


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that is no stop word: its stem, and where it is."""

    stem: str
    place: Span


def telling_words(text: str, language: str) -> list[TellingWord]:
    """Return the words that are no stop words, in reading order."""
    return [
        TellingWord(stem(fold(match.group()), language), Span(match.start(), match.end()))
        for match in WORD.finditer(text)
        if not is_stop_word(match.group())
    ]


def telling_stems(text: str, language: str) -> list[str]:
    """Return the stems of the words that are no stop words, in reading order; one that comes back comes twice."""
    return [word.stem for word in telling_words(text, language)]


def kept_words(sentence: str, text: str, language: str) -> list[tuple[Span, Span]]:
    """Return where the telling words are that a sentence has in common with a text in the same order, in either."""
    ours, theirs = telling_words(sentence, language), telling_words(text, language)
    same = LCSseq.opcodes([word.stem for word in ours], [word.stem for word in theirs])
    return [
        (ours[mine].place, theirs[its].place)
        for one in same
        if one.tag == "equal"
        for mine, its in zip(range(one.src_start, one.src_end), range(one.dest_start, one.dest_end), strict=True)
    ]
