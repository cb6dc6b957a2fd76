"""Read what a language model writes: its sentences as they arrive, and the evidence numbers in each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.cleaning.search_view import search_view
from ingest.splitting.sentences import sentence_spans

_NUMBERS = r"\[\s*\d+(?:\s*[,;]\s*\d+)*\s*\]"
_MARKER = re.compile(_NUMBERS)
_QUOTE = re.compile(r"\{\{\s*quote\s*:\s*(\d+)\s*\}\}", re.IGNORECASE)
_NAMED = re.compile(rf"{_NUMBERS}|{_QUOTE.pattern}", re.IGNORECASE)
_INFERENCE_MARK = r"\(\s*(?:inference|gevolgtrekking|conclusie|conclusion)\s*\)"
_INFERENCE = re.compile(rf"^\s*{_INFERENCE_MARK}\s*:?\s*", re.IGNORECASE)
_INNER_INFERENCE = re.compile(rf"(?<=\S)\s+(?={_INFERENCE_MARK})", re.IGNORECASE)
_YES_OR_NO = re.compile(r"^\W*(?:yes|no|ja|nee)\s*[,.;:!–—-]\s*", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)")
# "… in 1957. [1] Veertig": the number belongs to the sentence before it.
_LATE_MARKERS = re.compile(rf"([.!?]+)\s*((?:{_NUMBERS}\s*)+)")
_OPEN = re.compile(r"[\[{][^\]}]*$")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence of the model: `text` without evidence numbers and with `{{quote:n}}` where a quotation is to come.

    `numbers` holds the evidence that it names, quotations included, in the order of their first mention.
    """

    text: str
    numbers: tuple[int, ...]
    is_inference: bool = False

    @property
    def quoted(self) -> tuple[int, ...]:
        """The numbers of the evidence to be quoted, in order."""
        return tuple(map(int, _QUOTE.findall(self.text)))

    def with_quotes(self, words: dict[int, str]) -> str:
        """Return the text with the words of the evidence, in quotation marks, in their places."""
        return _QUOTE.sub(lambda match: f"“{words[int(match[1])]}”", self.text)


class SentenceCutter:
    """Puts pieces of text together to sentences."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._waiting = ""

    def read(self, piece: str) -> list[WrittenSentence]:
        """Return the sentences that are complete with this piece: the next one has begun."""
        *whole, self._waiting = _cut(self._waiting + piece, self._language)
        return [read_sentence(sentence) for sentence in whole]

    def rest(self) -> list[WrittenSentence]:
        """Return what is left when there are no more pieces."""
        return [read_sentence(sentence) for sentence in _cut(self._waiting, self._language) if sentence.strip()]


def read_sentences(pieces: Iterable[str], language: str) -> Iterator[WrittenSentence]:
    """Yield each sentence as soon as it is complete."""
    reader = SentenceCutter(language)
    for piece in pieces:
        yield from reader.read(piece)
    yield from reader.rest()


def read_sentence(sentence: str) -> WrittenSentence:
    """Take the numbers out of a sentence, and a yes or no that no check looks at; tell whether it is an inference."""
    sentence = _BULLET.sub("", sentence.strip())
    plain, marks = _INFERENCE.subn("", sentence)
    named = (re.findall(r"\d+", match.group()) for match in _NAMED.finditer(plain))
    numbers = dict.fromkeys(int(digits) for found in named for digits in found)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(_MARKER.sub(" ", plain).split()))
    text, answered = _YES_OR_NO.subn("", text)
    text = text[:1].upper() + text[1:] if answered else text
    return WrittenSentence(text, tuple(numbers), is_inference=bool(marks))


def _cut(text: str, language: str) -> list[str]:
    """Cut text into sentences, of which the last one may not be complete; never an empty list."""
    *lines, last = _INNER_INFERENCE.sub("\n", text).split("\n")
    sentences = [sentence for line in lines if line.strip() for sentence in _cut_line(line, language)]
    return [*sentences, *_cut_line(last, language)]


def _cut_line(line: str, language: str) -> list[str]:
    if _OPEN.search(line):  # a marker on its way
        return [line]
    ordered = _LATE_MARKERS.sub(_before_stop, line)
    starts = [span.start for span in sentence_spans(search_view(ordered, language), language)]
    # The blank behind the last sentence stays: what comes next may be its next word.
    return [ordered[start:end] for start, end in pairwise([*starts, len(ordered)])] or [line]


def _before_stop(match: re.Match[str]) -> str:
    stop, markers = match[1], match[2]
    return f" {markers.strip()}{stop}{' ' if markers[-1].isspace() else ''}"
