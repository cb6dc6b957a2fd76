import pytest

from ingest.catalogue import Catalogue
from retriever.reading.exactness import Detail, details
from tests.retriever.library import Library, embedder

LOSSES = (
    "The Hoop was lost on 3 January 1911 with 4 men aboard. The Zwaan was lost on 5 January 1911 with 6 men aboard. "
    "The Arend was lost on 9 January 1911 with 7 men aboard. The Otter was lost on 12-1-1911 with 5 men aboard."
)
CODES = "Box HV-0231 holds the plans. Box HV-0213 holds the photographs."


@pytest.fixture
def library(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield Library(catalogue, tmp_path / "index")


def quoted(library, question, text):
    library.add("a.txt", text)
    answer = library.answer(question, {"lost on": 0.9, "holds": 0.9})
    return answer.claims[0].text if answer.claims else None


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
def test_of_many_records_only_the_one_with_the_date_or_number_answers(library, question, boat):
    said = quoted(library, question, LOSSES)
    assert (said is None) if boat is None else (boat in said)


@pytest.mark.parametrize(
    ("code", "holds"), [("HV-0231", "plans"), ("HV-0213", "photographs"), ("HV-0321", None), ("hv-0213", None)]
)
def test_another_code_is_another_thing(library, code, holds):
    said = quoted(library, f"What does box {code.upper()} hold?", CODES)
    assert (said is None) if code == "HV-0321" else said is not None
    if holds:
        assert holds in said


def test_a_sentence_without_such_a_detail_may_answer(library):
    library.add("a.txt", f"{LOSSES} The storm blew for nine days.")
    answer = library.answer("What happened after 20 January 1911?", {"storm blew": 0.9})
    assert answer.claims[0].text == "The storm blew for nine days."


def test_a_date_that_stands_once_is_no_record(library):
    text = "The lock was opened on 12 March 1953. The mayor spoke."
    library.add("a.txt", text)
    assert library.answer("Who opened the lock on 13 March 1953?", {"lock was": 0.9}).status == "answered"


def test_details_have_their_sort():
    found = list(details("On 3 May 1911 file RV/2023/04 had 12 letters, see artikel 6.", "en"))
    assert Detail("date", "1911-05-03") in found
    assert Detail("code rv/9999/99", "rv/2023/04", names=True) in found
    assert Detail("article artikel", "6") in found
    assert any(one.sort.startswith("number letter") and one.value == "12" for one in found)
