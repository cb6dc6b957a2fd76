import pytest

from ingest.errors import InvalidQuestionError
from retriever.conversation import MAX_QUESTION_CHARACTERS, resolve_follow_up


@pytest.mark.parametrize(
    "question",
    [
        "And how many were wounded?",
        "En hoeveel gewonden?",
        "Why did they do that?",
        "Waarom?",
        "Hoe zit het met de boeren?",
    ],
)
def test_a_follow_up_is_read_with_the_question_before_it(question):
    resolved = resolve_follow_up(question, ["How many people died in the mill at Zaltbommel?"])
    assert resolved.resolved == f"How many people died in the mill at Zaltbommel? {question}"
    assert resolved.asked == question


@pytest.mark.parametrize(
    "question", ["How many people lived in Vienna in 1955?", "Wanneer vertrok generaal Malinin uit Boedapest?"]
)
def test_a_question_that_stands_by_itself_is_left_alone(question):
    assert resolve_follow_up(question, ["What did the miller say?"]).resolved == question


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands():
    history = ["Who owned the mill at Zaltbommel?", "And his brother?"]
    assert resolve_follow_up("And when?", history).resolved == " ".join([*history, "And when?"])


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * (MAX_QUESTION_CHARACTERS + 1)])
def test_a_question_that_cannot_be_asked_says_so(question):
    with pytest.raises(InvalidQuestionError):
        resolve_follow_up(question)


def test_the_language_is_that_of_the_question_not_of_the_history():
    assert resolve_follow_up("En hoeveel boeren waren er?", ["How many mills were there?"]).language == "nl"
