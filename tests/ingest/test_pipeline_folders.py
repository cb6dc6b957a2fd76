import os
from pathlib import Path

import pytest

from ingest.embedding import embed_splits
from ingest.errors import EmptyFileError, ModelError, QuothError, ReadError, UnsupportedFileError
from ingest.incoming.folders import find_files
from ingest.pipeline import ingest_files
from tests.fakes import WordCountEmbedder
from tests.ingest.hand_made import assert_whole

embedder = WordCountEmbedder()
embed = embedder.read_passages


def ingest_all(paths, catalogue, **options):
    return list(ingest_files(paths, catalogue, embed, **options))


def assert_stored_whole(catalogue, ingested):
    assert_whole(catalogue, ingested.document.id, vectors_of=lambda split: embed_splits([split], embed)[0])


def test_a_folder_is_read_with_its_folders_in_order(catalogue, texts):
    outcomes = ingest_all([texts], catalogue)
    assert [Path(outcome.path).name for outcome in outcomes] == ["A.MD", "b.txt", "c.txt"]
    assert {outcome.status for outcome in outcomes} == {"added"}
    found = find_files([texts])
    assert (len(found.files), found.skipped, found.unreadable) == (3, 3, ())


def test_a_file_named_twice_is_read_once(texts):
    link = texts / "deeper" / "link.txt"
    link.symlink_to(texts / "b.txt")
    files = find_files([texts / "b.txt", texts, texts / "deeper" / ".." / "b.txt"]).files
    assert [file.resolve().name for file in files] == ["A.MD", "b.txt", "c.txt"]


def test_links_in_circles_end(catalogue, texts):
    (texts / "deeper" / "up").symlink_to(texts)
    (texts / "itself.txt").symlink_to(texts / "itself.txt")
    statuses = {Path(outcome.path).name: outcome.status for outcome in ingest_all([texts], catalogue)}
    assert statuses == {"A.MD": "added", "b.txt": "added", "c.txt": "added", "itself.txt": "failed"}


def test_bad_files_do_not_stop_the_others(catalogue, texts):
    (texts / "empty.txt").write_bytes(b"")
    (texts / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (texts / "large.txt").write_bytes(b"a b. " * 1000)
    os.mkfifo(texts / "pipe.txt")
    missing, picture = texts / "missing.txt", texts / "picture.png"
    outcomes = ingest_all([texts, missing, picture], catalogue, max_bytes=2000)
    failed = {Path(outcome.path).name: outcome.error for outcome in outcomes if outcome.status == "failed"}
    assert failed.keys() == {"empty.txt", "binary.txt", "large.txt", "pipe.txt", "missing.txt", "picture.png"}
    assert isinstance(failed["empty.txt"], EmptyFileError)
    assert isinstance(failed["picture.png"], UnsupportedFileError)
    assert all(isinstance(error, ReadError) for error in failed.values())
    assert sum(outcome.status == "added" for outcome in outcomes) == len(catalogue.documents()) == 3


def test_a_model_that_fails_on_one_file_does_not_stop_the_others(catalogue, texts):
    def fail_on_poland(texts, **options):
        if any("Warsaw" in text for text in texts):
            raise ModelError("The model gave up.")
        return embed(texts, **options)

    outcomes = list(ingest_files([texts], catalogue, fail_on_poland))
    assert [outcome.status for outcome in outcomes] == ["added", "failed", "added"]


def test_a_folder_that_cannot_be_listed_is_told(catalogue, texts, monkeypatch):
    listed = os.scandir

    def scandir(path):
        if Path(path).name == "deeper":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    outcomes = ingest_all([texts], catalogue)
    assert [(Path(outcome.path).name, outcome.status) for outcome in outcomes] == [
        ("deeper", "failed"),
        ("A.MD", "added"),
        ("b.txt", "added"),
    ]
    assert "cannot be listed" in str(outcomes[0].error)


@pytest.mark.parametrize("name", ["nul\0.txt", "x" * 5000 + ".txt", "", ".", "no-such-folder"])
def test_names_that_cannot_be_are_told(catalogue, name):
    for outcome in ingest_all([Path("/nowhere") / name], catalogue):
        assert outcome.status == "failed"
        assert isinstance(outcome.error, QuothError)


def test_two_names_that_are_no_text_do_not_replace_each_other(catalogue, texts):
    for number in (1, 2):
        Path(os.fsdecode(os.fsencode(texts) + b"/\xff%c.txt" % (0xF0 + number))).write_text(
            f"Text {number} stands here."
        )
    outcomes = ingest_all([texts], catalogue)
    assert [outcome.status for outcome in outcomes] == ["added"] * 5
    assert len(catalogue.documents()) == 5


def test_progress_counts_files_and_texts(catalogue, texts):
    heard = []
    ingest_all([texts], catalogue, progress=heard.append)
    done = [progress.files_done for progress in heard]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 3)
    assert {progress.files for progress in heard} == {3}
    assert all(progress.embedded <= progress.to_embed for progress in heard)
    assert any(progress.embedded == progress.to_embed > 0 for progress in heard)


def test_an_outcome_is_told_when_it_is_on_disk(catalogue, texts):
    for number, outcome in enumerate(ingest_files([texts], catalogue, embed), start=1):
        assert len(catalogue.documents()) >= number
        assert_stored_whole(catalogue, outcome)
