"""What is read and quoted for a question, or for each of two questions in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.catalogue import Catalogue
from retriever.disagreement import Difference, find_differences, with_both_sides
from retriever.questions.question_type import type_asked_for
from retriever.reading.labels import with_labels
from retriever.reading.quoting import near, possible_places, quoted_answers
from retriever.reading.reader import Band, Read, Reader
from retriever.reading.witnesses import one_of_each_witness
from retriever.types import Hit, Question, Reading

LABELLED_FROM = 0.05
"""A sentence of a lower score is never quoted, so what it stands under is not looked up."""


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """A question as it was read: which sentences are quoted, and what they differ on.

    `complete`: nothing that was asked is left out.
    """

    read: Read
    band: Band
    quoted: tuple[Reading, ...] = ()
    differences: tuple[Difference, ...] = ()
    complete: bool = True


def read_part(question: Question, hits: Sequence[Hit], reader: Reader, catalogue: Catalogue) -> QuestionPart:
    """Read a question and choose what is quoted."""
    found = reader.read(question, hits)
    witnesses = one_of_each_witness(found.readings, catalogue, threshold=LABELLED_FROM)
    able = with_labels(question, witnesses, catalogue, threshold=LABELLED_FROM)
    read = Read(tuple(able), found.confidence)
    band = reader.borders.band(read)
    if band == "refused":
        return QuestionPart(read, band)
    kind, answered = type_asked_for(question), band == "answered"
    quotes = quoted_answers(question, read.readings) if answered else possible_places(read.readings)
    compared, threshold = (read.readings, near(read.readings[0].score)) if answered else (list(quotes), 0.0)
    differences = find_differences(kind, compared, threshold=threshold)
    shown = {one: quotes.get(one, one) for one in with_both_sides(list(quotes), differences)}
    return QuestionPart(read, band, tuple(shown.values()), tuple(_between(shown, one) for one in differences))


def _between(shown: Mapping[Reading, Reading], difference: Difference) -> Difference:
    """Tell of two sentences that differ as of what is quoted for them."""
    first, second = difference.readings
    return replace(difference, readings=(shown[first], shown[second]))


def together(parts: Sequence[QuestionPart]) -> QuestionPart:
    """Put the parts of a question together: what is answered goes before what the texts may say."""
    if len(parts) == 1:
        return parts[0]
    bands = [part.band for part in parts]
    band = next(one for one in ("answered", "unsure", "refused") if one in bands)
    shown = [part for part in parts if part.band == band]
    best: dict[object, Reading] = {}
    for reading in (one for part in parts for one in part.read.readings):
        known = best.setdefault(reading.sentence, reading)
        best[reading.sentence] = max(known, reading, key=lambda one: one.score)
    return QuestionPart(
        Read(tuple(sorted(best.values(), key=lambda one: -one.score)), max(part.read.confidence for part in shown)),
        band,
        tuple({reading.sentence: reading for part in shown for reading in part.quoted}.values()),
        tuple(difference for part in shown for difference in part.differences),
        complete=len(shown) == len(parts),
    )
