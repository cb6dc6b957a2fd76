from itertools import count

import pytest

from evals.remembering import RememberingLanguageModel
from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.language_model.types import PromptMessage
from tests.fakes import ScriptedLanguageModel

ASKED = [PromptMessage("user", "What did bread cost?")]


def asking(*replies):
    """Return a model that remembers, with a clock that goes one second further at each look, and the one behind it."""
    model = ScriptedLanguageModel(replies)
    ticks = count()
    return RememberingLanguageModel(model, clock=lambda: float(next(ticks))), model


def test_the_same_messages_get_the_same_reply_and_the_model_is_asked_once():
    remembering, model = asking("3 zloty.", "another reply")
    first = remembering.write(ASKED, max_tokens=10)
    text = "".join(first.pieces)
    again = remembering.write(ASKED, max_tokens=10)
    assert "".join(again.pieces) == text == "3 zloty."
    assert again.usage == first.usage
    assert (again.usage.tokens_in, again.usage.tokens_out) == (4, 2)
    assert len(model.asked) == 1


def test_other_messages_get_a_reply_of_their_own():
    remembering, _ = asking("one", "two")
    other = [PromptMessage("user", "What did butter cost?")]
    replies = ["".join(remembering.write(messages, max_tokens=10).pieces) for messages in (ASKED, other, ASKED)]
    assert replies == ["one", "two", "one"]


def test_each_piece_is_kept_with_the_seconds_since_the_model_was_asked():
    remembering, _ = asking(["Bread", " cost", " 3"])
    list(remembering.write(ASKED, max_tokens=10).pieces)
    assert remembering.last.pieces == ["Bread", " cost", " 3"]
    assert remembering.last.seconds == [1.0, 2.0, 3.0]
    assert remembering.last.ended


def test_an_error_comes_again_at_its_place():
    remembering, model = asking(["Bread", LanguageModelError("It broke off.")])
    for _ in range(2):
        pieces = remembering.write(ASKED, max_tokens=10).pieces
        assert next(pieces) == "Bread"
        with pytest.raises(LanguageModelError, match="It broke off"):
            next(pieces)
    assert len(model.asked) == 1


def test_a_reply_that_was_stopped_is_given_again_as_far_as_it_was_read():
    remembering, model = asking(["Bread", " cost", " 3"])
    first = remembering.write(ASKED, max_tokens=10)
    next(first.pieces)
    first.close()
    assert model.stopped == 1
    assert list(first.pieces) == []
    again = remembering.write(ASKED, max_tokens=10).pieces
    assert next(again) == "Bread"
    with pytest.raises(LanguageModelTooSlowError):
        next(again)


def test_to_check_it_and_to_close_it_reaches_the_model():
    class Held(ScriptedLanguageModel):
        closed = False

        def check(self):
            raise LanguageModelError("Its server is down.")

        def close(self):
            self.closed = True

    model = Held([])
    remembering = RememberingLanguageModel(model)
    with pytest.raises(LanguageModelError, match="Its server is down"):
        remembering.check()
    remembering.close()
    assert model.closed
