"""Baselines and ablations over a tiny set, and over a text that was badly scanned."""

from dataclasses import replace

import pytest

from evals.bench import Bench, quoth_system
from evals.fuzzy_citing import cite_fuzzily
from evals.opening import open_assistant
from evals.sets import QuestionSet
from evals.variants import QUOTH, VARIANTS, ask, forced
from ingest.errors import QuothError
from tests.evals.tiny_set import NOBODY, PRICE, TANKS, write_tiny_set
from tests.fakes import WordCountEmbedder

BY_NAME = {variant.name: variant for variant in VARIANTS}
SCAN = "The strike was crush\ned by four hundred tanks.3 Then it was quiet in the whole of Poznań for a week."


@pytest.fixture
def bench(tmp_path):
    cases, texts = write_tiny_set(tmp_path)
    (texts / "scan.txt").write_text(SCAN, encoding="utf-8")
    return Bench(WordCountEmbedder(), 1_000_000, own_sets=[QuestionSet("tiny", cases, texts)])


@pytest.fixture
def loaded(bench):
    with bench.load("tiny") as loaded:
        yield loaded


@pytest.fixture
def assistant(bench, loaded):
    with open_assistant(loaded.folder, bench.embedder, max_file_bytes=1_000_000) as assistant:
        yield assistant


@pytest.fixture
def given(loaded, assistant):
    return lambda name, question: quoth_system(loaded, assistant, BY_NAME[name]).answer(question)


def test_every_variant_has_a_name_of_its_own_and_says_what_it_is():
    assert len(BY_NAME) == len(VARIANTS) == 10
    assert VARIANTS[0] is QUOTH
    assert all(variant.meaning for variant in VARIANTS)


@pytest.mark.parametrize("name", ["quoth", "keyword only", "meaning only", "no fusion", "no verification"])
def test_a_variant_of_the_search_or_the_check_still_reads_and_refuses(given, name):
    assert "400 tanks" in given(name, TANKS).text
    assert given(name, NOBODY).status == "refused"


@pytest.mark.parametrize("name", ["first passage", "no reader"])
def test_without_a_reader_nothing_is_refused(given, name):
    assert given(name, NOBODY).status == "answered"


def test_the_first_passage_is_cited_as_a_whole(given):
    answer = given("first passage", PRICE)
    assert [citation.place for citation in answer.citations] == [answer.passages[0]]
    assert answer.citations[0].quote == answer.citations[0].standing


def test_keywords_alone_find_no_passage_without_a_word_of_the_question(given):
    assert {place.file for place in given("keyword only", "butter").passages} == {"bread.txt"}
    assert len(given("meaning only", "butter").passages) == 3
    assert given("no fusion", "butter").passages[0].file == "bread.txt"


def test_a_fuzzy_citation_gives_words_that_do_not_stand_there(assistant, loaded):
    answer = ask(assistant, forced(QUOTH.parts(assistant)))("The strike was crushed by four hundred tanks?", ())
    (cited, *_) = cite_fuzzily(answer, assistant.catalogue).claims[0].citations
    assert cited.quote == answer.claims[0].text
    assert SCAN[cited.start : cited.end] != cited.quote
    assert SCAN[cited.start :].startswith("The strike was crush\ned")


def test_a_claim_that_is_like_nothing_stays_without_a_citation(assistant):
    answer = assistant.answer(TANKS)
    other = replace(answer, claims=(replace(answer.claims[0], text="§" * 40),))
    assert cite_fuzzily(other, assistant.catalogue).claims[0].citations == ()


def test_raw_texts_are_searched_and_quoted_as_they_were_scanned(bench, loaded):
    with open_assistant(loaded.folder, bench.embedder, max_file_bytes=1_000_000, raw_texts=True) as raw:
        sentences = raw.catalogue.split_document(scan_id(raw)).sentences
        assert sentences[0].search_text.startswith("The strike was crush\ned by four hundred tanks.3")


def test_a_variant_that_breaks_is_no_bad_number(bench, loaded):
    def broken(assistant):
        raise_error = lambda answer, catalogue: 1 / 0  # noqa: E731
        return replace(QUOTH.parts(assistant), finish=raise_error)

    with pytest.raises(QuothError, match="The variant 'broken' failed on t-1: ZeroDivisionError"):
        bench.run(loaded, variants=[QUOTH, replace(QUOTH, name="broken", parts=broken)])


def scan_id(assistant):
    return next(document.id for document in assistant.documents() if document.path.endswith("scan.txt"))
