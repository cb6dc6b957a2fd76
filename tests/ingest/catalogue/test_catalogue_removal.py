import threading
import time

import pytest

from ingest.catalogue import Catalogue, housekeeping
from ingest.catalogue import upkeep as catalogue_upkeep
from ingest.errors import (
    UnknownDocumentError,
)
from tests.ingest.hand_made import HUNGARY, POLAND, add, assert_whole


def test_a_removed_document_is_gone(catalogue):
    removed, kept = add(catalogue, HUNGARY), add(catalogue, POLAND)
    before = catalogue.sequence
    catalogue.remove(removed.id)
    assert catalogue.sequence == before + 1
    assert [summary.id for summary in catalogue.documents()] == [kept.id]
    assert catalogue.search_keywords("Nagy", limit=5) == []
    assert set(catalogue.passage_vectors().document_ids) == {kept.id}
    with pytest.raises(UnknownDocumentError):
        catalogue.text(removed.id, 0, 1)
    assert_whole(catalogue, kept.id)


def test_removed_words_are_in_no_file(catalogue):
    rest = [add(catalogue, f"Common words stand here {n}.\n\nkeepsake{n}alpha and more") for n in range(30)]
    secrets = [f"zwyx{n}qkv" for n in range(30)]
    gone = [add(catalogue, f"The name {word} was told.\n\n{word} again\nand {word}s", title=word) for word in secrets]
    catalogue.save_answer("a", f'"{secrets[0]}"', [gone[0].id])
    for document in gone[:20]:
        catalogue.remove(document.id)
    for number, word in enumerate(secrets[20:]):
        add(catalogue, f"replaced {number}", path=f"/{word}.txt")
        add(catalogue, f"replaced again {number}", path=f"/{word}.txt")
    for document in gone[20:]:
        catalogue.remove(document.id)
    for number in range(10):
        add(catalogue, f"moved {number}", path=f"/{number}.txt")
    catalogue.erase_removed()
    live = b"".join(file.read_bytes() for file in catalogue.folder.iterdir())
    assert all(f"keepsake{number}alpha".encode() in live for number in range(len(rest)))
    assert not [word for word in secrets[:20] if word.encode() in live]


def test_an_unfinished_removal_is_finished_at_the_next_opening(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "SMALL_BYTES", 0)
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, POLAND)
        catalogue.remove(add(catalogue, "zwyxqkv").id)
    assert b"zwyxqkv" in (tmp_path / "catalogue.sqlite3").read_bytes()
    monkeypatch.undo()
    with Catalogue.open(tmp_path):
        assert not [file for file in tmp_path.iterdir() if b"zwyxqkv" in file.read_bytes()]


def test_a_small_catalogue_erases_before_it_is_closed(tmp_path):
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, POLAND)
        catalogue.remove(add(catalogue, "zwyxqkv").id)
    assert not [file for file in tmp_path.iterdir() if b"zwyxqkv" in file.read_bytes()]


def test_erasing_waits_for_the_end_of_a_burst_of_removals(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 0.05)
    merged = []
    monkeypatch.setattr(housekeeping, "purge_words", lambda connections: iter(merged.append(1) or ()))
    with Catalogue.open(tmp_path) as catalogue:
        documents = [add(catalogue, f"zwyxqkv {number}") for number in range(5)]
        with catalogue._upkeep._working:  # nothing is done before all are removed
            for document in documents:
                catalogue.remove(document.id)
        wait_until(lambda: not catalogue._upkeep._is_due())
    assert len(merged) <= 2


def test_erasing_goes_on_in_the_background(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "SMALL_BYTES", 0)
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 0.05)
    with Catalogue.open(tmp_path) as catalogue:
        for number in range(3):
            catalogue.remove(add(catalogue, f"zwyxqkv {number}").id)
        wait_until(lambda: not catalogue._upkeep._is_due())
        assert not [file for file in tmp_path.iterdir() if b"zwyxqkv" in file.read_bytes()]


def test_closing_does_not_wait_for_erasing_in_the_background(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "SMALL_BYTES", 0)
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 3600)
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.remove(add(catalogue, "zwyxqkv").id)
    monkeypatch.undo()
    with Catalogue.open(tmp_path) as catalogue:
        assert not catalogue._upkeep._is_due()


def wait_until(is_so):
    for _ in range(1000):
        if is_so():
            return
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def test_a_reader_under_way_does_not_stop_a_removal(catalogue):
    document = add(catalogue, "zwyxqkv")
    with catalogue.snapshot():
        assert catalogue.document(document.id)
        in_thread(lambda: catalogue.remove(document.id))
        in_thread(catalogue.erase_removed)
        assert catalogue.document(document.id).text == "zwyxqkv"
    with pytest.raises(UnknownDocumentError):
        catalogue.document(document.id)
    catalogue.erase_removed()
    assert not [file for file in catalogue.folder.iterdir() if b"zwyxqkv" in file.read_bytes()]


def in_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
