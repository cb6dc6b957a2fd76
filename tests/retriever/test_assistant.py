import json
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import (
    InvalidQuestionError,
    ModelMismatchError,
    UnknownAnswerError,
    UnknownDocumentError,
)
from retriever import assistant as assistant_module
from retriever.assistant import Assistant
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from retriever.types import to_json
from tests.fakes import WordCountEmbedder

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
BAKERS = "De bakkers van Tiel kregen twaalf zakken meel.\n\nDaarna sprak Jansen de zaal toe over het weer."
SAILORS = "The sailors of Hull received forty barrels of herring.\n\nThen Wilson spoke to them about the weather."
SACKS = "Hoeveel zakken meel kregen de bakkers van Tiel?"
BARRELS = "How many barrels of herring did the sailors of Hull receive?"


def open_assistant(folder, embedder):
    catalogue = Catalogue.open(folder)
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, folder / "index", exact_only=True)
    return Assistant(catalogue, embedder, index, max_file_bytes=1000)


@pytest.fixture
def assistant(tmp_path):
    with open_assistant(tmp_path / "data", WordCountEmbedder()) as assistant:
        yield assistant


@pytest.fixture
def bakers(assistant):
    return assistant.add_bytes("bakkers.txt", BAKERS.encode()).document


@pytest.fixture
def sailors(assistant):
    return assistant.add_bytes("sailors.txt", SAILORS.encode()).document


def quotes(answer):
    return [claim.citations[0].quote for claim in answer.claims]


def test_a_question_is_answered_with_an_exact_quote(assistant, bakers):
    answer = assistant.answer(SACKS)
    (citation,) = answer.claims[0].citations
    assert answer.status == "answered"
    assert assistant.text(bakers.id, citation.start, citation.end) == citation.quote
    assert citation.quote == "De bakkers van Tiel kregen twaalf zakken meel."


@pytest.mark.parametrize("question", [SACKS, "Hoe heet het paard van Sinterklaas?"], ids=["answered", "refused"])
def test_the_saved_answer_is_the_returned_one(assistant, bakers, question):
    answer = assistant.answer(question)
    assert json.loads(assistant.saved_answer(answer.id)) == to_json(answer)


@pytest.mark.parametrize("question", [SACKS, "Hoe heet het paard van Sinterklaas?"], ids=["answered", "refused"])
def test_a_saved_answer_goes_when_its_document_is_removed(assistant, bakers, question):
    answer = assistant.answer(question)
    assistant.remove(bakers.id)
    with pytest.raises(UnknownAnswerError):
        assistant.saved_answer(answer.id)


def test_a_flagged_answer_comes_back_as_it_was_given(assistant, bakers):
    answer = assistant.answer(SACKS)
    flag = assistant.flag_answer(answer.id, "wrong-answer", "dertien")
    (flagged,) = assistant.catalogue.flagged_answers()
    assert (flagged.flag, json.loads(flagged.answer_json)) == (flag, to_json(answer))
    with pytest.raises(UnknownAnswerError):
        assistant.flag_answer("nowhere", "good")


def test_a_saved_answer_stays_when_another_document_is_removed(assistant, bakers, sailors):
    answer = assistant.answer(SACKS)
    assistant.remove(sailors.id)
    assert json.loads(assistant.saved_answer(answer.id)) == to_json(answer)


def test_an_answer_is_saved_before_it_is_given(assistant, bakers):
    *_, last = assistant.stream_answer(SACKS)
    assert json.loads(assistant.saved_answer(last.data.id))["text"] == last.data.text


def test_the_same_question_again_has_the_same_id_and_one_saved_answer(assistant, bakers):
    first, second = assistant.answer(SACKS), assistant.answer(SACKS)
    assert to_json(first) == to_json(second)
    assert json.loads(assistant.saved_answer(first.id)) == to_json(second)


def test_a_question_asked_again_is_embedded_once(assistant, bakers):
    assistant.answer(SACKS)
    before = assistant.embedder.queries_embedded
    assistant.answer(SACKS)
    assert (before, assistant.embedder.queries_embedded) == (1, 1)


def test_a_document_removed_while_it_is_asked_leads_to_a_refusal(assistant, bakers):
    events = assistant.stream_answer(SACKS)
    next(events)
    assistant.remove(bakers.id)
    assert [event.name for event in events] == ["answer"]


def test_half_a_character_in_a_question_is_an_invalid_question(assistant, bakers):
    with pytest.raises(InvalidQuestionError):
        assistant.answer("Wie was \ud800 de bakker?")


def test_a_follow_up_uses_the_questions_before_it(assistant, bakers):
    history = ["Kregen de bakkers van Tiel zakken meel?"]
    assert assistant.answer("En hoeveel zakken?", history=history).claims == assistant.answer(SACKS).claims


def test_a_document_filter_is_kept_to(assistant, bakers, sailors):
    assert quotes(assistant.answer(BARRELS, document_ids=[sailors.id])) == [SAILORS.split("\n")[0]]
    assert assistant.answer(BARRELS, document_ids=[bakers.id]).reason == "outside_filter"


def test_a_filter_of_no_documents_finds_nothing(assistant, bakers):
    assert assistant.answer(SACKS, document_ids=[]).reason == "outside_filter"
    assert assistant.search(SACKS, document_ids=[]) == []


def test_a_language_filter_is_kept_to(assistant, bakers, sailors):
    assert quotes(assistant.answer(BARRELS, language="en")) == [SAILORS.split("\n")[0]]
    assert assistant.answer(BARRELS, language="nl").reason == "outside_filter"


@pytest.mark.parametrize("ask", [Assistant.answer, Assistant.search], ids=["answer", "search"])
def test_an_unknown_document_in_a_filter_is_named(assistant, bakers, ask):
    with pytest.raises(UnknownDocumentError, match="'nonsense'"):
        ask(assistant, SACKS, document_ids=[bakers.id, "nonsense"])


@pytest.mark.parametrize("ask", [Assistant.answer, Assistant.search], ids=["answer", "search"])
@pytest.mark.parametrize("question", ["  ", "x" * 2001], ids=["empty", "too long"])
def test_a_question_that_cannot_be_asked_is_an_error(assistant, bakers, ask, question):
    with pytest.raises(InvalidQuestionError):
        ask(assistant, question)


def test_the_longest_question_is_read(assistant, bakers):
    assert assistant.answer("molen " * 333 + "xx").status == "refused"


def test_a_search_gives_the_best_passage_first_and_no_more_than_asked(assistant, bakers, sailors):
    (hit,) = assistant.search("herring", limit=1)
    assert (hit.passage.document_id, hit.method) == (sailors.id, "fused")


def test_a_removed_document_is_gone_everywhere(assistant, bakers, sailors):
    assistant.remove(bakers.id)
    assert [document.id for document in assistant.documents()] == [sailors.id]
    assert {hit.passage.document_id for hit in assistant.search(SACKS)} == {sailors.id}
    with pytest.raises(UnknownDocumentError):
        assistant.document(bakers.id)
    with pytest.raises(UnknownDocumentError):
        assistant.remove(bakers.id)


def test_a_bad_file_is_reported_and_the_others_go_in(assistant, tmp_path):
    (tmp_path / "Groot.txt").write_text("x" * 1001)
    (tmp_path / "Klein.txt").write_text(BAKERS)
    heard = []
    outcomes = assistant.add_files([tmp_path / "Groot.txt", tmp_path / "Klein.txt"], on_file=heard.append)
    assert [outcome.status for outcome in outcomes] == ["failed", "added"]
    assert heard == outcomes
    assert [document.title for document in assistant.documents()] == ["Klein"]


def test_health_counts_the_documents_and_names_the_model(assistant, bakers):
    health = assistant.health()
    assert (health["status"], health["documents"]) == ("ok", 1)
    assert (health["index"]["state"], health["embedding_model"]) == ("ready", "word-count@64")


def test_a_closed_assistant_gives_the_catalogue_free(assistant, tmp_path):
    assistant.close()
    with Catalogue.open(tmp_path / "data") as catalogue:
        assert catalogue.documents() == []


def test_a_catalogue_of_another_model_is_refused_and_given_free(tmp_path, monkeypatch):
    with open_assistant(tmp_path / "data", WordCountEmbedder(name="old")) as assistant:
        assistant.add_bytes("bakkers.txt", BAKERS.encode())
    monkeypatch.setattr(assistant_module, "load_embedder", lambda *_, **__: WordCountEmbedder(name="new"))
    with pytest.raises(ModelMismatchError) as refused:
        Assistant.from_settings(Settings(home=tmp_path / "data"))
    assert "old@64" in str(refused.value)
    assert "new@64" in str(refused.value)
    Catalogue.open(tmp_path / "data").close()  # while the error still holds on to the one that was opened


@pytest.mark.real
def test_the_real_model_answers_in_the_language_of_the_question(tmp_path, real_embedder):
    with open_assistant(tmp_path / "data", real_embedder) as assistant:
        assistant.max_file_bytes = 10_000
        assistant.add_files([SAMPLES / "volna-special-corps-note.txt"])
        dutch = assistant.answer("Hoeveel man telde het Speciale Korps in het najaar van 1956?")
        english = assistant.answer("Which word would put the plan Volna into force?")
        for answer in (dutch, english):
            assert json.loads(assistant.saved_answer(answer.id)) == to_json(answer)
            assert answer.status in ("answered", "unsure")
    assert "zegt, in het Engels: “" in dutch.text
    assert " says: “" in english.text
