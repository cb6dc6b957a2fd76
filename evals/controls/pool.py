"""What wrong answers are made of: the texts, their sentences and names, and right answers in other words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evals.controls.corrupted_words import names_of
from evals.types import Case, GivenCitation, GivenClaim, Place
from ingest.catalogue import Catalogue
from ingest.types import Span

MIN_WORDS = 6
"""Shorter sentences, such as headings, are not planted as claims or as evidence."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The stock that corruptions draw from.

    `texts`: by file name. `sentences`: each sentence of the texts as a claim that quotes it. `names`: the proper names
    in them. `cases`: cases with a right answer in other words than the text's.
    """

    texts: Mapping[str, str]
    sentences: tuple[GivenClaim, ...]
    names: tuple[str, ...]
    cases: tuple[Case, ...]

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue, texts: Mapping[str, str], cases: Sequence[Case]) -> Self:
        """Take the sentences as the catalogue has them; `texts`, read without Quoth, say what stands where."""
        sentences = tuple(sorted(_quotations(catalogue, texts), key=_position))
        names = names_of([sentence.text for sentence in sentences])
        return cls(texts, sentences, names, tuple(case for case in cases if case.claim))

    def standing(self, place: Place) -> str:
        """Return the words that stand at a place."""
        return self.texts[place.file][place.span.start : place.span.end]

    def planted(self) -> list[GivenClaim]:
        """Return the sentences that are long enough to be planted."""
        return [sentence for sentence in self.sentences if len(sentence.text.split()) >= MIN_WORDS]


def _quotations(catalogue: Catalogue, texts: Mapping[str, str]) -> Iterator[GivenClaim]:
    for summary in catalogue.documents():
        file = Path(summary.path).name
        for sentence in catalogue.split_document(summary.id).sentences:
            standing = texts[file][sentence.start : sentence.end]
            citation = GivenCitation(Place(file, Span(sentence.start, sentence.end)), standing, standing, standing)
            yield GivenClaim(sentence.search_text, "quotation", (citation,), 1.0)


def _position(sentence: GivenClaim) -> tuple[str, int]:
    place = sentence.citations[0].place
    return place.file, place.span.start
