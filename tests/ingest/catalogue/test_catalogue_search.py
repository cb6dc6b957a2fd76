import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import Catalogue, keyword_search, mending, words
from ingest.words.keywords import IndexedWords
from tests.ingest.hand_made import HUNGARY, POLAND, add


def test_words_are_found_whatever_their_diacritics(catalogue):
    hungary = add(catalogue, HUNGARY)
    add(catalogue, POLAND)
    (hit,) = catalogue.search_keywords("Rakosi", limit=5)
    assert catalogue.passages([hit.passage_id])[0].document_id == hungary.id
    assert catalogue.search_keywords("Gomulka", limit=5)


def test_better_hits_score_higher(catalogue):
    for number in range(5):
        add(catalogue, f"filler text {number}")
    best = catalogue.split_document(add(catalogue, "tanks in Budapest").id).passages[0]
    add(catalogue, "tanks in a very long text about many other things, none of them of any use")
    hits = catalogue.search_keywords("tanks Budapest", limit=10)
    assert hits[0].passage_id == best.id
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > hits[1].score > 0
    assert len(catalogue.search_keywords("tanks Budapest", limit=1)) == 1
    assert catalogue.search_keywords("tanks", limit=0) == []


def test_words_of_a_heading_find_its_passages(catalogue):
    add(catalogue, "They came at dawn.", heading="The tanks")
    assert catalogue.search_keywords("tank", limit=5)


def test_filters_apply_inside_the_search(catalogue):
    for number in range(20):
        add(catalogue, f"tanks tanks tanks {number}", language="en")
    dutch = add(catalogue, "de tanks kwamen bij het aanbreken van de dag", language="nl")
    for filters in ({"document_ids": [dutch.id]}, {"language": "nl"}, {"document_ids": {dutch.id}, "language": "nl"}):
        (hit,) = catalogue.search_keywords("tanks", limit=1, **filters)
        assert catalogue.passages([hit.passage_id])[0].document_id == dutch.id
    assert catalogue.search_keywords("tanks", limit=5, document_ids=[]) == []
    assert catalogue.search_keywords("tanks", limit=5, document_ids=["unknown"]) == []
    assert catalogue.search_keywords("tanks", limit=5, document_ids=[dutch.id], language="en") == []


@pytest.fixture
def large(catalogue, monkeypatch):
    """Return a catalogue of which only four passages are ranked for a query."""
    monkeypatch.setattr(keyword_search, "MAX_RANKED", 4)
    for number in range(8):
        rare = {3: " zilver", 6: " zilver brug"}.get(number, "")
        add(catalogue, f"tanks bread{rare} {number}", language="nl" if number < 4 else "en")
    return catalogue


def found(catalogue, query, **filters):
    hits = catalogue.search_keywords(query, limit=10, **filters)
    return [passage.text.split()[-1] for passage in catalogue.passages([hit.passage_id for hit in hits])]


def test_in_a_large_catalogue_common_words_bring_in_nothing_where_rare_ones_are(large):
    assert sorted(found(large, "tanks zilver")) == ["3", "6"]
    assert found(large, "tanks brug bread zilver")[0] == "6"


def test_where_all_words_are_common_a_bounded_number_of_passages_with_all_is_ranked(large):
    add(large, "tanks alone. tanks alone. tanks")
    assert len(found(large, "tanks bread")) == 4
    assert "tanks" not in found(large, "tanks bread")
    assert len(found(large, "tanks")) == 4


def test_rare_words_that_a_filter_takes_away_leave_the_common_ones(large):
    assert set(found(large, "tanks brug", language="nl")) == {"0", "1", "2", "3"}
    (document,) = (one.id for one in large.documents() if large.document(one.id).text == "tanks bread 0")
    assert found(large, "tanks brug", document_ids=[document]) == ["0"]


@settings(max_examples=200, deadline=None)
@given(query=st.text() | st.text(alphabet='"*()^:+-{}ANDORNEAR \x00\ud800'))
def test_no_query_fails(shared_catalogue, query):
    shared_catalogue.search_keywords(query, limit=3)


def test_the_word_index_is_rebuilt_when_words_are_indexed_in_another_way(tmp_path, monkeypatch):
    with Catalogue.open(tmp_path) as catalogue:
        document = add(catalogue, HUNGARY)
    for module in (mending, words):
        monkeypatch.setattr(module, "keyword_form", lambda: "2, another stemmer")
    monkeypatch.setattr(words, "index_words", lambda *_: IndexedWords("nagy", "stemmed otherwise", ""))
    for _ in range(2):
        with Catalogue.open(tmp_path) as catalogue:
            assert len(catalogue.search_keywords("otherwise", limit=5, document_ids=[document.id])) == 2
