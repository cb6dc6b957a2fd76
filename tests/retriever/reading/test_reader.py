import pytest

from ingest.types import DocumentSummary, Passage, Sentence, Span
from retriever.reading.reader import SENTENCES_LISTED, SENTENCES_QUOTED, keep_answers, number_evidence
from retriever.types import Reading

THRESHOLD = 0.6
DOCUMENTS = {
    id: DocumentSummary(id, title, f"{id}.txt", "text/plain; charset=utf-8", "en", "", 200, 2)
    for id, title in (("mill", "The mill"), ("fire", "The fire"))
}


def reading(score, *, document="mill", passage="p1", start=0):
    words = f"Sentence {start}."
    sentence = Sentence(document, passage, start, start + len(words), words)
    return Reading(sentence, Passage(passage, document, 0, 200, words, words, "en"), score)


def kept(scores, question="Who owned the mill?"):
    readings = [reading(score, start=number * 20) for number, score in enumerate(scores)]
    return [one.score for one in keep_answers(question, readings, threshold=THRESHOLD)]


@pytest.mark.parametrize(("score", "expected"), [(0.6, [0.6]), (0.599, [])], ids=["at", "below"])
def test_an_answer_is_kept_from_the_threshold_on(score, expected):
    assert kept([score]) == expected


def test_no_readings_give_no_answers():
    assert kept([]) == []


@pytest.mark.parametrize(("second", "expected"), [(0.82, [0.9, 0.82]), (0.81, [0.9])], ids=["near", "far"])
def test_a_second_sentence_is_kept_when_its_odds_are_half_of_the_best(second, expected):
    # Odds of 0.9 are 9, so 4.5 is needed: 0.82 has 4.56 and 0.81 has 4.26.
    assert kept([0.9, second]) == expected


@pytest.mark.parametrize(("second", "expected"), [(0.6, [0.65, 0.6]), (0.59, [0.65])], ids=["at", "below"])
def test_near_the_best_is_not_enough_below_the_threshold(second, expected):
    assert kept([0.65, second]) == expected


def test_a_certain_sentence_does_not_divide_by_zero():
    assert kept([1.0, 0.9]) == [1.0]


def test_the_best_of_each_document_goes_before_a_second_one_of_the_same():
    mill, again, fire = reading(0.95), reading(0.93, start=20), reading(0.92, document="fire", passage="p2")
    assert keep_answers("Who owned the mill?", [mill, again, fire], threshold=THRESHOLD) == [mill, fire]
    assert keep_answers("List the mills", [mill, again, fire], threshold=THRESHOLD) == [mill, again, fire]


@pytest.mark.parametrize(
    "question", ["Wat waren de eisen van de stakers?", "Noem de bakkers", "Welke schepen vergingen?", "List the mills"]
)
def test_a_question_for_a_list_gets_more_sentences(question):
    assert kept([0.9] * 5, question) == [0.9] * SENTENCES_LISTED


@pytest.mark.parametrize("question", ["Wie was de molenaar?", "Who owned the mill?", "Wat zei de luisteraar?"])
def test_another_question_gets_fewer_sentences(question):
    assert kept([0.9] * 5, question) == [0.9] * SENTENCES_QUOTED


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
