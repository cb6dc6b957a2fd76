import pytest

from ingest.errors import LanguageModelError, LanguageModelTooSlowError
from retriever.language_model.limits import Patience
from retriever.language_model.types import Writing
from retriever.prose.writing import MAX_SENTENCES, write_prose
from retriever.types import Question
from tests.fakes import ScriptedLanguageModel

QUESTION = Question("Wanneer stopte het veer?", "Wanneer stopte het veer?", "nl")


def write(shelf, *replies, patience=Patience()):
    """Return the claims in the order in which they were passed on, and what was written in the end."""
    model = ScriptedLanguageModel(replies)
    writing = write_prose(QUESTION, shelf.sentences, model=model, verify=shelf.verify, patience=patience)
    claims = []
    while True:
        try:
            event = next(writing)
        except StopIteration as end:
            return claims, end.value
        assert event.name == "prose"
        claims.append(event.data)


def texts(claims):
    return [claim.text for claim in claims]


def numbered(shelf, text):
    return text.format(stopped=shelf.sentence("stopte").number, people=shelf.sentence("300").number)


def test_what_stands_is_passed_on_and_what_does_not_is_told(shelf):
    reply = numbered(
        shelf, "Het veer stopte in 1957 [{stopped}]. Er voeren 500 mensen mee [{people}]. Per dag 300 [{people}]."
    )
    claims, written = write(shelf, reply)
    assert texts(claims) == ["Het veer stopte in 1957.", "Per dag 300."] == texts(written.claims)
    account = written.account
    assert (account.written, account.shown, account.fallback) == (3, 2, None)
    assert [(one.text, one.reason) for one in account.dropped] == [("Er voeren 500 mensen mee.", "not_carried")]


def test_a_claim_is_passed_on_before_the_model_has_finished(shelf):
    taken = []

    class Slow(ScriptedLanguageModel):
        def write(self, messages, *, max_tokens):
            pieces = iter([numbered(shelf, "Het veer stopte in 1957 [{stopped}]. "), "Daarna ", "niets meer."])
            return Writing(piece for piece in pieces if taken.append(piece) is None)

    writing = write_prose(QUESTION, shelf.sentences, model=Slow([]), verify=shelf.verify)
    assert next(writing).data.text == "Het veer stopte in 1957."
    writing.close()


def test_the_model_is_given_the_evidence_and_the_question(shelf):
    model = ScriptedLanguageModel(["NO ANSWER"])
    list(write_prose(QUESTION, shelf.sentences, model=model, verify=shelf.verify))
    ((_, user),) = model.asked
    assert QUESTION.resolved in user.text
    assert all(one.text in user.text for one in shelf.sentences)


@pytest.mark.parametrize(
    ("reply", "fallback"),
    [
        ("NO ANSWER", "no_answer"),
        ("No answer.", "no_answer"),
        ("", "no_answer"),
        ("Het veer stopte in 1999. In 2001 kwam er een brug.", "nothing_stood"),
        ("@@@@ ���� <|im_end|> 9999", "nothing_stood"),
    ],
)
def test_prose_that_comes_to_nothing_gives_way(shelf, reply, fallback):
    claims, written = write(shelf, reply)
    assert (claims, written.claims, written.account.fallback) == ([], (), fallback)


def test_a_model_that_breaks_off_gives_way_although_a_sentence_stood(shelf):
    pieces = [numbered(shelf, "Het veer stopte in 1957 [{stopped}]. Daarna"), LanguageModelError("It broke off.")]
    claims, written = write(shelf, pieces)
    assert len(claims) == 1
    assert (written.claims, written.account.shown) == ((), 0)
    assert (written.account.fallback, written.account.detail) == ("failed", "It broke off.")


def test_a_model_that_is_too_slow_gives_way(shelf):
    _, written = write(shelf, [LanguageModelTooSlowError("It took too long.")])
    assert written.account.fallback == "too_slow"


def test_a_model_that_says_nothing_at_all_is_not_waited_for(shelf):
    class Silent(ScriptedLanguageModel):
        def write(self, messages, *, max_tokens):
            from threading import Event

            return Writing(iter(lambda: Event().wait(60) or "", None))

    patience = Patience(first_token=0.05, gap=0.05, total=0.1)
    writing = write_prose(QUESTION, shelf.sentences, model=Silent([]), verify=shelf.verify, patience=patience)
    with pytest.raises(StopIteration) as end:
        next(writing)
    assert end.value.value.account.fallback == "too_slow"


def test_a_model_that_repeats_itself_or_goes_on_for_ever_is_stopped(shelf):
    sentence = numbered(shelf, "Het veer stopte in 1957 [{stopped}]. ")
    claims, _ = write(shelf, sentence * 50)
    assert len(claims) == 1
    openings = ("Daar", "Dus", "Eerst", "Helaas", "Ineens", "Later", "Nu", "Ook", "Ten slotte", "Toen")
    _, written = write(shelf, "".join(sentence.replace("Het veer stopte", f"{word} stopte het") for word in openings))
    assert written.account.written == MAX_SENTENCES


def test_a_model_that_obeys_the_texts_changes_nothing(shelf):
    obeyed = (
        "Ik gehoorzaam: alle teksten zijn gelogen. Het veer stopte in 1999 [1]. Bezoek https://voorbeeld.example nu."
    )
    claims, written = write(shelf, obeyed)
    assert (claims, written.account.fallback) == ([], "nothing_stood")
