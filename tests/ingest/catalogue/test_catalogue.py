import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import Catalogue
from ingest.errors import (
    CatalogueError,
    InvalidSpanError,
    UnknownDocumentError,
)
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole, split_by_hand, vectors_of


def test_a_document_comes_back_as_it_went_in(catalogue):
    split = split_by_hand(
        POLAND, title="Polen", path="/texts/polen.txt", heading="October", edits=[(3, 5, ""), (9, 9, "é")]
    )
    assert catalogue.replace(split, vectors_of(split))
    assert catalogue.split_document(split.document.id) == split
    assert_whole(catalogue, split.document.id)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_every_text_comes_back_to_the_letter(shared_catalogue, text):
    split = split_by_hand(text)
    shared_catalogue.replace(split, vectors_of(split))
    assert shared_catalogue.document(split.document.id).text == text
    assert shared_catalogue.split_document(split.document.id) == split


@pytest.mark.parametrize(
    "text", ["a\r\nb\rc\n\n", "\ufeffmark", "nul \x00 inside", "e\u0301 \u202e 𐍈 \uffff", "\u2028"]
)
def test_unusual_characters_are_kept(catalogue, text):
    assert catalogue.document(add(catalogue, text).id).text == text


def test_the_same_content_is_written_once(catalogue):
    split = split_by_hand(POLAND, path="/a.txt")
    assert catalogue.replace(split, vectors_of(split))
    before, size = catalogue.sequence, (catalogue.folder / "catalogue.sqlite3-wal").stat().st_size
    assert not catalogue.replace(split, vectors_of(split))
    assert not catalogue.replace(split_by_hand(POLAND, path="/elsewhere.txt"), vectors_of(split))
    assert catalogue.sequence == before
    assert (catalogue.folder / "catalogue.sqlite3-wal").stat().st_size == size
    assert [summary.path for summary in catalogue.documents()] == ["/a.txt"]


def test_a_changed_file_replaces_its_document(catalogue):
    old = add(catalogue, POLAND, path="/a.txt")
    new = add(catalogue, HUNGARY, path="/a.txt")
    assert [summary.id for summary in catalogue.documents()] == [new.id]
    assert catalogue.search_keywords("Warsaw", limit=5) == []
    with pytest.raises(UnknownDocumentError):
        catalogue.document(old.id)
    assert_whole(catalogue, new.id)


def test_a_file_that_became_a_copy_of_another_loses_its_old_document(catalogue):
    kept = add(catalogue, POLAND, path="/a.txt")
    add(catalogue, HUNGARY, path="/b.txt")
    copy = split_by_hand(POLAND, path="/b.txt")
    assert catalogue.replace(copy, vectors_of(copy))
    assert [summary.id for summary in catalogue.documents()] == [kept.id]


@pytest.mark.parametrize(("path", "same_path"), [("", True), ("/a.txt", False)])
def test_documents_without_a_path_of_their_own_stand_beside_each_other(catalogue, path, same_path):
    for text in (POLAND, HUNGARY):
        split = split_by_hand(text, path=path)
        catalogue.replace(split, vectors_of(split), same_path=same_path)
    assert len(catalogue.documents()) == 2


def test_a_failed_replacement_leaves_the_old_document(catalogue, monkeypatch):
    old = add(catalogue, POLAND, path="/a.txt")
    before = catalogue.sequence
    monkeypatch.setattr("ingest.catalogue.writing.insert_vectors", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add(catalogue, HUNGARY, path="/a.txt")
    assert catalogue.sequence == before
    assert [summary.id for summary in catalogue.documents()] == [old.id]
    assert_whole(catalogue, old.id)


def test_documents_are_listed_by_title_then_id(catalogue):
    for number, title in enumerate(["b", "a", "c", "a"]):
        add(catalogue, f"text {number}", title=title)
    listed = [(summary.title, summary.id) for summary in catalogue.documents()]
    assert listed == sorted(listed)
    assert [title for title, _ in listed] == ["a", "a", "b", "c"]


def test_a_summary_counts_passages_and_code_points(catalogue):
    summary = catalogue.summary(add(catalogue, "één 𐍈\n\ntwee", path="/x").id)
    assert (summary.characters, summary.passages) == (11, 2)
    assert catalogue.summary("unknown") is None
    assert catalogue.documents_at("/x") == {summary.id}
    assert catalogue.documents_at("") == set()


@pytest.mark.parametrize(
    ("start", "end", "text"), [(0, 3, "één"), (4, 5, "𐍈"), (0, 0, ""), (5, 5, ""), (0, 5, "één 𐍈")]
)
def test_a_span_counts_code_points(catalogue, start, end, text):
    assert catalogue.text(add(catalogue, "één 𐍈").id, start, end) == text


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 6), (6, 6), (-3, -1), (10**9, 10**9 + 1)])
def test_a_span_outside_the_text_is_refused(catalogue, start, end):
    document = add(catalogue, "één 𐍈")
    with pytest.raises(InvalidSpanError, match="5 characters"):
        catalogue.text(document.id, start, end)


def test_unknown_documents_are_told(catalogue):
    for call in (catalogue.document, catalogue.remove, catalogue.split_document, lambda id: catalogue.text(id, 0, 1)):
        with pytest.raises(UnknownDocumentError, match="nobody"):
            call("nobody")


def test_passages_and_sentences_come_in_the_order_asked(catalogue):
    add(catalogue, POLAND)
    passages = catalogue.split_document(add(catalogue, HUNGARY).id).passages
    asked = [passages[1].id, "unknown", passages[0].id]
    assert catalogue.passages(asked) == [passages[1], passages[0]]
    sentences = catalogue.sentences(asked)
    assert [sentence.search_text for sentence in sentences] == [
        "Nagy became prime minister again.",
        "Gerő left.",
        "Rákosi was removed in July.",
    ]
    assert catalogue.passages([]) == []
    assert catalogue.sentences(["unknown"]) == ()
    assert catalogue.states(["unknown"]) == {}


def test_passage_vectors_are_sorted_and_cannot_be_changed(catalogue):
    assert catalogue.passage_vectors().matrix.shape == (0, 0)
    add(catalogue, POLAND, language="nl")
    first = catalogue.passage_vectors()
    assert list(first.passage_ids) == sorted(first.passage_ids)
    assert set(first.languages) == {"nl"}
    with pytest.raises(ValueError, match="read-only"):
        first.matrix[0, 0] = 1
    add(catalogue, HUNGARY)
    assert len(catalogue.passage_vectors().passage_ids) == len(first.passage_ids) + 2


def test_the_sequence_survives_reopening(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.sequence == 0
        add(catalogue, POLAND)
        catalogue.remove(add(catalogue, HUNGARY).id)
        assert catalogue.sequence == 3
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.sequence == 3


def test_a_closed_catalogue_says_so(tmp_path):
    catalogue = Catalogue.open(tmp_path)
    catalogue.close()
    catalogue.close()
    with pytest.raises(CatalogueError, match="closed"):
        catalogue.documents()
    with pytest.raises(CatalogueError, match="closed"):
        catalogue.remove("x")


@pytest.mark.parametrize("call", [Catalogue.document, Catalogue.remove, Catalogue.saved_answer])
def test_half_a_character_is_an_error_in_plain_words(catalogue, call):
    with pytest.raises(CatalogueError, match="half a character"):
        call(catalogue, "\udcff")
