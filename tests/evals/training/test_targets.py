import pytest

from evals.training.examples import ClaimExample, ReadingExample
from evals.training.records import AnswerSpan
from evals.training.targets import IGNORED, lessons, target_tokens
from tests.evals.training.tiny_training import context_of, some_random, word_tokenizer

QUESTION = "where did Anna live ?"
PASSAGE = context_of("Anna", "Utrecht", 1900)
LONG = "the town was small . " * 10 + PASSAGE


def example(*, answers=(), relevant=True, has_spans=True, passage=PASSAGE):
    return ReadingExample("1", "squad2", QUESTION, passage, answers, relevant, has_spans, "en>en")


def answer_in(passage, text="Utrecht"):
    return AnswerSpan(text, passage.index(text))


def test_a_target_points_at_the_answer():
    (window,) = word_tokenizer().reading_windows(QUESTION, PASSAGE)
    answer = answer_in(PASSAGE, "old city of Utrecht")
    target = target_tokens(window, answer.start, answer.end)
    begin, end = window.offsets[target.first - window.first][0], window.offsets[target.last - window.first][1]
    assert PASSAGE[begin:end] == answer.text


def test_a_window_that_cuts_the_answer_is_not_taught():
    window = word_tokenizer(max_tokens=24).reading_windows(QUESTION, LONG)[0]
    last = window.offsets[-1]
    assert target_tokens(window, last[0], last[1] + 1) is None


def test_a_window_without_the_answer_says_not_here():
    answered = example(answers=(answer_in(LONG),), passage=LONG)
    tokenizer, random = word_tokenizer(max_tokens=24), some_random()
    found = [lesson for _ in range(40) for lesson in lessons(answered, tokenizer, random=random)]
    assert {(lesson.start == 0, lesson.relevant) for lesson in found} == {(True, 0), (False, 1)}


def test_no_answer_is_the_first_token():
    (lesson,) = lessons(example(relevant=False), word_tokenizer(), random=some_random())
    assert (lesson.start, lesson.end, lesson.relevant, lesson.label) == (0, 0, 0, IGNORED)


def test_a_heading_teaches_relevance_alone():
    (lesson,) = lessons(example(has_spans=False), word_tokenizer(), random=some_random())
    assert (lesson.start, lesson.end, lesson.relevant) == (IGNORED, IGNORED, 1)


@pytest.mark.parametrize(("label", "number"), [("supported", 0), ("refuted", 1), ("not_enough", 2)])
def test_a_claim_carries_its_label(label, number):
    claim = ClaimExample("1", "wice", PASSAGE, "Anna was small .", label, "en>en")
    (lesson,) = lessons(claim, word_tokenizer(), random=some_random())
    assert (lesson.start, lesson.relevant, lesson.label) == (IGNORED, IGNORED, number)
