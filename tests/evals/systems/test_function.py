import sys
import textwrap

import pytest

from evals.systems.function import CallableSystem, load_callable
from evals.systems.quoth import SystemFailedError
from evals.types import GivenAnswer, GivenCitation, GivenClaim, Place
from ingest.types import Span

TEXTS = {"bread.txt": "In June 1956 bread cost 3 zloty in Warsaw. Nobody could find butter."}
BREAD = {"file": "bread.txt", "start": 13, "end": 31, "quote": "bread cost 3 zloty"}
BUTTER = {"file": "bread.txt", "start": 43, "end": 68, "quote": "Nobody could find butter."}


def ask(given, question="What did bread cost?"):
    return CallableSystem("given", lambda question, history: given, TEXTS).answer(question)


def cited(answer):
    return [[citation.quote for citation in claim.citations] for claim in answer.claims]


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module into the folder one works in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield lambda name, text: (tmp_path / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    for name in [name for name in sys.modules if name.startswith("quoth_made_")]:
        del sys.modules[name]


def test_the_function_gets_the_question_and_the_earlier_ones():
    heard = []
    system = CallableSystem("mine", lambda question, history: heard.append((question, history)) or "Yes.", TEXTS)
    system.answer("And butter?", history=["What did bread cost?"])
    assert heard == [("And butter?", ("What did bread cost?",))]
    assert system.answer_forced("And butter?") is None
    assert system.settings == {"function": "mine"}
    assert 0 <= system.seconds < 60


def test_the_words_that_stand_at_a_place_are_read_from_the_text():
    given = ask({"answer": "Bread cost 4 zloty.", "citations": [BREAD | {"quote": "bread cost 4 zloty"}]})
    (citation,) = given.citations
    assert citation.place == Place("bread.txt", Span(13, 31))
    assert (citation.quote, citation.standing, citation.resolved) == ("bread cost 4 zloty", "bread cost 3 zloty", None)


@pytest.mark.parametrize("place", [{"file": "other.txt"}, {"end": 900}, {"start": -20}, {"end": 13}])
def test_a_place_that_is_none_has_no_words(place):
    (citation,) = ask({"answer": "Bread cost 3 zloty.", "citations": [BREAD | place]}).citations
    assert citation.standing == ""


def test_markers_say_which_sentence_rests_on_which_citation():
    given = ask({"answer": "No butter [2]. Bread cost 3 zloty [1]. Also [3].", "citations": [BREAD, BUTTER]})
    assert cited(given) == [["Nobody could find butter."], ["bread cost 3 zloty"], ["[3]"]]
    assert given.citations[2].standing == ""


def test_without_markers_the_whole_answer_rests_on_all_citations():
    given = ask({"answer": "Bread cost 3 zloty. There was no butter.", "citations": [BREAD, BUTTER]})
    assert [claim.text for claim in given.claims] == ["Bread cost 3 zloty. There was no butter."]
    assert cited(given) == [["bread cost 3 zloty", "Nobody could find butter."]]


def test_a_text_alone_is_sentences_that_cite_nothing():
    given = ask("Bread cost 3 zloty. There was no butter.")
    assert given.status == "answered"
    assert [claim.text for claim in given.claims] == ["Bread cost 3 zloty.", "There was no butter."]
    assert given.citations == ()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "The texts do not answer this.",
        {"answer": "", "citations": [BREAD]},
        {"answer": "I do not know.", "refused": True, "citations": [BREAD]},
        {"answer": "De teksten geven hier geen antwoord op.", "citations": [BREAD]},
    ],
    ids=["nothing", "the sentence", "no words", "said so", "the sentence with a citation"],
)
def test_a_refusal_has_no_claims(given):
    answer = ask(given)
    assert (answer.status, answer.claims) == ("refused", ())


def test_confidence_and_passages_are_taken_over():
    given = ask({"answer": "3 zloty", "confidence": 0.25, "passages": [{"file": "bread.txt", "start": 0, "end": 42}]})
    assert given.confidence == 0.25
    assert given.passages == (Place("bread.txt", Span(0, 42)),)
    assert ask({"answer": "3 zloty"}).confidence is None


def test_a_given_answer_is_taken_but_for_what_stands_in_the_text():
    lie = GivenCitation(Place("bread.txt", Span(13, 31)), "bread was free", "bread was free", "bread was free")
    claim = GivenClaim("Bread was free.", "paraphrase", (lie,), 0.5)
    given = ask(GivenAnswer("answered", "Bread was free.", (claim,), confidence=0.9, drafted=(claim,)))
    assert (given.confidence, given.claims[0].support) == (0.9, 0.5)
    assert [one.standing for one in (given.citations[0], given.drafted[0].citations[0])] == ["bread cost 3 zloty"] * 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "returned a NoneType"),
        (3, "returned a int"),
        ({}, "KeyError: 'answer'"),
        ({"answer": 3}, "3 should be a str"),
        ({"answer": "x", "refusal": True}, r"\['refusal'\] are no keys"),
        ({"answer": "x", "refused": "no"}, "'no' should be a bool"),
        ({"answer": "x", "confidence": 80}, "does not lie between 0 and 1"),
        ({"answer": "x", "citations": [{"file": "bread.txt", "start": 0, "end": 5}]}, "KeyError: 'quote'"),
        ({"answer": "x", "citations": [BREAD | {"start": "13"}]}, "'13' should be a int"),
        ({"answer": "x", "citations": ["bread.txt"]}, "TypeError"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_what_is_wanted(given, words):
    with pytest.raises(SystemFailedError, match=words) as raised:
        ask(given)
    assert "should return a GivenAnswer, a text, or a dict" in str(raised.value)


def test_what_the_function_raises_is_passed_on():
    def fail(question, history):
        raise LookupError("no index")

    with pytest.raises(LookupError, match="no index"):
        CallableSystem("failing", fail, TEXTS).answer("What?")


def test_a_function_is_loaded_from_the_folder_one_works_in(module):
    module("quoth_made_answers", "def answer(question, history):\n    return f'You ask: {question}'\n")
    system = load_callable("quoth_made_answers:answer", TEXTS)
    assert system.name == "quoth_made_answers:answer"
    assert system.answer("What?").text == "You ask: What?"


@pytest.mark.parametrize("name", ["quoth_made_answers", "quoth_made_answers:", ":answer", ""])
def test_a_name_without_a_module_or_a_function_is_told(name):
    with pytest.raises(SystemFailedError, match=r"Write it as package\.module:function"):
        load_callable(name, TEXTS)


def test_a_module_that_is_not_there_is_told():
    with pytest.raises(SystemFailedError, match=r"quoth_made_nowhere .* cannot be imported: ModuleNotFoundError"):
        load_callable("quoth_made_nowhere:answer", TEXTS)


def test_a_module_that_fails_is_told(module):
    module("quoth_made_broken", "1 / 0\n")
    with pytest.raises(SystemFailedError, match="cannot be imported: ZeroDivisionError: division by zero"):
        load_callable("quoth_made_broken:answer", TEXTS)


@pytest.mark.parametrize("function", ["reply", "ANSWER"])
def test_a_function_that_is_not_there_is_told(module, function):
    module("quoth_made_other", "ANSWER = 'x'\ndef answer(question, history):\n    return ANSWER\n")
    with pytest.raises(SystemFailedError, match=f"quoth_made_other has no function '{function}'"):
        load_callable(f"quoth_made_other:{function}", TEXTS)
