"""Catalogues for the tests of ingest."""

import pytest

from ingest.catalogue import Catalogue
from tests.ingest.hand_made import HUNGARY, add, embedder


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "data") as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        yield catalogue


@pytest.fixture(scope="module")
def shared_catalogue(tmp_path_factory):
    with Catalogue.open(tmp_path_factory.mktemp("shared")) as catalogue:
        add(catalogue, HUNGARY)
        yield catalogue


@pytest.fixture
def texts(tmp_path):
    """Return a folder with readable files in two levels, and with others."""
    folder = tmp_path / "texts"
    (folder / "deeper").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "b.txt").write_text("Gomułka returned to power in Warsaw. The Soviet troops stayed in Poland.")
    (folder / "A.MD").write_text("# Hungary\n\nImre Nagy formed a new government in Budapest.")
    (folder / "deeper" / "c.txt").write_text("A third text, about Austria and its treaty.")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "deeper" / "notes.xyz").write_bytes(b"PK")
    (folder / ".secret.txt").write_text("not asked for")
    (folder / ".hidden" / "d.txt").write_text("not asked for")
    return folder
