"""The whole way: a question, quotations, a language model's sentences, the gate, an answer."""

from functools import partial

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import LanguageModelError
from retriever.prose.checks import verify_prose
from retriever.prose.writing import write_prose
from retriever.types import to_json
from retriever.verification import verify_claims
from tests.fakes import NumberVerifier, ScriptedLanguageModel
from tests.retriever.library import DEATHS, FIRE, MILL, Library, embedder

SCORES = {"57 doden": 0.9, "3 mei 1953": 0.5}


@pytest.fixture
def library(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        library = Library(catalogue, tmp_path / "index")
        library.add("molen.txt", MILL)
        yield library


def parts(library, model):
    verifier = NumberVerifier()
    verify = partial(verify_prose, catalogue=library.catalogue, verifier=verifier)
    write = partial(write_prose, model=model, verify=verify)
    return {"verify": partial(verify_claims, verifier=verifier), "write": write}


def answer(library, reply, scores=SCORES, question=DEATHS, **others):
    return library.answer(question, scores, **parts(library, ScriptedLanguageModel([reply])), **others)


def test_the_prose_takes_the_place_of_the_quotations(library):
    given = answer(library, "Bij die brand waren er 57 doden [2]. In 1953 was dat [1].")
    assert [(claim.text, claim.kind) for claim in given.claims] == [
        ("Bij die brand waren er 57 doden.", "paraphrase"),
        ("In 1953 was dat.", "paraphrase"),
    ]
    assert [claim.citations[0].quote for claim in given.claims] == [
        "Bij de brand vielen 57 doden.",
        "De molen van Zaltbommel brandde op 3 mei 1953 af.",
    ]
    assert given.text.splitlines() == [
        "Bij die brand waren er 57 doden. [1]",
        "In 1953 was dat. [2]",
        "2 van 2 zinnen doorstonden de controle.",
    ]
    assert (given.prose.model, given.receipt.language_model) == ("scripted", "scripted")


def test_every_cited_sentence_is_among_the_evidence_of_the_answer(library):
    given = answer(library, "Bij die brand waren er 57 doden [2]. In 1953 was dat [1].")
    spans = {(span.start, span.end) for evidence in given.evidence for span in evidence.spans}
    assert {(one.start, one.end) for claim in given.claims for one in claim.citations} == spans


def test_the_quotations_come_before_the_first_sentence_of_prose(library):
    model = ScriptedLanguageModel(["Bij die brand waren er 57 doden [2]."])
    names = [event.name for event in library.events(DEATHS, SCORES, **parts(library, model))]
    assert names == ["evidence", "claim", "prose", "answer"]


@pytest.mark.parametrize(
    ("reply", "fallback"),
    [
        ("Bij die brand waren er 99 doden [2].", "nothing_stood"),
        (["Bij die brand waren er 57 doden [2]. En", LanguageModelError("It broke off.")], "failed"),
        ("NO ANSWER", "no_answer"),
    ],
)
def test_without_prose_that_stands_the_answer_is_the_quotations_and_the_reason(library, reply, fallback):
    plain = library.answer(DEATHS, SCORES)
    given = answer(library, reply)
    assert (given.claims, given.text) == (plain.claims, plain.text)
    assert given.prose.fallback == fallback


def test_a_refusal_is_not_given_to_the_model(library):
    model = ScriptedLanguageModel([])
    given = library.answer(DEATHS, {"57 doden": 0.2}, **parts(library, model))
    assert (given.status, given.prose, model.asked) == ("refused", None, [])


def test_both_sides_of_a_disagreement_stay_quoted(library):
    library.add("mill.txt", FIRE)
    given = answer(library, "Bij die brand waren er 57 doden [1].", {"57 doden": 0.9, "74 people": 0.85}, pointing=True)
    assert [claim.kind for claim in given.claims] == ["paraphrase", "quotation"]
    assert given.claims[1].citations[0].quote == "In the fire 74 people died."
    assert given.text.splitlines()[2] == "De teksten verschillen hierover: 57 [1] tegenover 74 [2]."


def test_a_text_that_is_removed_while_the_model_writes_is_not_cited(library):
    fire = library.add("mill.txt", FIRE)
    model = ScriptedLanguageModel(["Er kwamen 74 mensen om [2]. Of 57 [1]. En daarna niets meer."])
    events = library.events(DEATHS, {"57 doden": 0.9, "74 people": 0.85}, **parts(library, model))
    for event in events:
        if event.name == "prose":
            library.catalogue.remove(fire.id)
            break
    *_, last = events
    assert fire.id not in str(to_json(last.data.claims))
    assert last.data.claims


def test_the_same_reply_gives_the_same_answer(library):
    reply = "Bij die brand waren er 57 doden [2]."
    assert answer(library, reply) == answer(library, reply)
    assert answer(library, reply).id != library.answer(DEATHS, SCORES).id
