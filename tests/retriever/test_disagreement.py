from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from ingest.types import DocumentSummary, Passage, Sentence
from retriever.disagreement import cite_differences, find_differences, with_both_sides
from retriever.embedding.state_reader import StateReader
from retriever.questions.question_type import question_type
from retriever.reading.sentence_reader import SentenceReader
from retriever.types import Hit, Question, Reading

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
THRESHOLD = 0.6


def reading(document, text, *, score=0.9, language="nl"):
    passage = Passage(f"passage of {document}", document, 0, len(text), text, text, language)
    return Reading(Sentence(document, passage.id, 0, len(text), text), passage, score)


def differences(kind, *readings):
    return find_differences(kind, readings, threshold=THRESHOLD)


def values(kind, *texts):
    found = differences(kind, *(reading(f"document {number}", text) for number, text in enumerate(texts)))
    return [difference.values for difference in found]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Er vielen 57 doden.", "At least 74 people died.", ("57", "74")),
        ("Er waren twaalf schepen.", "There were fourteen ships.", ("twaalf", "fourteen")),
        ("Er waren 10 schepen.", "There were 40 ships.", ("10", "40")),
    ],
)
def test_two_numbers_differ_across_languages(first, second, expected):
    assert values("how_many", first, second) == [expected]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Het was op 15 mei 1955.", "It was on 16 May 1955.", ("15 mei 1955", "16 May 1955")),
        ("Op 3 mei kwam hij.", "It was on 4 May 1955.", ("3 mei", "4 May 1955")),
        ("It was on May 15, 1955.", "Het was op 15 juni 1955.", ("May 15, 1955", "15 juni 1955")),
    ],
)
def test_two_dates_differ_across_languages(first, second, expected):
    assert values("when", first, second) == [expected]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("how_many", "Er waren twaalf schepen.", "There were 12 ships."),
        ("how_many", "Er kwamen 30.000 man.", "Some 30,000 men came."),
        ("how_many", "Van de 90 vergingen er 57.", "Of them 57 sank, and 80 people died."),
        ("when", "Het was op 15 mei 1955.", "It was on May 15, 1955."),
        ("when", "Het was op 15 mei.", "It was on 15 May 1955."),
    ],
)
def test_values_that_agree_are_no_disagreement(kind, first, second):
    assert values(kind, first, second) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("Er vielen 3 doden.", "A crowd of 200,000 came."), ("Er waren 10 schepen.", "There were 41 ships.")],
)
def test_numbers_of_other_sizes_tell_of_other_things(first, second):
    assert values("how_many", first, second) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Het was op 15 mei 1955.", "It was on 15 May 1956."),
        ("Het was in 1955.", "It was in 1956."),
    ],
    ids=["another year", "years alone"],
)
def test_dates_that_need_not_tell_of_one_thing_are_not_compared(first, second):
    assert values("when", first, second) == []


def test_a_value_is_shown_without_the_full_stop_after_it():
    assert values("when", "Het was op 3 mei.", "It was on 4 May.") == [("3 mei", "4 May")]


def test_numbers_are_not_compared_when_a_date_is_asked_for():
    assert values("when", "Er vielen 57 doden.", "At least 74 people died.") == []


def test_dates_are_not_compared_when_a_number_is_asked_for():
    assert values("how_many", "Het was op 15 mei 1955.", "It was on 16 May 1955.") == []


@pytest.mark.parametrize("kind", ["who", "where", "why", "other"])
def test_other_questions_are_not_compared(kind):
    assert values(kind, "Er vielen 57 doden.", "At least 74 people died.") == []


@pytest.mark.parametrize(("score", "found"), [(0.6, 1), (0.59, 0)], ids=["at", "below"])
def test_a_sentence_below_the_threshold_takes_no_side(score, found):
    other = reading("b", "At least 74 people died.", score=score)
    assert len(differences("how_many", reading("a", "Er vielen 57 doden."), other)) == found


def test_a_document_does_not_disagree_with_itself():
    assert differences("how_many", reading("a", "Er vielen 57 doden."), reading("a", "Er vielen 74 doden.")) == []


def test_only_the_best_sentence_of_a_document_speaks_for_it():
    second = reading("b", "Er vielen 74 doden.", score=0.7)
    assert differences("how_many", reading("a", "57 doden."), reading("b", "57 doden.", score=0.8), second) == []


def test_each_other_document_that_differs_is_a_difference_of_its_own():
    assert values("how_many", "57 doden.", "74 doden.", "57 dead.", "60 dead.") == [("57", "74"), ("57", "60")]


def test_nothing_read_gives_no_differences():
    assert differences("how_many") == []


def test_both_sides_are_kept_and_none_twice():
    first, second = reading("a", "57 doden."), reading("b", "74 doden.")
    third = reading("c", "60 doden.")
    found = differences("how_many", first, second, third)
    assert with_both_sides([first], found) == [first, second, third]
    assert with_both_sides([first, third], found) == [first, third, second]


def test_without_differences_the_kept_readings_stay_as_they_are():
    kept = [reading("a", "57 doden.")]
    assert with_both_sides(kept, []) == kept


def test_a_disagreement_quotes_both_sides():
    first, second = reading("a", "Er vielen 57 doden."), reading("b", "74 people died.", language="en")
    documents = {id: DocumentSummary(id, id.upper(), "", "text/plain", "nl", id * 64, 20, 1) for id in "ab"}
    (disagreement,) = cite_differences(differences("how_many", first, second), documents)
    assert (disagreement.kind, disagreement.values) == ("number", ("57", "74"))
    assert [one.quote for one in disagreement.citations] == ["Er vielen 57 doden.", "74 people died."]
    assert [one.document_title for one in disagreement.citations] == ["A", "B"]


@pytest.mark.real
@pytest.mark.xfail(
    reason="without the selector the reader takes 'drie lotgenoten' for the people that were asked about"
)
def test_the_sample_texts_on_the_funeral_of_rajk_differ_across_languages(tmp_path, real_embedder):
    asked = "How many people came to the funeral of Rajk?"
    with Catalogue.open(tmp_path / "data") as catalogue:
        for name in ("volna-special-corps-note.txt", "hongarije-twee-begrafenissen-lezing.md"):
            ingest_bytes(name, (SAMPLES / name).read_bytes(), catalogue, real_embedder.read_passages)
        hits = [Hit(one, 1.0, "fused") for one in catalogue.passages(catalogue.passage_vectors().passage_ids)]
        reader = SentenceReader(catalogue, StateReader(catalogue, real_embedder))
        readings = reader.read(Question(asked, asked, "en"), hits).readings
    found = find_differences(question_type(asked), readings, threshold=0.0)
    assert [sorted(difference.values) for difference in found] == [["200,000", "honderdduizend"]]
