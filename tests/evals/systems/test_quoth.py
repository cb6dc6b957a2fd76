import socket
from dataclasses import replace

import pytest

from evals.systems.quoth import QuothSystem, given_citation, words_at
from evals.types import Place
from ingest.catalogue import Catalogue
from ingest.types import Span
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from retriever.types import Hit
from tests.evals.tiny_set import BREAD, FOLLOW_UP, NOBODY, POZNAN, PRICE, TANKS, write_tiny_set
from tests.fakes import WordCountEmbedder

TEXTS = {"bread.txt": BREAD, "poznan.txt": POZNAN}
STRIKE = "The strike of the workers in Poznań was put down with 400 tanks."


@pytest.fixture
def assistant(own_storage, tmp_path):
    _, folder = write_tiny_set(tmp_path)
    catalogue = Catalogue.open(own_storage)
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, own_storage / "index", exact_only=True)
    with Assistant(catalogue, embedder, index, max_file_bytes=1_000_000) as assistant:
        assistant.add_files([folder])
        yield assistant


@pytest.fixture
def quoth(assistant):
    return QuothSystem("quoth", assistant, TEXTS)


def tampered(assistant, **changes):
    """Ask the assistant, and change its first citation."""

    def ask(question, history):
        answer = assistant.answer(question, history=history)
        first, *others = answer.claims
        citations = (replace(first.citations[0], **changes), *first.citations[1:])
        return replace(answer, claims=(replace(first, citations=citations), *others))

    return ask


def test_an_answer_is_told_in_terms_of_the_texts(quoth):
    given = quoth.answer(TANKS)
    claim = given.claims[0]
    start = POZNAN.index(STRIKE)
    assert given.status == "answered"
    assert (claim.text, claim.kind, claim.support) == (STRIKE, "quotation", 1.0)
    assert claim.citations[0].place == Place("poznan.txt", Span(start, start + len(STRIKE)))
    assert claim.citations[0].quote == claim.citations[0].standing == claim.citations[0].resolved == STRIKE
    assert STRIKE in given.text


def test_a_refusal_keeps_its_reason_and_confidence(quoth):
    given = quoth.answer(NOBODY)
    assert (given.status, given.reason, given.claims) == ("refused", "not_in_sources", ())
    assert 0 <= given.confidence < 0.5


def test_passages_are_where_the_best_hits_stand(quoth, assistant):
    passages = quoth.answer(TANKS).passages
    best = assistant.search(TANKS, limit=1)[0].passage
    assert passages[0] == Place("poznan.txt", Span(best.start, best.end))
    assert {place.file for place in passages} == set(TEXTS)


def test_the_search_that_was_handed_in_gives_the_passages(assistant):
    asked = []

    def search(query, scope, limit):
        asked.append((query, limit))
        return [Hit(assistant.search(PRICE, limit=1)[0].passage, 1.0, "keyword")]

    given = QuothSystem("other search", assistant, TEXTS, search=search).answer(TANKS)
    assert [place.file for place in given.passages] == ["bread.txt"]
    assert asked == [(TANKS, 10)]


def test_a_follow_up_is_searched_with_what_it_leans_on(quoth, assistant):
    searched = []
    quoth = QuothSystem("quoth", assistant, TEXTS, search=lambda query, scope, limit: searched.append(query) or [])
    quoth.answer("And in which month?", history=(TANKS,))
    assert searched == [f"{TANKS} And in which month?"]


def test_history_reaches_the_question(assistant):
    heard = []
    system = QuothSystem(
        "quoth", assistant, TEXTS, ask=lambda *asked: heard.append(asked) or assistant.answer(asked[0])
    )
    system.answer(FOLLOW_UP, history=(PRICE, TANKS))
    assert heard == [(FOLLOW_UP, (PRICE, TANKS))]


def test_a_quote_that_was_changed_differs_from_what_stands_there_and_from_what_the_api_gives(assistant):
    changed = tampered(assistant, quote=STRIKE.replace("400", "500"))
    citation = QuothSystem("changed", assistant, TEXTS, ask=changed).answer(TANKS).citations[0]
    assert "500" in citation.quote
    assert citation.standing == citation.resolved == STRIKE


def test_what_the_file_reads_comes_from_the_file_and_not_from_quoth(assistant):
    other = TEXTS | {"poznan.txt": POZNAN.replace("400", "900")}
    citation = QuothSystem("quoth", assistant, other).answer(TANKS).citations[0]
    assert citation.standing == STRIKE.replace("400", "900")
    assert citation.resolved == STRIKE


def test_a_pointer_that_the_api_does_not_resolve_reads_as_empty_and_its_file_is_unknown(assistant):
    nowhere = "0" * 64
    citation = (
        QuothSystem("lost", assistant, TEXTS, ask=tampered(assistant, document_id=nowhere)).answer(TANKS).citations[0]
    )
    assert (citation.place.file, citation.standing, citation.resolved) == (f"unknown:{nowhere}", "", "")


def test_drafts_are_the_claims_of_the_unchecked_answer(assistant):
    unchecked = tampered(assistant, quote="made up")
    given = QuothSystem("quoth", assistant, TEXTS, ask_unchecked=unchecked).answer(TANKS)
    assert given.drafted[0].citations[0].quote == "made up"
    assert given.drafted[0].citations[0].resolved == given.claims[0].citations[0].quote == STRIKE


def test_a_forced_answer_is_given_only_where_one_can_be_asked_for(assistant, quoth):
    forced = QuothSystem("quoth", assistant, TEXTS, ask_forced=lambda question, history: assistant.answer(TANKS))
    assert quoth.answer_forced(NOBODY) is None
    assert forced.answer_forced(NOBODY).claims[0].text == STRIKE


def test_the_seconds_are_those_of_the_question_alone(assistant, monkeypatch):
    clock = iter([10.0, 12.5])
    monkeypatch.setattr("evals.systems.quoth.perf_counter", lambda: next(clock))
    system = QuothSystem("quoth", assistant, TEXTS, ask_unchecked=lambda question, history: assistant.answer(question))
    system.answer(TANKS)
    assert system.seconds == 2.5


def test_settings_say_what_an_answer_depends_on(quoth, assistant):
    assert quoth.settings == {
        "embedding_model": "word-count@64",
        "reader": assistant.reader.name,
        "threshold": assistant.reader.borders.answered,
        "unsure_threshold": assistant.reader.borders.unsure,
        "verifier": None,
    }


def test_no_internet_socket_is_made(quoth, monkeypatch):
    """An event loop wakes itself by a pair of local ones; those are let through."""

    class LocalOnly(socket.socket):
        def __init__(self, family=-1, *arguments, **options):
            assert family == socket.AF_UNIX, "a socket to the network"
            super().__init__(family, *arguments, **options)

    monkeypatch.setattr(socket, "socket", LocalOnly)
    with pytest.raises(AssertionError, match="to the network"):
        socket.create_connection(("127.0.0.1", 9))
    assert quoth.answer(TANKS).citations[0].resolved == STRIKE


def test_the_same_question_gives_the_same_answer(quoth):
    assert quoth.answer(TANKS) == quoth.answer(TANKS)


@pytest.mark.parametrize(
    ("file", "start", "end", "words"),
    [
        ("a.txt", 0, 3, "one"),
        ("a.txt", 4, 7, "two"),
        ("a.txt", 4, 8, ""),
        ("a.txt", -3, 7, ""),
        ("a.txt", 4, 4, ""),
        ("b.txt", 0, 3, ""),
    ],
    ids=["beginning", "end", "beyond the end", "before the beginning", "nothing", "no such file"],
)
def test_words_are_those_that_stand_at_a_place(file, start, end, words):
    assert words_at({"a.txt": "one two"}, Place(file, Span(start, end))) == words


def test_a_citation_without_an_api_has_nothing_resolved():
    citation = given_citation(Place("a.txt", Span(0, 3)), "one", {"a.txt": "one two"})
    assert (citation.standing, citation.resolved) == ("one", None)
