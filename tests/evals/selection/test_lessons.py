from random import Random

import pytest

from evals.selection.lessons import as_typed, selection_lessons
from evals.selection.sentences import split_passage
from evals.training.examples import ReadingExample
from evals.training.records import AnswerSpan
from evals.training.targets import IGNORED
from tests.evals.training.tiny_training import word_tokenizer

PASSAGE = "Anna came to Utrecht. The city was small. Bram came to Delft. Anna stayed in the old city of Utrecht."


def example(*answers, passage=PASSAGE, relevant=None):
    spans = tuple(AnswerSpan(passage[start:end], start) for start, end in answers)
    known = bool(answers) if relevant is None else relevant
    return ReadingExample("1", "squad2", "where did Anna live ?", passage, spans, known, True, "en>en")


def lesson_of(one, *, max_tokens=64, seed=1):
    (lesson,) = selection_lessons(one, word_tokenizer(max_tokens=max_tokens), random=Random(seed))
    return lesson


def words_of(lesson, passage, number):
    """Return the passage's words at the tokens of one sentence."""
    tokens = [place for place, found in enumerate(lesson.inside[number]) if found]
    first, last = (lesson.pair.offsets[place - lesson.pair.first] for place in (tokens[0], tokens[-1]))
    return passage[first[0] : last[1]]


def test_the_tokens_of_each_sentence_are_known():
    lesson = lesson_of(example())
    found = [words_of(lesson, PASSAGE, number) for number in range(4)]
    assert found == [PASSAGE[span.start : span.end] for span in split_passage(PASSAGE, "en")]
    assert not lesson.inside[:, : lesson.pair.first].any()


def test_the_sentence_with_the_answer_is_right_and_one_with_the_same_words_is_unknown():
    lesson = lesson_of(example((13, 20)))
    assert (lesson.gold, lesson.ignored) == ((0,), (3,))
    start, end = (lesson.pair.offsets[place - lesson.pair.first] for place in (lesson.start, lesson.end))
    assert PASSAGE[start[0] : end[1]] == "Utrecht"


def test_every_sentence_that_an_answer_stands_in_is_right_but_has_no_span():
    lesson = lesson_of(example((13, 60)))
    assert lesson.gold == (0, 1, 2)
    assert lesson.start == lesson.end == IGNORED


def test_a_passage_without_an_answer_has_no_right_sentence():
    assert lesson_of(example()).gold == ()


def test_of_a_passage_that_is_only_known_to_answer_any_sentence_is_right():
    assert lesson_of(example(relevant=True)).gold == (0, 1, 2, 3)


@pytest.mark.parametrize("seed", range(5))
def test_a_long_passage_is_cut_around_a_sentence_that_answers(seed):
    filler = "The city was small and old. " * 30
    passage = f"{filler}Bram came to Delft. {filler}"
    start = passage.index("Delft")
    lesson = lesson_of(example((start, start + 5), passage=passage.strip()), max_tokens=48, seed=seed)
    (gold,) = lesson.gold
    assert lesson.holder == gold and lesson.inside[gold, [lesson.start, lesson.end]].all()
    assert len(lesson.pair.ids) <= 48


def test_text_in_lower_case_is_split_at_stops():
    text = "dit is een zin. nog een zin. title: kop, : de laatste zin."
    found = [text[span.start : span.end] for span in split_passage(text, "nl")]
    assert found == ["dit is een zin.", "nog een zin.", "title: kop, :", "de laatste zin."]


def test_a_question_typed_in_haste_has_no_capitals_and_no_question_mark():
    assert as_typed("Waar woont Anna?") == "waar woont anna"
