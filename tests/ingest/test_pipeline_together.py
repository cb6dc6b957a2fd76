"""Many files are one piece of work: read ahead, embedded and stored together, and each for itself where one fails."""

import threading
import time

import pytest

import ingest.pipeline
import ingest.splitting.process
from ingest.errors import CatalogueError, ModelError
from ingest.incoming.folders import find_files
from ingest.incoming.reading_ahead import MAX_BYTES_AHEAD, ReadingAhead
from ingest.pipeline import PASSAGES_TOGETHER, ingest_files
from ingest.readers import RawFile
from tests.fakes import WordCountEmbedder

embed = WordCountEmbedder().read_passages


def uploads(count, size=0):
    return [RawFile(f"{number}.txt", f"Text {number} stands here.".encode() + b" " * size) for number in range(count)]


class WaitingReader:
    """Reads files as they are let; `begun` holds what it began."""

    def __init__(self, allowed):
        self.begun = []
        self.allowed = threading.Semaphore(allowed)

    def wait_for(self, count):
        for _ in range(2000):
            if len(self.begun) >= count:
                return
            time.sleep(0.01)
        pytest.fail(f"only {len(self.begun)} were begun")

    def __call__(self, file):
        self.begun.append(file)
        assert self.allowed.acquire(timeout=20)
        return file


def test_what_is_ready_is_taken_together_and_nothing_waits_for_more():
    read = WaitingReader(3)
    files = uploads(6)
    groups = ReadingAhead(files, read).groups(is_full=lambda group: len(group) == 2)
    taken = next(groups)
    read.wait_for(4)
    while len(taken) < 3:
        group = next(groups)
        assert len(group) <= 2
        taken += group
    assert taken == files[:3]
    for _ in files[3:]:
        read.allowed.release()
    assert [file for group in groups for file in group] == files[3:]


def test_files_are_read_ahead_but_not_all_of_them():
    read = WaitingReader(1000)
    files = uploads(40, size=MAX_BYTES_AHEAD // 10)
    groups = ReadingAhead(files, read).groups(is_full=lambda group: True)
    next(groups)
    read.wait_for(10)
    groups.close()
    assert len(read.begun) <= 12


def test_what_reading_raises_reaches_the_caller():
    def fail(file):
        raise MemoryError

    with pytest.raises(MemoryError):
        list(ReadingAhead(uploads(3), fail).groups(is_full=lambda group: False))


def test_the_next_files_are_read_while_the_model_works(catalogue, monkeypatch):
    split, others_are_read = ingest.pipeline._split_here, threading.Event()
    read = []

    def split_and_note(file, **options):
        read.append(file)
        if len(read) == 30:
            others_are_read.set()
        return split(file, **options)

    def embed_later(texts, **options):
        assert others_are_read.wait(20)
        return embed(texts, **options)

    monkeypatch.setattr("ingest.pipeline._split_here", split_and_note)
    outcomes = list(ingest_files(uploads(30), catalogue, embed_later))
    assert [outcome.status for outcome in outcomes] == ["added"] * 30
    # one for the file that was there first, one for all that were read meanwhile
    assert catalogue.sequence <= 3


def test_a_group_holds_no_more_passages_than_are_embedded_at_once(catalogue):
    long = "\n\n".join(f"Zin nummer {n} is een lange zin met veel woorden. " * 12 for n in range(PASSAGES_TOGETHER))
    files = [RawFile(f"{n}.txt", (long + str(n)).encode()) for n in range(3)]
    sequence = catalogue.sequence
    list(ingest_files(files, catalogue, embed))
    assert catalogue.sequence == sequence + 3


def test_one_file_that_the_catalogue_refuses_stops_no_other(catalogue, monkeypatch):
    replace_many = catalogue.replace_many

    def refuse(batch):
        if any("Text 2 " in new.split.document.text for new in batch):
            raise CatalogueError("The disk is full.")
        return replace_many(batch)

    monkeypatch.setattr(catalogue, "replace_many", refuse)
    outcomes = list(ingest_files(uploads(5), catalogue, embed))
    assert [outcome.status for outcome in outcomes] == ["added", "added", "failed", "added", "added"]
    assert len(catalogue.documents()) == 4


def test_one_file_that_the_model_refuses_stops_no_other(catalogue):
    def refuse(texts, **options):
        if any("Text 3 " in text for text in texts):
            raise ModelError("The model gave up.")
        return embed(texts, **options)

    outcomes = list(ingest_files(uploads(5), catalogue, refuse))
    assert [outcome.status for outcome in outcomes] == ["added", "added", "added", "failed", "added"]


def test_twins_that_come_together_are_stored_once(catalogue):
    twins = [RawFile("a.txt", b"The same text."), RawFile("b.txt", b"The same text.")]
    outcomes = list(ingest_files([*twins, *uploads(3)], catalogue, embed))
    assert [outcome.status for outcome in outcomes] == ["added", "unchanged", "added", "added", "added"]
    assert outcomes[0].document == outcomes[1].document


def test_much_is_read_in_another_process_and_comes_out_the_same(catalogue, texts, monkeypatch):
    list(ingest_files([texts], catalogue, embed))
    here = [catalogue.split_document(summary.id) for summary in catalogue.documents()]
    catalogue.remove_many([summary.id for summary in catalogue.documents()])
    monkeypatch.setattr("ingest.pipeline.BULK_BYTES", 0)
    monkeypatch.setattr("ingest.pipeline._split_here", lambda file, **_: pytest.fail("read here"))
    (texts / "empty.txt").write_bytes(b"")
    outcomes = list(ingest_files([texts], catalogue, embed))
    assert [outcome.status for outcome in outcomes] == ["added", "added", "added", "failed"]
    assert [catalogue.split_document(summary.id) for summary in catalogue.documents()] == here


def test_an_ingest_that_is_left_leaves_no_process_and_what_was_told_is_stored(catalogue, texts, monkeypatch):
    monkeypatch.setattr("ingest.pipeline.BULK_BYTES", 0)
    started = []
    start = ingest.splitting.process._start
    monkeypatch.setattr("ingest.splitting.process._start", lambda: started.append(start()) or started[-1])
    outcomes = ingest_files(find_files([texts]).files, catalogue, embed)
    first = next(outcomes)
    outcomes.close()
    assert [child.poll() is not None for child in started] == [True]
    assert catalogue.summary(first.document.id) == first.document
