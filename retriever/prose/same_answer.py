"""Does a sentence give the answers that its evidence gives, when a reader asks the evidence?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Span
from ingest.words.keywords import is_stop_word
from retriever.evidence_model.types import PassageText, SpanReader
from retriever.words.names import find_names, name_occurs
from retriever.words.patterns import WORD
from retriever.words.quantities import Quantity, evidence_states, find_quantities
from retriever.words.telling_words import telling_stems

_ASKED_FOR_NAME = {"nl": ("wie of wat", "waar"), "en": ("who or what", "where")}
_ASKED_FOR_QUANTITY = {"nl": ("wanneer", "hoeveel"), "en": ("when", "how many")}

MIN_SHARED = 0.3
"""Of the telling words in the evidence's answer a sentence must have this share."""


def answers_as_evidence_does(
    question: str, sentence: str, texts: Sequence[str], language: str, reader: SpanReader
) -> bool:
    """Tell whether a sentence has the words with which a reader answers the question from the evidence.

    "Who curtailed the reforms?" "Malenkov did": every word of that is in the evidence, but a reader who is asked finds
    another name there. To compare the answers of sentence and source is the idea of QAGS (Wang et al. 2020,
    https://aclanthology.org/2020.acl-main.450) and Q² (Honovich et al. 2021); here the question is the user's.

    Args:
        question: The question, one that yes or no does not answer.
        sentence: What was written, in the language of the evidence.
        texts: The evidence.
        language: The language of both.
        reader: The reader.
    """
    evidence = " ".join(texts)
    found = _ask(question, evidence, reader)
    answer = evidence[found.start : found.end]
    written = find_quantities(sentence)
    if any(evidence_states(one, asked) for asked in find_quantities(answer) for one in written):
        return True
    telling, known = list(telling_stems(answer, language)), set(telling_stems(sentence, language))
    return not telling or sum(word in known for word in telling) >= MIN_SHARED * len(telling)


@dataclass(frozen=True, slots=True)
class _Detail:
    """A name or a quantity of a sentence, and where in the sentence it is; `quantity` is None for a name."""

    place: Span
    text: str
    quantity: Quantity | None = None


def gives_details_where_evidence_does(sentence: str, texts: Sequence[str], language: str, reader: SpanReader) -> bool:
    """Tell whether each name, date and number of a sentence does in it what it does in the evidence.

    "In April 1955 Rákosi had to go", held against "Nagy was removed in April 1955 by Rákosi, who had had to go two
    years earlier": every name and date is there. So each is taken out in turn, "In April 1955 who or what had to go?",
    and a reader who is asked that must find it in the evidence again. To hold what was written against its source by
    asking for one masked name after another is the idea of SummaQA (Scialom et al. 2019,
    https://aclanthology.org/D19-1320).

    Args:
        sentence: What was written, in the language of the evidence.
        texts: The evidence.
        language: The language of both; in one without words to ask with, nothing is asked.
        reader: The reader.
    """
    evidence = " ".join(texts)
    return all(
        any(_gives(detail, evidence, _ask(question, evidence, reader)) for question in questions)
        for detail in _details(sentence, language)
        if (questions := _questions(sentence, detail, language))
    )


def _details(sentence: str, language: str) -> Iterator[_Detail]:
    for quantity in find_quantities(sentence):
        place = Span(quantity.start, quantity.end)
        yield _Detail(place, sentence[place.start : place.end], quantity)
    for place in _name_places(sentence, language):
        yield _Detail(place, sentence[place.start : place.end])


def _name_places(text: str, language: str) -> list[Span]:
    """Return where the names in a text are, in reading order; a given name and its surname are one."""
    places: list[Span] = []
    behind = 0
    for name in find_names(text, language):
        start = text.index(name, behind)
        behind = start + len(name)
        beside = bool(places) and text[places[-1].end : start] == " "
        places.append(Span(places.pop().start if beside else start, behind))
    return places


def _questions(sentence: str, detail: _Detail, language: str) -> list[str]:
    """Ask for a detail of a sentence in its place: for a name as somebody or something and as a place."""
    asked_for = _ASKED_FOR_QUANTITY if detail.quantity else _ASKED_FOR_NAME
    before, after = sentence[: detail.place.start], sentence[detail.place.end :].rstrip(" .!?…")
    return [f"{before}{words}{after}?" for words in asked_for.get(language, ())]


def _gives(detail: _Detail, evidence: str, found: Span) -> bool:
    answer = evidence[found.start : found.end]
    if all(is_stop_word(word) for word in WORD.findall(answer)):
        return True  # "he" may be anybody
    if detail.quantity is None:
        return any(name_occurs(name, answer) for name in detail.text.split())
    return any(
        evidence_states(one, detail.quantity) and one.start < found.end and found.start < one.end
        for one in find_quantities(evidence)
    )


def _ask(question: str, evidence: str, reader: SpanReader) -> Span:
    """Return the place in the evidence with which a reader answers a question."""
    (reading,) = reader.find_spans(question, [PassageText(evidence, (Span(0, len(evidence)),))])
    return reading.spans[0].span
