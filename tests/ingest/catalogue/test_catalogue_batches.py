"""Many documents in one transaction, what the catalogue counts as it changes, and what changed since a state."""

import random

import numpy as np
import pytest

from ingest.catalogue import Catalogue, bookkeeping, vector_reading
from ingest.errors import UnknownDocumentError
from ingest.types import NewDocument
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole, split_by_hand, vectors_of


def new(text, **about):
    split = split_by_hand(text, **about)
    return NewDocument(split, vectors_of(split))


def test_a_batch_is_one_change(catalogue):
    before = catalogue.sequence
    batch = [new(f"Text {number}.", path=f"/{number}.txt") for number in range(5)]
    assert catalogue.replace_many([*batch, batch[0]]) == [True] * 5 + [False]
    assert catalogue.sequence == before + 1
    for each in batch:
        assert_whole(catalogue, each.split.document.id)
    assert catalogue.replace_many(batch) == [False] * 5
    assert catalogue.replace_many([]) == []
    assert catalogue.sequence == before + 1


def test_a_batch_that_fails_leaves_nothing(catalogue, monkeypatch):
    kept = add(catalogue, POLAND, path="/a.txt")
    write, calls = bookkeeping.write_checks, iter([False, True])
    monkeypatch.setattr(bookkeeping, "write_checks", lambda *given: 1 / 0 if next(calls) else write(*given))
    with pytest.raises(ZeroDivisionError):
        catalogue.replace_many([new(HUNGARY, path="/a.txt"), new("The third.")])
    assert [summary.id for summary in catalogue.documents()] == [kept.id]
    assert_whole(catalogue, kept.id)


def test_the_last_of_a_batch_that_was_read_from_one_path_stays(catalogue):
    assert catalogue.replace_many([new(POLAND, path="/a.txt"), new(HUNGARY, path="/a.txt")]) == [True, True]
    (summary,) = catalogue.documents()
    assert_whole(catalogue, summary.id)
    assert catalogue.holdings.documents == 1


def test_many_are_removed_in_one_change_or_none_is(catalogue):
    documents = [add(catalogue, f"Text {number}.") for number in range(4)]
    before = catalogue.sequence
    with pytest.raises(UnknownDocumentError, match="elsewhere"):
        catalogue.remove_many([documents[0].id, "elsewhere"])
    assert len(catalogue.documents()) == 4
    catalogue.remove_many([document.id for document in documents[:3]])
    assert [summary.id for summary in catalogue.documents()] == [documents[3].id]
    assert catalogue.sequence == before + 1
    catalogue.remove_many([])
    assert catalogue.sequence == before + 1


def test_summaries_are_given_for_the_documents_asked(catalogue):
    poland, hungary = add(catalogue, POLAND), add(catalogue, HUNGARY)
    assert catalogue.summaries([hungary.id, "elsewhere"]) == {hungary.id: catalogue.summary(hungary.id)}
    assert catalogue.summaries([]) == {}
    assert catalogue.summary(poland.id).title == poland.title


def test_what_is_held_is_counted_as_it_changes(tmp_path):
    generator = random.Random(3)
    with Catalogue.open(tmp_path / "data") as catalogue:
        assert catalogue.holdings.documents == catalogue.holdings.passages == 0
        for _ in range(40):
            change_something(catalogue, generator)
            assert_counted(catalogue)
        kept = [catalogue.split_document(summary.id) for summary in catalogue.documents()]
        held = catalogue.holdings
    with Catalogue.open(tmp_path / "other") as catalogue:
        catalogue.replace_many([NewDocument(split, vectors_of(split)) for split in reversed(kept)])
        assert catalogue.holdings.texts_sha256 == held.texts_sha256
        catalogue.remove(kept[0].document.id)
        assert catalogue.holdings.texts_sha256 != held.texts_sha256


def change_something(catalogue, generator):
    held = [summary.id for summary in catalogue.documents()]
    if held and generator.random() < 0.3:
        catalogue.remove_many(generator.sample(held, min(2, len(held))))
        return
    text = "\n\n".join(f"Passage {generator.randrange(9)}." for _ in range(generator.randrange(1, 4)))
    catalogue.replace_many([new(text, path=f"/{generator.randrange(8)}.txt", language=generator.choice(["nl", "en"]))])


def assert_counted(catalogue):
    held, vectors = catalogue.holdings, catalogue.passage_vectors()
    assert held.sequence == catalogue.sequence
    assert held.documents == len(catalogue.documents())
    assert held.passages == len(vectors.passage_ids)
    assert held.languages == {name: vectors.languages.count(name) for name in sorted(set(vectors.languages))}


def test_changes_lead_from_any_earlier_state_to_the_present_one(catalogue):
    generator, states = random.Random(5), []
    for _ in range(30):
        change_something(catalogue, generator)
        states.append((catalogue.sequence, rows_of(catalogue.passage_vectors())))
    present = rows_of(catalogue.passage_vectors())
    for sequence, rows in states:
        changes = catalogue.changes_since(sequence)
        kept = {passage_id: row for passage_id, row in rows.items() if passage_id not in changes.removed}
        assert kept | rows_of(changes.added) == present
        assert changes.sequence == catalogue.sequence
    assert not changes.removed and not changes.added.passage_ids


def rows_of(vectors):
    columns = zip(vectors.passage_ids, vectors.document_ids, vectors.languages, vectors.matrix, strict=True)
    return {passage_id: (document_id, language, tuple(row)) for passage_id, document_id, language, row in columns}


def test_vectors_are_read_in_blocks_as_they_are_in_one(catalogue, monkeypatch):
    generator = random.Random(7)
    for _ in range(20):
        change_something(catalogue, generator)
    read = catalogue.passage_vectors()
    assert list(read.passage_ids) == sorted(read.passage_ids)
    monkeypatch.setattr(vector_reading, "BLOCK", 3)
    assert rows_of(catalogue.passage_vectors()) == rows_of(read)
    assert len(read.passage_ids) > 6


def test_vectors_of_some_passages_are_given_by_id(catalogue):
    split = split_by_hand(HUNGARY)
    catalogue.replace(split, vectors_of(split))
    add(catalogue, POLAND)
    some = catalogue.passage_vectors([split.passages[1].id, "elsewhere"])
    assert some.passage_ids == (split.passages[1].id,)
    np.testing.assert_array_equal(some.matrix[0], vectors_of(split).passages[1])
    assert catalogue.passage_vectors([]).passage_ids == ()


def test_vectors_of_some_documents_are_those_of_all_their_passages(catalogue):
    hungary, poland = add(catalogue, HUNGARY), add(catalogue, POLAND)
    every = rows_of(catalogue.passage_vectors())
    some = rows_of(catalogue.passage_vectors(document_ids=[poland.id, "elsewhere"]))
    assert some == {passage_id: row for passage_id, row in every.items() if row[0] == poland.id}
    assert rows_of(catalogue.passage_vectors(document_ids=[hungary.id])).keys() | some.keys() == every.keys()


def test_changes_too_long_ago_are_not_known(catalogue, monkeypatch):
    monkeypatch.setattr(bookkeeping, "MIN_REMOVALS_KEPT", 3)
    document = add(catalogue, "kept")
    start = catalogue.sequence
    for number in range(3):
        catalogue.remove(add(catalogue, f"Text {number}.").id)
    assert len(catalogue.changes_since(start).removed) == 3
    catalogue.remove(add(catalogue, "One more.").id)
    assert catalogue.changes_since(start) is None
    assert catalogue.changes_since(catalogue.sequence).removed == frozenset()
    assert set(catalogue.passage_vectors().document_ids) == {document.id}


def test_after_an_exchange_of_all_vectors_no_earlier_state_is_known(catalogue):
    split = split_by_hand(HUNGARY)
    catalogue.replace(split, vectors_of(split))
    before = catalogue.sequence
    first = catalogue.passage_vectors()
    vectors = vectors_of(split)
    doubled = type(vectors)(vectors.passages * 2, vectors.states)
    catalogue.replace_all_vectors("another", {split.document.id: doubled})
    assert catalogue.changes_since(before) is None
    np.testing.assert_array_equal(catalogue.passage_vectors().matrix, first.matrix * 2)
