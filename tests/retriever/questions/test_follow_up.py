from threading import Event

import pytest

from ingest.errors import InvalidQuestionError, LanguageModelError
from retriever.language_model.limits import Patience
from retriever.language_model.types import Writing
from retriever.questions.conversation import resolve_follow_up
from retriever.questions.follow_up import MAX_CHARACTERS, rewrite_follow_up
from tests.fakes import ScriptedLanguageModel

FERRY = "Wanneer stopte het veer naar Marken?"
FOLLOW_UP = "En hoeveel gezinnen leefden ervan?"
REWRITTEN = "En hoeveel gezinnen leefden van het veer naar Marken?"


def rewrite(reply, asked=FOLLOW_UP, history=(FERRY,)):
    return rewrite_follow_up(asked, history, model=ScriptedLanguageModel([reply]))


def test_a_follow_up_is_put_in_the_words_of_the_model():
    question = rewrite(f"{REWRITTEN}\n")
    assert (question.asked, question.resolved, question.language) == (FOLLOW_UP, REWRITTEN, "nl")
    assert question.history == (FERRY,)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Veertig gezinnen.",
        FERRY,  # the follow-up is lost
        f"{FERRY} {FOLLOW_UP}",
        f"{FERRY}\n{FOLLOW_UP}",
        "How many families lived by the ferry to Marken, and hoeveel gezinnen leefden?",
        "Hoeveel gezinnen leefden van het veer van schipper Bakker naar Marken?",
        "Hoeveel gezinnen leefden in 1957 van het veer naar Marken?",
        "Hoeveel gezinnen leefden van het veer naar Marken" + " en zo" * MAX_CHARACTERS + "?",
        [LanguageModelError("It broke off.")],
    ],
    ids=["nothing", "answer", "first", "both", "lines", "language", "name", "year", "long", "failed"],
)
def test_what_the_model_makes_of_it_is_not_used_when_it_is_another_thing(reply):
    assert rewrite(reply) == resolve_follow_up(FOLLOW_UP, (FERRY,))


@pytest.mark.parametrize(("asked", "history"), [(FERRY, ("Hoe heette de schipper van 1957?",)), (FOLLOW_UP, ())])
def test_a_question_that_stands_by_itself_is_not_shown_to_the_model(asked, history):
    model = ScriptedLanguageModel([])
    assert rewrite_follow_up(asked, history, model=model).resolved == asked
    assert model.asked == []


def test_a_model_that_is_slow_is_not_waited_for():
    class Slow(ScriptedLanguageModel):
        def write(self, messages, *, max_tokens):
            def pieces():
                Event().wait(1)
                yield REWRITTEN

            return Writing(pieces())

    question = rewrite_follow_up(FOLLOW_UP, (FERRY,), model=Slow([]), patience=Patience(0.01, 0.01, 0.02))
    assert question == resolve_follow_up(FOLLOW_UP, (FERRY,))


def test_an_empty_question_is_refused_before_the_model_is_asked():
    with pytest.raises(InvalidQuestionError):
        rewrite("", asked=" ")
