"""A server over many made passages, as its clients see it: start, search, one file more, memory and disk."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

import httpx

from evals.made_passages import MadePassages
from evals.speed import percentile
from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from retriever.embedding.model_loading import load_embedder

BATCH = 50
PATIENCE = 1800.0
WORDS_PER_QUESTION = 6
NEW_FILE = b"De zilveren kwikstaart van Wolvega zong een aria over de spoorbrug."


@dataclass(frozen=True, slots=True)
class Serving:
    """What was measured at one number of passages: seconds, milliseconds of a search, and megabytes.

    `healthy` and `ready` count from the start of the process, `first_index` is the first building of Chroma's, `added`
    goes from sending a short file to finding it. `memory` is that of the server and its children after all questions.
    """

    passages: int
    first_index: float
    healthy: float
    ready: float
    p50: float
    p95: float
    added: float
    memory_at_start: float
    memory: float
    disk: float


def measure_serving(passages: int, folder: Path, cache: Path, *, questions: int) -> Serving:
    """Serve so many made passages from a folder, where they are made unless they lie there, and measure."""
    fill(folder, passages, cache)
    with _served(folder) as (client, process, started):
        _wait_for_index(client, process)
        first_index = perf_counter() - started
    with _served(folder) as (client, process, started):
        _wait(lambda: client.get("/v1/health").is_success, process)
        healthy = perf_counter() - started
        _wait_for_index(client, process)
        ready, at_start = perf_counter() - started, _memory(process.pid)
        times = sorted(_search_times(client, _questions(questions)))
        added = _add(client)
        memory = _memory(process.pid)
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6
    p50, p95 = (1000 * percentile(times, share) for share in (0.5, 0.95))
    return Serving(passages, first_index, healthy, ready, p50, p95, added, at_start, memory, disk)


def fill(folder: Path, passages: int, cache: Path) -> None:
    """Make a catalogue of so many passages in an empty folder, beside the unpacked model."""
    folder.mkdir(parents=True, exist_ok=True)
    fingerprint = load_embedder(None, cache=cache).fingerprint
    if not (folder / "models").exists():
        (folder / "models").symlink_to((cache / "models").absolute(), target_is_directory=True)
    with Catalogue.open(folder) as catalogue:
        if catalogue.holdings.passages >= passages:
            return
        catalogue.bind_model(fingerprint)
        documents = MadePassages().documents(passages)
        while batch := list(islice(documents, BATCH)):
            catalogue.replace_many(batch)


@contextmanager
def _served(folder: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes], float]]:
    port = _free_port()
    started = perf_counter()
    with (
        subprocess.Popen(
            [sys.executable, "-m", "ui", "serve", "--port", str(port)],
            env=os.environ | {"QUOTH_HOME": str(folder), "NO_PROXY": "*"},
            stdout=subprocess.DEVNULL,
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600, trust_env=False) as client,
    ):
        try:
            yield client, process, started
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for_index(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    def is_ready() -> bool:
        answer = client.get("/v1/ready")
        return answer.is_success and answer.json()["index"]["state"] == "ready"

    _wait(is_ready, process)


def _wait(until: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    ends = perf_counter() + PATIENCE
    while perf_counter() < ends and process.poll() is None:
        try:
            if until():
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.05)
    raise QuothError(f"The server ended, or was not ready within {PATIENCE:.0f} seconds.")


def _questions(count: int) -> list[str]:
    """Make questions of words that the made texts hold, common ones and rare ones."""
    made = MadePassages(seed=1)
    texts = (passage.text.split() for new in made.documents(20 * count) for passage in new.split.passages)
    return [" ".join(dict.fromkeys(words[:: len(words) // WORDS_PER_QUESTION])) for words in islice(texts, count)]


def _search_times(client: httpx.Client, questions: Sequence[str]) -> Iterator[float]:
    for number, question in enumerate([*questions[:5], *questions]):
        started = perf_counter()
        answer = client.post("/v1/search", json={"query": question, "limit": 20})
        seconds = perf_counter() - started
        if not answer.is_success or not answer.json()["hits"]:
            raise QuothError(f"A search failed: {answer.status_code}")
        if number >= 5:
            yield seconds


def _add(client: httpx.Client) -> float:
    """Add a short file, find it, and take it away again; return the seconds until it was found."""
    started = perf_counter()
    added = client.post("/v1/documents", files={"file": ("kwikstaart.txt", NEW_FILE)})
    found = client.post("/v1/search", json={"query": "zilveren kwikstaart van Wolvega", "limit": 1})
    seconds = perf_counter() - started
    document_id = added.json()["documents"][0]["id"]
    if found.json()["hits"][0]["passage"]["document_id"] != document_id:
        raise QuothError("A file that was just added is not found.")
    client.delete(f"/v1/documents/{document_id}")
    return seconds


def _memory(process_id: int) -> float:
    """Return the memory of a process and its children, in megabytes."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    own = next((int(line.split()[1]) / 1e3 for line in status if line.startswith("VmRSS:")), 0.0)
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    return own + sum(_memory(int(child)) for child in children)
