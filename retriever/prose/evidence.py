"""The numbered sentences that a language model may write from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import DocumentSummary
from retriever.drafting import cite
from retriever.types import Citation, Reading

EVIDENCE_CHARACTERS = 900
"""About 220 tokens: a small model on two cores reads 30 to 80 tokens a second, and errs less over less."""

SCORE_SHARE = 0.5
"""A sentence beside the kept ones needs this share of the reader's threshold."""


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence of the texts under the number by which the model names it; `answers`: the answer is made of it."""

    number: int
    reading: Reading
    citation: Citation
    answers: bool

    @property
    def text(self) -> str:
        """The sentence as it is searched: broken words joined, on one line."""
        return self.reading.sentence.search_text


def number_sentences(
    kept: Sequence[Reading],
    readings: Iterable[Reading],
    documents: Mapping[str, DocumentSummary],
    *,
    threshold: float,
    max_characters: int = EVIDENCE_CHARACTERS,
) -> list[NumberedSentence]:
    """Number the sentences that answer and the next best ones, as far as they fit; those of a document together.

    Args:
        kept: The sentences of the extractive answer; they come in whatever their length.
        readings: Everything that was read, best first.
        documents: The documents by id.
        threshold: The reader's score below which a sentence is no answer.
        max_characters: How much is taken beyond the kept sentences, all together.
    """
    answering = set(kept)
    chosen = list(dict.fromkeys(kept))
    length = sum(len(reading.sentence.search_text) for reading in chosen)
    for reading in readings:
        if reading.score < SCORE_SHARE * threshold:
            break
        length += len(reading.sentence.search_text)
        if length > max_characters:
            break
        if reading not in chosen and reading.sentence.document_id in documents:
            chosen.append(reading)
    places = {reading.sentence.document_id: place for place, reading in reversed(list(enumerate(chosen)))}
    in_order = sorted(chosen, key=lambda one: (places[one.sentence.document_id], one.sentence.start))
    return [
        NumberedSentence(
            number,
            reading,
            cite(reading, documents[reading.sentence.document_id]),
            reading in answering,
        )
        for number, reading in enumerate(in_order, start=1)
    ]
