"""What belongs to a document is held against hashes: a vector or a passage that changed is noticed."""

import pytest

from ingest.catalogue import Catalogue, checks
from ingest.errors import CatalogueDamagedError
from tests.ingest.hand_made import HUNGARY, POLAND, add, split_by_hand, vectors_of

CHANGES = {
    "document": "UPDATE documents SET title = 'Another' WHERE row = 2",
    "passages": "UPDATE passages SET search_text = 'other words' WHERE document = 2 AND start = 0",
    "a lost sentence": "DELETE FROM sentences WHERE row = (SELECT max(row) FROM sentences)",
    "a lost place": "DELETE FROM places WHERE passage = (SELECT max(passage) FROM places)",
    "edits": "UPDATE documents SET edits = '[[0, 1, \"\"]]' WHERE row = 2",
    "passage_vectors": "UPDATE passage_vectors SET vector = zeroblob(length(vector)) WHERE passage IN"
    " (SELECT row FROM passages WHERE document = 2)",
    "a lost vector": "DELETE FROM passage_vectors WHERE passage = (SELECT max(passage) FROM passage_vectors)",
    "token_states": "UPDATE token_states SET packed = 'text' WHERE passage IN"
    " (SELECT row FROM passages WHERE document = 2)",
    "what is no text": "UPDATE passages SET heading = CAST(x'ff' AS TEXT) WHERE document = 2",
}
PARTS = {
    "a lost sentence": "passages",
    "a lost place": "passages",
    "edits": "passages",
    "a lost vector": "passage_vectors",
    "what is no text": "passages",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_from_outside_is_noticed_and_named(tmp_path, change):
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, POLAND)
        document = add(catalogue, HUNGARY, title="Hongarije")
        assert catalogue.changed_documents() == []
        with catalogue._connections.writing() as connection:
            connection.execute(CHANGES[change])
        (changed,) = catalogue.changed_documents()
        assert (changed.id, changed.parts) == (document.id, (PARTS.get(change, change),))
        assert catalogue.changed_documents([document.id]) == [changed]
        assert catalogue.changed_documents([catalogue.documents()[-1].id, "elsewhere"]) == []
    with pytest.raises(CatalogueDamagedError, match="are not what was written"):
        Catalogue.open(tmp_path)
    with Catalogue.open(tmp_path, as_it_is=True) as catalogue:
        assert len(catalogue.documents()) == 2


def test_changes_by_the_catalogue_itself_are_no_damage(catalogue):
    split = split_by_hand(HUNGARY)
    catalogue.replace(split, vectors_of(split))
    add(catalogue, POLAND, path="/a.txt")
    add(catalogue, "Another text.", path="/a.txt")
    again = split_by_hand(HUNGARY, heading="With a heading")
    catalogue.split_again(again, vectors_of(again))
    assert catalogue.changed_documents() == []
    every = {summary.id: vectors_of(catalogue.split_document(summary.id)) for summary in catalogue.documents()}
    catalogue.replace_all_vectors("another", every)
    assert catalogue.changed_documents() == []


def test_only_some_documents_of_a_large_catalogue_are_read_at_opening(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "SAMPLE", 4)
    with Catalogue.open(tmp_path) as catalogue:
        for number in range(10):
            add(catalogue, f"Text {number}.")
    read = []
    monkeypatch.setattr("ingest.catalogue.checks.find_changed", lambda _, rows: iter(read.extend(rows) or ()))
    Catalogue.open(tmp_path).close()
    assert len(set(read)) == 4
    monkeypatch.setattr(checks, "SAMPLE_SECONDS", 0)
    Catalogue.open(tmp_path).close()
    assert len(read) == 5
