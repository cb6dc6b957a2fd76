import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_bytes
from retriever.questions.conversation import resolve_follow_up
from retriever.reading.exactness import Detail, able_to_answer, details, exact_only
from retriever.types import Reading
from tests.fakes import WordCountEmbedder

LOSSES = (
    "The Hoop was lost on 3 January 1911 with 4 men aboard. The Zwaan was lost on 5 January 1911 with 6 men aboard. "
    "The Arend was lost on 9 January 1911 with 7 men aboard. The Otter was lost on 12-1-1911 with 5 men aboard."
)
CODES = "Box HV-0231 holds the plans. Box HV-0213 holds the photographs."
STALLS = """| Stall | Metres | Rent (guilders) |
|---|---|---|
| Ankers | 3 | 40 |
| Boer | 5 | 65 |
| Cate | 4 | 50 |
"""
embedder = WordCountEmbedder()


@pytest.fixture
def left(tmp_path):
    """Give what is left of the sentences of a text for a question."""
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)

        def left(question, text, name="a.md", history=()):
            ingest_bytes(name, text.encode(), catalogue, embedder.read_passages)
            passages = {one.id: one for one in catalogue.passages(catalogue.passage_vectors().passage_ids)}
            sentences = catalogue.sentences(list(passages))
            readings = [Reading(one, passages[one.passage_id], 0.9) for one in sentences]
            asked = resolve_follow_up(question, history)
            kept = able_to_answer(asked, exact_only(asked, readings))
            return [one.sentence.search_text for one in kept if one.sentence.kind != "heading"]

        yield left


@pytest.mark.parametrize(
    ("question", "boat"),
    [
        ("Which boat was lost on 9 January 1911?", "Arend"),
        ("Welke boot verging op 12 januari 1911?", "Otter"),
        ("Which boat had 6 men aboard?", "Zwaan"),
        ("Which boat was lost on 4 January 1911?", None),
        ("Which boat had 9 men aboard?", None),
    ],
)
def test_of_many_records_only_the_one_with_the_date_or_number_is_left(left, question, boat):
    found = left(question, LOSSES)
    assert [boat in one for one in found] == ([True] if boat else [])


@pytest.mark.parametrize(
    ("question", "stall"),
    [("Which stall pays 65 guilders?", "Boer"), ("Which stall has 4 metres?", "Cate"), ("Who pays 70 guilders?", None)],
)
def test_a_number_in_a_row_has_the_unit_that_its_column_names(left, question, stall):
    found = left(question, STALLS)
    assert [stall in one for one in found] == ([True] if stall else [])


@pytest.mark.parametrize(
    ("code", "holds"),
    [
        ("HV-0231", ["plans"]),
        ("HV-0213", ["photographs"]),
        ("HV-0321", []),
        ("KL-0321", []),
        ("hv-0213", ["photographs"]),
    ],
)
def test_another_code_is_another_thing(left, code, holds):
    found = left(f"What does box {code.upper()} hold?", CODES)
    assert [word in one for word, one in zip(holds, found, strict=True)] == [True] * len(holds)


def test_a_sentence_without_such_a_detail_may_answer(left):
    text = f"{LOSSES} The storm blew for nine days."
    assert left("What happened after 20 January 1911?", text) == ["The storm blew for nine days."]


def test_a_date_that_stands_once_is_no_record(left):
    text = "The lock was opened on 12 March 1953. The mayor spoke."
    assert len(left("Who opened the lock on 13 March 1953?", text)) == 2


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('Who was called "the old heron"?', ["Jan Vos was called the old heron."]),
        ("Wie heette “old herons”?", ["Jan Vos was called the old heron."]),
        ('Who was called "the heron old"?', []),
        ('Which doctor kept "old letters"?', ["He kept old letters."]),
        ("Who was called the heron?", ["Jan Vos was called the old heron.", "He kept old letters."]),
    ],
)
def test_a_quoted_phrase_stands_in_the_sentence_or_above_it(left, question, found):
    text = "# The doctor\n\nJan Vos was called the old heron.\n\nHe kept old letters.\n"
    assert left(question, text) == found


def test_a_quoted_phrase_may_stand_in_the_heading(left):
    text = "# The green door\n\nIt opened in 1911.\n\n# The red door\n\nIt opened in 1923.\n"
    assert left('When did "the green door" open?', text) == ["It opened in 1911."]


FARES = (
    "# Ferry\n\nA horse pays nine cents. A cow pays seven cents.\n\n"
    "# Bridge\n\nA horse pays four cents. A cow pays three cents.\n"
)
HORSE = "How much does a horse pay on the ferry?"


@pytest.mark.parametrize(
    ("question", "history", "found"),
    [
        ("And a cow?", [HORSE], ["A cow pays seven cents.", "A cow pays three cents."]),
        ("And on the bridge?", [HORSE], ["A horse pays four cents.", "A cow pays three cents."]),
        ("And a cow?", [HORSE, "And on the bridge?"], ["A cow pays three cents."]),
        ("And on the ferry?", [HORSE, "And on the bridge?"], ["A horse pays nine cents.", "A cow pays seven cents."]),
    ],
)
def test_what_is_said_of_the_earlier_thing_is_no_answer_about_another(left, question, history, found):
    assert sorted(left(question, FARES, history=history)) == sorted(found)


def test_a_time_that_is_changed_leaves_out_no_span_of_years(left):
    text = "From 1950 to 1960 the mill was let to Smit."
    assert left("And in 1954?", text, history=["Who rented the mill in 1950?"]) == [text]


def test_a_day_that_is_changed_keeps_its_year(left):
    found = left("And on 9 January?", LOSSES, history=["Which boat was lost on 3 January 1911?"])
    assert [one.split(" was")[0] for one in found] == ["The Arend"]


FAQ = "## May children come along?\n\nFrom eight years.\n\n## Where is the bicycle shed?\n\nBehind the boiler.\n"
COUNCIL = "MR. POTT: The stove is cold.\n\nMRS. BLOEM: And who lights the stove?\n\nMR. POTT: The caretaker.\n"


def test_a_question_of_the_text_is_no_answer(left):
    assert sorted(left("Where is the bicycle shed?", FAQ)) == ["Behind the boiler.", "From eight years."]


@pytest.mark.parametrize(("question", "count"), [("Who asked who lights the stove?", 1), ("Who lights the stove?", 0)])
def test_a_question_of_the_text_answers_who_asked_it(left, question, count):
    assert sum(one.endswith("?") for one in left(question, COUNCIL)) == count


def test_labels_and_names_of_columns_answer_nothing_by_themselves(left):
    assert not any("Stall |" in one for one in left("Which stalls are there?", STALLS))


def test_a_date_that_entries_stand_under_answers_nothing_by_itself(left):
    text = "3 May 1943\n\nNo bread.\n\n4 May 1943\n\nThe neighbours left.\n\n5 May 1943\n\nRain.\n"
    found = left("When did the neighbours leave?", text, "a.txt")
    assert sorted(found) == ["No bread.", "Rain.", "The neighbours left."]


def test_a_member_of_an_article_is_an_item_under_it(left):
    text = "## Article 1\n\n1. Dogs stay out.\n2. Cats may enter.\n3. Birds are fed.\n4. Fish are sold.\n"
    assert left("What does article 1 member 2 say?", text) == ["2. Cats may enter."]


def test_details_have_their_sort():
    found = list(details("On 3 May 1911 file RV/2023/04 had 12 letters, see artikel 6.", "en"))
    assert Detail("date", "1911-05-03") in found
    assert Detail("code aa/9999/99", "rv/2023/04", names=True) in found
    assert Detail("article artikel", "6") in found
    assert any(one.sort.startswith("number letter") and one.value == "12" for one in found)
