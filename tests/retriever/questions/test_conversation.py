import pytest

from ingest.errors import InvalidQuestionError
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS, resolve_follow_up, split_questions


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


@pytest.mark.parametrize(
    ("asked", "earlier", "resolved"),
    [
        ("en in Polen?", "Hoeveel doden vielen er in Hongarije?", "Hoeveel doden vielen er in Polen?"),
        ("And in Szczecin?", "How many people died in Arnhem in 1950?", "How many people died in Szczecin in 1950?"),
        ("what about in 1954", "Who owned the mill in 1950?", "Who owned the mill in 1954?"),
        ("En van de bakker?", "Hoe oud was de zoon van Jan Wolf?", "Hoe oud was de zoon van de bakker?"),
        ("in polen", "What happened at Arnhem?", "What happened at polen?"),
    ],
)
def test_a_follow_up_that_names_another_place_or_time_asks_the_same_of_it(asked, earlier, resolved):
    assert resolve_follow_up(asked, [earlier]).resolved == resolved


@pytest.mark.parametrize("asked", ["And in Szczecin?", "And who led them in Szczecin?", "En met welke schepen?"])
def test_a_follow_up_with_no_such_place_before_it_is_read_behind_the_question(asked):
    assert resolve_follow_up(asked, ["Who owned the mill?"]).resolved == f"Who owned the mill? {asked}"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When was the mill built and who owned it?", ["When was the mill built", "who owned it?"]),
        ("Wie was de molenaar? Wanneer vertrok hij?", ["Wie was de molenaar", "Wanneer vertrok hij?"]),
        ("Wanneer stopte het veer, en op welke dag?", ["Wanneer stopte het veer", "op welke dag?"]),
    ],
)
def test_two_questions_in_one_are_told_apart(question, parts):
    assert split_questions(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who owned the mill and the bakery?",
        "Did he say when and why?",
        "Hoeveel mensen en dieren verdronken er?",
        "Who?",
    ],
)
def test_one_question_stays_whole(question):
    assert split_questions(question) == [question]
