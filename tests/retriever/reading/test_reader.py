import pytest

from ingest.types import DocumentSummary, Passage, Sentence, Span
from retriever.reading.reader import Borders, Read, number_evidence
from retriever.types import Reading

DOCUMENTS = {
    id: DocumentSummary(id, title, f"{id}.txt", "text/plain; charset=utf-8", "en", "", 200, 2)
    for id, title in (("mill", "The mill"), ("fire", "The fire"))
}


def reading(score, *, document="mill", passage="p1", start=0):
    words = f"Sentence {start}."
    sentence = Sentence(document, passage, start, start + len(words), words)
    return Reading(sentence, Passage(passage, document, 0, 200, words, words, "en"), score)


BORDERS = Borders(answered=0.7, unsure=0.3)


@pytest.mark.parametrize(
    ("score", "confidence", "band"),
    [
        (0.7, 0.9, "answered"),
        (0.699, 0.9, "unsure"),
        (0.1, 0.3, "unsure"),
        (0.1, 0.299, "refused"),
        (0.9, 0.299, "refused"),
    ],
)
def test_the_best_sentence_and_the_confidence_decide_between_three_bands(score, confidence, band):
    assert BORDERS.band(Read((reading(score), reading(0.01, start=20)), confidence)) == band


def test_without_sentences_a_question_is_refused():
    assert Borders(answered=0.0, unsure=0.0).band(Read((), 0.0)) == "refused"


def test_passages_are_numbered_in_the_order_of_their_best_sentence():
    readings = [reading(0.9, document="fire", passage="p2"), reading(0.8, passage="p1"), reading(0.7, passage="p2")]
    evidence = number_evidence(readings, DOCUMENTS)
    assert [(one.number, one.passage.id) for one in evidence] == [(1, "p2"), (2, "p1")]


def test_evidence_carries_the_title_of_its_document():
    evidence = number_evidence([reading(0.9, document="fire"), reading(0.8, passage="p2")], DOCUMENTS)
    assert [one.document_title for one in evidence] == ["The fire", "The mill"]


def test_the_spans_of_one_passage_are_in_reading_order():
    (evidence,) = number_evidence([reading(0.9, start=40), reading(0.8, start=0)], DOCUMENTS)
    assert evidence.spans == (Span(0, 11), Span(40, 52))
