"""A disk without room is told before the model has read anything."""

import shutil
from types import SimpleNamespace

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.disk import KEPT_FREE, disk_of, require_space
from ingest.errors import DiskFullError
from ingest.pipeline import ingest_files
from ingest.readers import RawFile
from tests.fakes import WordCountEmbedder

BREAD = "In juni 1956 kostte een brood in Poznań drie zloty. ".encode()


@pytest.fixture
def leave_free(monkeypatch):
    """Say that a disk has so many bytes free."""

    def leave(free):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    return leave


def added(home, *files):
    embedder = WordCountEmbedder()
    with Catalogue.open(home) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        outcomes = list(ingest_files(files, catalogue, embedder.read_passages))
        return outcomes, embedder.passages_embedded, [each.title for each in catalogue.documents()]


def test_a_full_disk_is_told_before_anything_is_embedded(tmp_path, leave_free):
    leave_free(KEPT_FREE + 1000)
    (outcome,), embedded, held = added(tmp_path, RawFile("brood.txt", BREAD))
    assert isinstance(outcome.error, DiskFullError)
    assert f"The disk at {disk_of(tmp_path)}" in str(outcome.error)
    assert "10.0 MB free" in str(outcome.error)
    assert "MB are needed; nothing was changed" in str(outcome.error)
    assert (embedded, held) == (0, [])


def test_what_there_is_room_for_goes_in_though_all_together_does_not_fit(tmp_path, leave_free):
    leave_free(KEPT_FREE + 200_000)
    outcomes, _, held = added(tmp_path, RawFile("brood.txt", BREAD), RawFile("boek.txt", BREAD * 2000))
    assert [outcome.status for outcome in outcomes] == ["added", "failed"]
    assert held == ["Brood"]


def test_the_disk_of_a_folder_is_where_it_begins(tmp_path):
    assert disk_of(tmp_path).is_mount()
    assert tmp_path.is_relative_to(disk_of(tmp_path))
    require_space(tmp_path, 0)
