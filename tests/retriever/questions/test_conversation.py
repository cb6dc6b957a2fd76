import pytest

from ingest.errors import InvalidQuestionError
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS, resolve_follow_up, split_questions
from retriever.types import Change


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
    ("asked", "earlier", "resolved"),
    [
        ("And the lock?", "When was the bridge opened by the mayor?", "When was the lock opened by the mayor?"),
        ("En de sluis?", "Wanneer werd de brug geopend?", "Wanneer werd de sluis geopend?"),
        ("And the library?", "When did the old school open?", "When did the library open?"),
        ("Hoe zit het met een taart?", "Wat kost een brood?", "Wat kost een taart?"),
        ("And Room Maple?", "How many seats does Room Rowan have?", "How many seats does Room Maple have?"),
        ("And Pietersen?", "When did Jansen arrive in Arnhem?", "When did Pietersen arrive in Arnhem?"),
        ("And for the Volvo Amazon?", "What is a tyre for the Ford Taunus?", "What is a tyre for the Volvo Amazon?"),
        ("And of the doctor?", "What is the address of the notary?", "What is the address of the doctor?"),
        ("And the telephone?", "What is the address of the notary?", "What is the telephone of the notary?"),
        ("En op 12 januari?", "Wie kwam op 17 januari 1911?", "Wie kwam op 12 januari 1911?"),
    ],
)
def test_a_follow_up_takes_the_place_of_its_like(asked, earlier, resolved):
    assert resolve_follow_up(asked, [earlier]).resolved == resolved


@pytest.mark.parametrize("asked", ["And his brother?", "And in the evening?", "En de bakkerij?", "And Smit's price?"])
def test_a_follow_up_without_a_clear_like_is_read_behind_the_question(asked):
    earlier = "Who sold the mill to Smit and the farm to Bos?"
    assert resolve_follow_up(asked, [earlier]).resolved == f"{earlier} {asked}"


def test_changes_add_up_over_a_conversation():
    history = ["How much is a tyre for the Ford?", "And a service?", "And for the Volvo?"]
    question = resolve_follow_up("And a windscreen?", history)
    assert question.resolved == "How much is a windscreen for the Volvo?"
    assert set(question.changes) == {
        Change("a tyre", "a windscreen"),
        Change("a service", "a windscreen"),
        Change("the Ford", "the Volvo"),
    }


def test_what_is_asked_about_again_is_changed_no_more():
    question = resolve_follow_up("And for the Ford?", ["How much is a tyre for the Ford?", "And for the Volvo?"])
    assert question.changes == (Change("the Volvo", "the Ford"),)


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
