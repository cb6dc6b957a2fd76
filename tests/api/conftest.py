import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex
from tests.fakes import WordCountEmbedder

UPDATE = bool(os.environ.get("QUOTH_UPDATE_SNAPSHOTS"))  # read here: tests forget such variables
SNAPSHOTS = Path(__file__).resolve().parent.parent / "snapshots" / "api"

AUSTRIA = (
    "Oostenrijk was tien jaar bezet door vier landen.\r\n"
    "Op 15 mei 1955 werd in Wenen het staatsverdrag van Oostenrijk getekend. 😀\r\n"
    "De laatste bezetters vertrokken in oktober.\r\n"
)
POZNAN = (
    "Workers in Poznan went on strike in June 1956.\n"
    "The strike of the workers in Poznan was put down with 400 tanks.\n"
    "In October Gomulka became leader of Poland.\n"
)


@pytest.fixture
def make_assistant(tmp_path):
    """Real assistants, but for a model that counts words and an index without Chroma."""
    made = []

    def make(models=EvidenceModels()):
        catalogue = Catalogue.open(tmp_path / "home")
        embedder = WordCountEmbedder()
        catalogue.bind_model(embedder.fingerprint)
        index = DenseIndex(catalogue, tmp_path / "home" / "index", exact_only=True)
        made.append(Assistant(catalogue, embedder, index, max_file_bytes=1_000_000, models=models))
        return made[-1]

    yield make
    for assistant in made:
        assistant.close()


@pytest.fixture
def assistant(make_assistant):
    return make_assistant()


@pytest.fixture
def make_client(assistant):
    """Clients of an application around the assistant; the options are those of `create_app`."""
    with ExitStack() as stack:

        def make(**options):
            app = create_app(assistant, **{"allowed_hosts": {"testserver"}} | options)
            return stack.enter_context(TestClient(app))

        yield make


@pytest.fixture
def client(make_client):
    return make_client()


@pytest.fixture
def upload(client):
    def add(*files):
        return client.post("/v1/documents", files=[("file", file) for file in files])

    return add


@pytest.fixture
def austria(upload):
    return upload(("Oostenrijk 1955.txt", AUSTRIA.encode())).json()["documents"][0]


@pytest.fixture
def poznan(upload):
    return upload(("Poznan 1956.txt", POZNAN.encode())).json()["documents"][0]


@pytest.fixture
def check_shape():
    """Compare the shape of a JSON value with the snapshot of that name; QUOTH_UPDATE_SNAPSHOTS=1 writes it anew."""

    def check(name, value):
        path = SNAPSHOTS / f"{name}.json"
        text = json.dumps(shape_of(value), indent=2) + "\n"
        if UPDATE:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


def shape_of(value):
    """Keep names and kinds, and of a list the shape of its first item."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape_of(item) for item in value[:1]]
    return {bool: "boolean", int: "number", float: "number", str: "text", type(None): None}[type(value)]
