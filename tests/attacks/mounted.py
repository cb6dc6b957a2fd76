"""The page as it is served, and someone who sends it what no page would."""

import json
from contextlib import contextmanager

import httpx

from ingest.catalogue import Catalogue
from retriever.assistant import Assistant
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.index.dense_index import DenseIndex
from retriever.settings import Settings
from tests.fakes import WordCountEmbedder
from tests.ui.visiting import made, served
from ui.loading import make_server_app

KEY = "een-lange-sleutel"
TEXT = "Op 15 mei 1955 werd in Wenen het staatsverdrag van Oostenrijk getekend.\n"
# Settings of the server, and the headers that a user of it sends: on this machine, and with a key on a network.
PLACES = {
    "loopback": ({}, {}),
    "network": ({"host": "0.0.0.0", "api_key": KEY}, {"X-API-Key": KEY, "Host": "quoth.example:8000"}),
}


@contextmanager
def word_counting_assistant(home, models=EvidenceModels()):
    """Open a real assistant with one text, but for a model that counts words and an index without Chroma."""
    catalogue = Catalogue.open(home)
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, home / "index", exact_only=True)
    with Assistant(catalogue, embedder, index, max_file_bytes=1_000_000, models=models) as assistant:
        assistant.add_bytes("staatsverdrag.txt", TEXT.encode())
        yield assistant


@contextmanager
def mounted(home, place="loopback", models=EvidenceModels()):
    """Serve API and page on a free port; yields the application and a client of a user who may use it."""
    settings, headers = PLACES[place]
    with word_counting_assistant(home, models) as assistant:
        app = made(lambda: make_server_app(assistant, Settings(max_file_mb=1, **settings)))
        with served(app) as origin, httpx.Client(base_url=origin, headers=headers, timeout=30) as client:
            yield app, client


def blocks_of(app):
    """Return Gradio's page in an application."""
    return next(route.app for route in app.routes if getattr(route, "path", "") == "/chat").get_blocks()


def post_event(client, listener, data, *, session="aanvaller", **more):
    """Put an event into the page's queue."""
    body = {"data": data, "fn_index": listener, "session_hash": session, **more}
    return client.post("/chat/gradio_api/queue/join", json=body)


def run_event(client, listener, data, **more):
    """Put an event into the queue and wait for its end; returns all that the server said."""
    joined = post_event(client, listener, data, **more)
    if joined.status_code != 200:
        return joined.text
    told = []
    with client.stream("GET", "/chat/gradio_api/queue/data", params={"session_hash": "aanvaller"}) as messages:
        for line in messages.iter_lines():
            told.append(line)
            if line.startswith("data:") and json.loads(line[5:])["msg"] == "close_stream":
                break
    return "\n".join(told)
