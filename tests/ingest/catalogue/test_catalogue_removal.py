import threading
import time

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue import erasing as catalogue_upkeep
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
    live = b"".join(file.read_bytes() for file in catalogue.folder.iterdir())
    assert all(f"keepsake{number}alpha".encode() in live for number in range(len(rest)))
    assert not [word for word in secrets[:20] if word.encode() in live]


def test_an_unfinished_removal_is_finished_at_the_next_opening(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep.Upkeep, "erase_removed", lambda self: None)
    with Catalogue.open(tmp_path) as catalogue:
        add(catalogue, POLAND)
        catalogue.remove(add(catalogue, "zwyxqkv").id)
    assert b"zwyxqkv" in (tmp_path / "catalogue.sqlite3").read_bytes()
    monkeypatch.undo()
    with Catalogue.open(tmp_path):
        assert not [file for file in tmp_path.iterdir() if b"zwyxqkv" in file.read_bytes()]


def test_a_large_catalogue_erases_in_the_background(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 0.05)
    with Catalogue.open(tmp_path) as catalogue:
        for number in range(3):
            catalogue.remove(add(catalogue, f"zwyxqkv {number}").id)
        wait_until(lambda: catalogue._upkeep._due() == 0)
        assert not [file for file in tmp_path.iterdir() if b"zwyxqkv" in file.read_bytes()]


def test_closing_does_not_wait_for_erasing_in_the_background(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue_upkeep, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(catalogue_upkeep, "QUIET_SECONDS", 3600)
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.remove(add(catalogue, "zwyxqkv").id)
    monkeypatch.undo()
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue._upkeep._due() == 0


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
        assert catalogue.document(document.id).text == "zwyxqkv"
    with pytest.raises(UnknownDocumentError):
        catalogue.document(document.id)
    catalogue.remove(add(catalogue, "another").id)  # finishes what the reader had held up
    assert not [file for file in catalogue.folder.iterdir() if b"zwyxqkv" in file.read_bytes()]


def in_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
