"""A passage as a model reads it: its sentences, with what they stand under before them where that is elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.blocks.cells import Reworded, named_cells
from ingest.types import Sentence, Span
from retriever.evidence_model.types import FoundSpan, PassageText


@dataclass(frozen=True, slots=True)
class Found:
    """The best words for one sentence: in it (`above` is None), or in the part of its trail with that number.

    `words` count in the search text of the sentence; None where they are no words of the text.
    """

    margin: float
    words: Span | None
    above: int | None = None


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """The text, whose first ranges are the sentences and whose others are what some of them stand under.

    `above` holds for each sentence which range each part of its trail is.
    """

    text: PassageText
    sentences: tuple[Sentence, ...]
    reworded: tuple[Reworded, ...]
    above: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> "ReadPassage":
        """Put the sentences of a passage in a row, behind what they stand under and the passage does not hold."""
        reworded = tuple(named_cells(sentence) for sentence in sentences)
        stands = {span: _holds(sentences, span) for sentence in sentences for span in sentence.trail}
        labels = {
            (span, words): None
            for sentence in sentences
            for span, words in zip(sentence.trail, sentence.context, strict=True)
        }
        before = [words for span, words in labels if not stands[span]]
        text, places = "", []
        for words in [*before, *(one.text for one in reworded)]:
            text += " " if text else ""
            places.append(Span(len(text), len(text) + len(words)))
            text += words
        own, outside = places[len(before) :], iter(places)
        ranges: dict[Span, int] = {}
        for number, (span, words) in enumerate(labels, start=len(own)):
            here = stands[span]
            own.append(_label_place(span, words, sentences, places[len(before) :], text) if here else next(outside))
            ranges[span] = number
        above = tuple(tuple(ranges[span] for span in sentence.trail) for sentence in sentences)
        return cls(PassageText(text, tuple(own)), tuple(sentences), reworded, above)

    def found(self, spans: Sequence[FoundSpan]) -> list[Found]:
        """Return the best words for each sentence, given the best words in each range."""
        return [self._found(place, spans) for place in range(len(self.sentences))]

    def _found(self, place: int, spans: Sequence[FoundSpan]) -> Found:
        here, start = spans[place], self.text.sentences[place].start
        words = self.reworded[place].origin(Span(here.span.start - start, here.span.end - start))
        best = Found(here.margin, words)
        for number, one in enumerate(self.above[place]):
            if spans[one].margin > best.margin:
                best = Found(spans[one].margin, None, number)
        return best


def _holds(sentences: Sequence[Sentence], label: Span) -> bool:
    """Tell whether a label is a sentence of these, or the beginning of one."""
    return any(one.start <= label.start < one.end for one in sentences)


def _label_place(label: Span, words: str, sentences: Sequence[Sentence], places: Sequence[Span], text: str) -> Span:
    """Return where a label is that the passage holds, as a sentence or as the beginning of one."""
    holder = max(number for number, sentence in enumerate(sentences) if sentence.start <= label.start)
    place = places[holder]
    start = text.find(words, place.start, place.end)
    return Span(start, start + len(words)) if start >= 0 else place
