from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import InvalidQuestionError
from ingest.pipeline import ingest_file
from retriever.answering import answer_question
from retriever.embedding.state_reader import StateReader
from retriever.reading.reader import Borders
from retriever.reading.sentence_reader import SentenceReader
from retriever.search import Scope
from retriever.types import to_json
from tests.retriever.library import BAKERS, DEATHS, FIRE, MILL, Library, ScriptedReader, embedder

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"


@pytest.fixture
def library(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield Library(catalogue, tmp_path / "index")


def quotes(answer):
    return [claim.citations[0].quote for claim in answer.claims]


def test_without_documents_the_answer_says_to_add_one(library):
    answer = library.answer(DEATHS, {})
    assert (answer.status, answer.reason, answer.nearest) == ("refused", "no_documents", ())
    assert answer.text == "Er zijn nog geen teksten. Voeg er een toe en stel de vraag opnieuw."


@pytest.mark.parametrize(
    ("score", "status", "reason"),
    [
        (0.14, "refused", "not_in_sources"),
        (0.15, "refused", "too_weak"),
        (0.29, "refused", "too_weak"),
        (0.3, "unsure", None),
        (0.59, "unsure", None),
        (0.6, "answered", None),
    ],
)
def test_the_best_score_decides_between_an_answer_a_doubt_and_the_two_refusals(library, score, status, reason):
    library.add("molen.txt", MILL)
    answer = library.answer(DEATHS, {"57 doden": score})
    assert (answer.status, answer.reason, answer.confidence) == (status, reason, score)


def test_where_the_texts_may_say_it_the_likeliest_places_are_quoted_with_their_probability(library):
    library.add("molen.txt", MILL)
    library.add("bakkers.txt", BAKERS)
    answer = library.answer(DEATHS, {"brandde": 0.5, "twaalf": 0.2})
    assert answer.status == "unsure"
    assert [(claim.verdict, claim.probability) for claim in answer.claims] == [("supported", 0.5), ("supported", 0.2)]
    mill = MILL.removesuffix(" De molenaar zweeg daarover.")
    assert answer.text.splitlines() == [
        "De teksten zeggen misschien:",
        f"Molen zegt: “{mill}” [1] (misschien)",
        f"Bakkers zegt: “{BAKERS}” [2] (minder waarschijnlijk)",
    ]
    assert (answer.short_answer, answer.receipt.unsure_threshold) == (None, 0.3)


def test_an_answer_has_no_probabilities_beside_its_sentences(library):
    library.add("molen.txt", MILL)
    assert [claim.probability for claim in library.answer(DEATHS, {"57 doden": 0.9}).claims] == [None]


@pytest.mark.parametrize("of_others", [{"language": "en"}, {"document_ids": True}], ids=["language", "document"])
def test_an_answer_outside_the_filter_is_announced_and_not_given(library, of_others):
    library.add("molen.txt", MILL)
    fire = library.add("mill.txt", FIRE)
    scope = Scope((fire.id,)) if "document_ids" in of_others else Scope(**of_others)
    answer = library.answer(DEATHS, {"57 doden": 0.9}, scope=scope)
    assert (answer.reason, answer.claims) == ("outside_filter", ())
    assert "57 doden" not in str(to_json(answer))


def test_a_filter_hides_no_reason_when_there_is_no_answer_anywhere(library):
    fire = library.add("mill.txt", FIRE)
    library.add("molen.txt", MILL)
    assert library.answer(DEATHS, {}, scope=Scope((fire.id,))).reason == "not_in_sources"


def test_a_document_filter_answers_from_that_document_only(library):
    library.add("molen.txt", MILL)
    fire = library.add("mill.txt", FIRE)
    answer = library.answer(DEATHS, {"57 doden": 0.9, "74 people": 0.8}, scope=Scope((fire.id,)))
    assert quotes(answer) == ["In the fire 74 people died."]
    assert answer.receipt.document_ids == (fire.id,)


def test_a_language_filter_answers_from_that_language_only(library):
    library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    answer = library.answer(DEATHS, {"57 doden": 0.8, "74 people": 0.9}, scope=Scope(language="nl"))
    assert quotes(answer) == ["Bij de brand vielen 57 doden."]
    assert answer.receipt.language == "nl"


def test_the_evidence_comes_first_then_each_claim_then_the_answer(library):
    library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    events = list(library.events("Wat gebeurde er met de molen?", {"57 doden": 0.85, "burned": 0.9}))
    assert [event.name for event in events] == ["evidence", "claim", "claim", "answer"]
    answer = events[-1].data
    assert events[0].data == answer.evidence
    assert tuple(event.data for event in events[1:-1]) == answer.claims


def test_a_refusal_comes_after_empty_evidence_and_holds_no_claims(library):
    library.add("molen.txt", MILL)
    first, last = library.events(DEATHS, {"57 doden": 0.2})
    assert (first.name, first.data, last.name) == ("evidence", (), "answer")
    assert (last.data.claims, last.data.evidence) == ((), ())


def test_a_refusal_shows_the_passages_of_the_best_sentences_each_once(library):
    library.add("molen.txt", MILL)
    library.add("bakkers.txt", BAKERS)
    nearest = library.answer(DEATHS, {"57 doden": 0.28, "brandde": 0.25, "brood": 0.2}).nearest
    assert [(hit.score, hit.method) for hit in nearest] == [(0.28, "read"), (0.2, "read")]
    assert "57 doden" in nearest[0].passage.text


def test_the_spans_of_the_evidence_are_the_quoted_words(library):
    library.add("molen.txt", MILL)
    answer = library.answer("Noem wat er gebeurde", {"57 doden": 0.9, "brandde": 0.85})
    (evidence,) = answer.evidence
    spans = [MILL[span.start : span.end] for span in evidence.spans]
    assert spans == ["De molen van Zaltbommel brandde op 3 mei 1953 af.", "Bij de brand vielen 57 doden."]
    assert spans == quotes(answer)[::-1]


def test_the_same_question_gives_the_same_id_and_equal_json(library):
    library.add("molen.txt", MILL)
    first, second = (library.answer(DEATHS, {"57 doden": 0.9}) for _ in range(2))
    assert first.id == second.id
    assert to_json(first) == to_json(second)


def test_an_answer_from_other_texts_has_another_id(library):
    library.add("molen.txt", MILL)
    before = library.answer(DEATHS, {"57 doden": 0.9})
    library.add("bakkers.txt", BAKERS)
    after = library.answer(DEATHS, {"57 doden": 0.9})
    assert before.claims == after.claims
    assert before.id != after.id


def test_a_follow_up_is_searched_and_read_with_the_question_before_it(library):
    library.add("molen.txt", MILL)
    searched = []

    def searching(query, scope, limit):
        searched.append(query)
        return library.search(query, scope, limit)

    parts = library.parts({"57 doden": 0.9}, search=searching)
    answer = answer_question("En hoeveel doden?", ["Wanneer brandde de molen van Zaltbommel af?"], parts=parts)
    together = "Wanneer brandde de molen van Zaltbommel af? En hoeveel doden?"
    assert searched == [together]
    assert [question.resolved for question in parts.reader.questions] == [together]
    assert (answer.question, answer.receipt.resolved_question) == ("En hoeveel doden?", together)
    assert answer.receipt.history == ("Wanneer brandde de molen van Zaltbommel af?",)


def test_a_document_removed_before_the_check_is_not_quoted(library):
    mill = library.add("molen.txt", MILL)
    events = library.events(DEATHS, {"57 doden": 0.9})
    next(events)
    library.catalogue.remove(mill.id)
    (last,) = events
    assert (last.data.status, last.data.claims) == ("refused", ())
    assert "57" not in last.data.text


def test_a_document_replaced_before_the_check_is_not_quoted(library, tmp_path):
    path = tmp_path / "molen.txt"
    path.write_text(MILL)
    ingest_file(path, library.catalogue, embedder.read_passages)
    events = library.events(DEATHS, {"57 doden": 0.9})
    next(events)
    path.write_text(MILL.replace("57", "58"))
    assert ingest_file(path, library.catalogue, embedder.read_passages).status == "replaced"
    assert [event.name for event in events] == ["answer"]


def test_what_still_stands_is_a_part_of_the_answer(library):
    mill = library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    events = library.events(DEATHS, {"57 doden": 0.9, "74 people": 0.85})
    next(events)
    library.catalogue.remove(mill.id)
    claim, last = events
    assert (last.data.status, last.data.claims, last.data.disagreements) == ("partly", (claim.data,), ())
    assert quotes(last.data) == ["In the fire 74 people died."]
    assert "57" not in last.data.text


def test_an_answer_holds_no_evidence_for_what_was_dropped(library):
    mill = library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    events = library.events(DEATHS, {"57 doden": 0.9, "74 people": 0.85})
    next(events)
    library.catalogue.remove(mill.id)
    *_, last = events
    assert "57 doden" not in str(to_json(last.data))


def test_a_refusal_shows_nothing_of_a_document_that_is_gone(library):
    mill = library.add("molen.txt", MILL)
    events = library.events(DEATHS, {"57 doden": 0.9})
    next(events)
    library.catalogue.remove(mill.id)
    (last,) = events
    assert "57 doden" not in str(to_json(last.data))


def test_a_document_added_while_a_question_is_searched_does_no_harm(library):
    library.add("bakkers.txt", BAKERS)

    def searching(query, scope, limit):
        library.add("molen.txt", MILL)
        return library.search(query, scope, limit)

    answer = library.answer(DEATHS, {"57 doden": 0.9}, search=searching)
    assert answer.status == "refused"
    assert library.answer(DEATHS, {"57 doden": 0.9}).receipt.texts_sha256 != answer.receipt.texts_sha256


def test_no_question_lists_all_documents(library, monkeypatch):
    library.add("molen.txt", MILL)
    monkeypatch.setattr(library.catalogue, "documents", lambda: pytest.fail("all were listed"))
    assert library.answer(DEATHS, {"57 doden": 0.9}).status == "answered"
    assert library.answer(DEATHS, {}).status == "refused"


def test_both_sides_of_a_disagreement_are_claims_and_are_named_in_the_text(library):
    library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    answer = library.answer(DEATHS, {"57 doden": 0.95, "74 people": 0.7}, pointing=True)
    assert quotes(answer) == ["Bij de brand vielen 57 doden.", "In the fire 74 people died."]
    (disagreement,) = answer.disagreements
    assert disagreement.values == ("57", "74")
    assert disagreement.citations == tuple(claim.citations[0] for claim in answer.claims)
    assert answer.text.splitlines()[-1] == "De teksten verschillen hierover: 57 [1] tegenover 74 [2]."
    assert (answer.status, len(answer.evidence)) == ("answered", 2)


def test_places_that_may_say_it_are_told_apart_where_they_differ(library):
    library.add("molen.txt", MILL)
    library.add("mill.txt", FIRE)
    answer = library.answer(DEATHS, {"57 doden": 0.5, "74 people": 0.4}, pointing=True)
    (disagreement,) = answer.disagreements
    assert (answer.status, disagreement.values) == ("unsure", ("57", "74"))
    assert answer.text.endswith("De teksten verschillen hierover: 57 [1] tegenover 74 [2].")


def test_a_copy_of_a_document_is_quoted_once(library):
    library.add("molen.txt", MILL)
    library.add("kopie.txt", f"{MILL}\n")
    answer = library.answer(DEATHS, {"57 doden": 0.9})
    assert quotes(answer) == ["Bij de brand vielen 57 doden."]
    assert answer.claims[0].citations[0].document_title == "Kopie"


@pytest.mark.parametrize("question", ["", " ?! ", "x" * 2001], ids=["empty", "signs only", "too long"])
def test_a_question_that_cannot_be_asked_is_an_error(library, question):
    with pytest.raises(InvalidQuestionError):
        library.answer(question, {})


@pytest.mark.real
def test_the_real_model_answers_from_a_sample_text_and_refuses_what_is_not_there(tmp_path, real_embedder):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(real_embedder.fingerprint)
        library = Library(catalogue, tmp_path / "index", real_embedder)
        library.add("geheime-rede.txt", (SAMPLES / "geheime-rede-in-warschau.txt").read_text())
        reader = SentenceReader(catalogue, StateReader(catalogue, real_embedder))
        answer = library.answer("Where did Bolesław Bierut die?", {}, reader=reader)
        refusal = library.answer("Who won the football cup of 1974?", {}, reader=reader)
    assert (answer.status != "refused", refusal.status != "answered") == (True, True)
    assert any("Bierut" in quote for quote in quotes(answer))


TWO = "Wanneer brandde de molen van Zaltbommel af en hoeveel zakken meel kregen de bakkers?"


class TwoReaders:
    """Reads each of two questions with the scores that are written for it."""

    name = "two"
    borders = Borders(answered=0.6, unsure=0.3)

    def __init__(self, catalogue, scores):
        self._readers = {words: ScriptedReader(catalogue, of_words) for words, of_words in scores.items()}

    def read(self, question, hits):
        return next(one for words, one in self._readers.items() if words in question.asked).read(question, hits)


@pytest.mark.parametrize(
    ("second", "status", "wanted"),
    [
        (
            0.9,
            "answered",
            ["De molen van Zaltbommel brandde op 3 mei 1953 af.", "De bakkers kregen twaalf zakken meel."],
        ),
        (0.4, "partly", ["De molen van Zaltbommel brandde op 3 mei 1953 af."]),
    ],
    ids=["both", "one"],
)
def test_two_questions_in_one_are_each_answered(library, second, status, wanted):
    library.add("molen.txt", MILL)
    library.add("bakkers.txt", BAKERS)
    reader = TwoReaders(library.catalogue, {"brandde": {"brandde": 0.9}, "bakkers": {"twaalf zakken": second}})
    answer = library.answer(TWO, {}, reader=reader)
    assert (answer.status, quotes(answer)) == (status, wanted)
    assert answer.receipt.question == TWO
