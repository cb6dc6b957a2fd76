import pytest

from ingest.types import Passage, Sentence
from retriever.reading.quoting import (
    MAX_LISTED,
    MAX_PLACES,
    near,
    points_back,
    possible_places,
    quoted_answers,
    short_answer,
)
from retriever.types import Question, Reading


def reading(score, text="The mill burned.", *, start=0, document="mill", answer=None):
    passage = Passage(f"{document}-p", document, 0, 900, "", "", "en")
    return Reading(Sentence(document, passage.id, start, start + len(text), text), passage, score, answer_text=answer)


def quoted(readings, question="Who owned the mill?"):
    return list(quoted_answers(Question(question, question, "en"), readings).values())


def test_one_sentence_is_quoted_when_one_says_it():
    best, second = reading(0.9), reading(0.89, start=40)
    assert quoted([best, second]) == [best]


@pytest.mark.parametrize(("score", "is_quoted"), [(0.82, True), (0.81, False)], ids=["near", "far"])
def test_each_document_that_has_it_is_quoted_once(score, is_quoted):
    # Odds of 0.9 are 9, so 4.5 is needed: 0.82 has 4.56 and 0.81 has 4.26.
    best, other = reading(0.9), reading(score, document="fire")
    again = reading(0.8, document="fire", start=40)
    assert quoted([best, other, again]) == ([best, other] if is_quoted else [best])


def test_a_certain_sentence_does_not_divide_by_zero():
    best = reading(1.0)
    assert quoted([best, reading(0.9, document="fire")]) == [best]
    assert near(1.0) < 1.0


@pytest.mark.parametrize(
    "question", ["Wat waren de eisen van de stakers?", "Noem de bakkers", "Welke schepen vergingen?", "List the mills"]
)
def test_a_question_for_a_list_gets_several_sentences_of_one_document(question):
    readings = [reading(0.9, start=40 * number) for number in range(5)]
    assert quoted(readings, question) == readings[:MAX_LISTED]


def test_the_other_side_of_a_disagreement_needs_a_tenth_of_the_odds():
    assert near(0.9) == pytest.approx(0.9 / 1.9)


def test_for_a_list_each_document_goes_before_a_second_sentence_of_the_same():
    mill, again, fire = reading(0.95), reading(0.94, start=40), reading(0.93, document="fire")
    third = reading(0.935, start=80)
    assert quoted([mill, again, third, fire], "List the mills") == [mill, again, fire]


def test_a_sentence_that_points_back_brings_the_one_before_it_where_a_name_stands():
    named = reading(0.1, "Jan Bakker bought the mill in 1950.", start=0)
    best = reading(0.9, "He sold it three years later.", start=36, answer="three years later")
    (both,) = quoted([best, named])
    assert both.sentence.search_text == "Jan Bakker bought the mill in 1950. He sold it three years later."
    assert (both.sentence.start, both.sentence.end, both.score) == (0, best.sentence.end, 0.9)
    assert both.answer_text == "three years later"


@pytest.mark.parametrize(
    ("before", "text"),
    [("It rained.", "He sold it."), ("Jan Bakker bought the mill.", "Wolf sold it.")],
    ids=["no name before", "points nowhere"],
)
def test_the_sentence_before_stays_out_when_it_would_not_help(before, text):
    best = reading(0.9, text, start=40)
    assert quoted([best, reading(0.1, before)]) == [best]


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("He left in May.", True),
        ("However, the mill stood.", True),
        ("But then they left.", True),
        ("Dit gebeurde in mei.", True),
        ("“Zij gingen weg.”", True),
        ("Maar daarna zweeg hij.", True),
        ("The mill burned.", False),
        ("Heineken left.", False),
        ("And Jansen left.", False),
        ("Ditmar ging weg.", False),
    ],
)
def test_a_pronoun_or_a_connective_at_the_beginning_points_back(sentence, back):
    assert points_back(sentence) is back


def in_document(scores, kind="paragraph"):
    """Return sentences in reading order, three to a paragraph, of one passage."""
    texts = [f"Sentence {number}." for number in range(len(scores))]
    passage = Passage("p", "mill", 0, 999, " ".join(texts), "", "en")
    starts = [len(" ".join(texts[:number])) + bool(number) for number in range(len(texts))]
    return [
        Reading(Sentence("mill", "p", start, start + len(text), text, kind, number // 3), passage, score)
        for number, (text, start, score) in enumerate(zip(texts, starts, scores, strict=True))
    ]


def offered(readings):
    best_first = sorted(readings, key=lambda one: -one.score)
    return [place.sentence.search_text for place in possible_places(best_first).values()]


def test_the_likeliest_places_are_offered_where_the_texts_may_say_it():
    assert len(offered(in_document([0.5, 0.01, 0.01, 0.4, 0.01, 0.01, 0.3, 0.01, 0.01, 0.2]))) == MAX_PLACES


def test_a_place_is_the_sentence_with_those_beside_it_in_its_paragraph():
    readings = in_document([0.01, 0.5, 0.01, 0.01])
    (place,) = possible_places(sorted(readings, key=lambda one: -one.score)).values()
    assert place.sentence.search_text == "Sentence 0. Sentence 1. Sentence 2."
    assert place.passage.text[place.sentence.start : place.sentence.end] == place.sentence.search_text
    assert place.score == 0.5


def test_no_sentence_is_in_two_places():
    assert offered(in_document([0.5, 0.01, 0.4, 0.01])) == ["Sentence 0. Sentence 1.", "Sentence 2."]
    assert offered(in_document([0.5, 0.4, 0.01])) == ["Sentence 0. Sentence 1."]


def test_what_stands_beside_an_entry_of_a_list_is_another_entry():
    assert offered(in_document([0.01, 0.5, 0.01], kind="item")) == ["Sentence 1."]


def test_a_sentence_that_was_left_out_is_not_quoted_over():
    first, _, third = in_document([0.5, 0.4, 0.01])
    assert offered([first, third]) == ["Sentence 0."]


def test_a_place_that_does_not_come_near_the_likeliest_is_not_offered():
    # Odds of 0.5 are 1, so 0.02 is needed: 0.02 has 0.0204 and 0.019 has 0.0194.
    assert len(offered(in_document([0.5, 0.001, 0.001, 0.02]))) == 2
    assert len(offered(in_document([0.5, 0.001, 0.001, 0.019]))) == 1


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who owned the mill?", "Jan Bakker", "Jan Bakker"),
        ("Did Jan Bakker own the mill?", "Jan Bakker", None),
        ("Who owned the mill?", "Jan Bakker owned the mill until", None),
        ("Who owned the mill?", None, None),
    ],
    ids=["open", "yes or no", "most of the sentence", "unknown"],
)
def test_the_short_answer_is_a_part_of_the_best_sentence(question, answer, expected):
    best = reading(0.9, "Jan Bakker owned the mill until 1953.", answer=answer)
    assert short_answer(Question(question, question, "en"), [reading(0.2, start=90), best]) == expected
