from random import Random

import pytest

from evals.training.near_misses import ANSWER_REMOVED, QUESTION_CHANGED, near_misses
from evals.training.records import AnswerSpan, ReaderRecord, Records

PASSAGE = "Anna Smit came to Delft in 1955. She lived in a small house. Later the town had 200 houses."


def record(*, question="When did Anna Smit come to Delft?", answer="1955", passage=PASSAGE, others=(), language="en"):
    answers = tuple(AnswerSpan(text, passage.index(text)) for text in (answer, *others) if text)
    return ReaderRecord("1", "squad2", "Anna", question, passage, language, language, answers)


def misses(*records, source, seed=1):
    found = near_misses(Records(reader=records), random=Random(seed))
    return [example for example in found if example.source == source]


def test_the_sentence_of_the_answer_is_taken_out():
    (example,) = misses(record(), source=ANSWER_REMOVED)
    assert example.passage == "She lived in a small house. Later the town had 200 houses."
    assert (example.question, example.answers, example.relevant) == (record().question, (), False)


@pytest.mark.parametrize(
    "passage",
    [
        PASSAGE + " The house was built in 1955.",
        "Anna came in 1955.",
        "Anna came to Delft.\nIn 1955, she left. Nobody knew why, in 1955.",
    ],
    ids=["the answer stands elsewhere too", "nothing would be left", "two sentences hold it"],
)
def test_a_passage_that_still_answers_is_left_alone(passage):
    assert not misses(record(passage=passage), source=ANSWER_REMOVED)


def test_another_wording_of_the_answer_elsewhere_counts_too():
    assert not misses(record(others=("200 houses",)), source=ANSWER_REMOVED)


def test_an_answer_over_two_sentences_is_left_alone():
    assert not misses(record(answer="1955. She"), source=ANSWER_REMOVED)


def test_a_question_without_answer_makes_no_near_miss():
    assert near_misses(Records(reader=(record(answer=""),)), random=Random(1)) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_year_moves_to_one_that_the_passage_does_not_have(seed):
    passage = PASSAGE + " In 1956 and 1957 she travelled, and in 1954 and 1953 as well."
    asked = record(question="Where did Anna live in 1955?", answer="a small house", passage=passage)
    for example in misses(asked, source=QUESTION_CHANGED, seed=seed):
        year = example.question.split()[-1].rstrip("?")
        assert year.isdigit() and year not in passage
        assert example.passage == passage and not example.answers and not example.relevant


def test_a_year_that_the_passage_lacks_is_no_hook():
    assert not misses(record(question="who lived there in 1870?"), source=QUESTION_CHANGED)


def test_a_name_is_swapped_for_one_of_as_many_words_that_the_passage_does_not_have():
    other = record(question="When did Bram Vos leave?", passage="Bram Vos left in 1955. It rained.")
    third = record(question="When did Anna Smit and Cor Bos meet?", passage=PASSAGE + " Cor Bos was there.")
    mentioned = record(passage=PASSAGE + " Cor Bos was there.")
    found = [misses(mentioned, other, third, source=QUESTION_CHANGED, seed=seed) for seed in range(20)]
    asked = {example.question for examples in found for example in examples if "come" in example.question}
    assert asked == {"When did Bram Vos come to Delft?"}


def test_names_are_swapped_in_english_only():
    dutch = record(question="Wanneer kwam Anna Smit naar Delft?", language="nl")
    other = record(question="When did Bram Vos leave?", passage="Bram Vos left in 1955. It rained.")
    assert not [found for found in misses(dutch, other, source=QUESTION_CHANGED) if "kwam" in found.question]
