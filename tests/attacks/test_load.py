"""How long questions and signs of life take while forty-five files are added at once: printed, and not asserted.

pytest -m slow -s tests/attacks/test_load.py
"""

import asyncio
import random
import re
import sys
import time

import httpx
import pytest

from tests.ui.server_process import server
from ui.loading import SAMPLES

UPLOADS, ASKERS, FILE_BYTES, QUIET_SECONDS = 45, 4, 10_000, 20
QUESTIONS = (
    "Wat kostte een brood in juni 1956?",
    "When was the state treaty signed?",
    "Wie werd in oktober leider van Polen?",
    "How many workers went on strike?",
    "Wanneer stierf Stalin?",
)
WORDS = re.findall(
    r"\w+",
    "de ministers van het congres besloten in oktober dat de fabriek in Poznań opnieuw zou openen omdat "
    "de arbeiders staakten en het brood duur was geworden terwijl de partij zweeg over wat er in de "
    "kranten stond ",
)


def report(number):
    """Write a report that is like no other."""
    drawn, text = random.Random(number), f"Verslag {number}. "
    while len(text) < FILE_BYTES:
        sentence = " ".join(drawn.choices(WORDS, k=drawn.randint(8, 20))).capitalize()
        text += f"{sentence} op {drawn.randint(1, 31)} mei 195{drawn.randint(0, 9)}. "
    return text.encode()


class Measured:
    """Asks a server, and notes the seconds and the state of every answer."""

    def __init__(self, client):
        self.client = client
        self.done = asyncio.Event()
        self.noted = {"answers": [], "health": [], "ready": [], "stored": [], "turned away": []}

    async def ask(self, name, method, path, **body):
        begun = time.perf_counter()
        response = await self.client.request(method, path, **body)
        self.noted[name].append((time.perf_counter() - begun, response.status_code))
        return response

    async def questions(self, first):
        while not self.done.is_set():
            await self.ask("answers", "POST", "/v1/answers", json={"question": QUESTIONS[first % len(QUESTIONS)]})
            first += 1

    async def signs_of_life(self):
        while not self.done.is_set():
            await self.ask("health", "GET", "/v1/health")
            await self.ask("ready", "GET", "/v1/ready")
            await asyncio.sleep(0.05)

    async def upload(self, number):
        """Send a file, and again when the server says so, until it is stored; returns its id."""
        files = {"file": (f"verslag-{number}.txt", report(number))}
        while True:
            begun = time.perf_counter()
            response = await self.client.post("/v1/documents", files=files)
            stored = response.status_code == 201
            self.noted["stored" if stored else "turned away"].append(
                (time.perf_counter() - begun, response.status_code)
            )
            if stored:
                return response.json()["documents"][0]["id"]
            await asyncio.sleep(float(response.headers["retry-after"]))

    def tell(self, when):
        for name, noted in self.noted.items():
            if noted:
                seconds = sorted(second for second, _ in noted)
                p50, p95, p99 = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95, 0.99))
                states = sorted({state for _, state in noted})
                figures = f"p50 {p50:.3f} p95 {p95:.3f} p99 {p99:.3f} max {seconds[-1]:.3f} s"
                sys.stdout.write(f"{when:8} {name:12} n={len(noted):4} {figures} {states}\n")


async def measure(origin):
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=origin, timeout=600, limits=limits) as client:
        for question in QUESTIONS:
            await client.post("/v1/answers", json={"question": question})
        quiet, loaded = Measured(client), Measured(client)
        for measured in (quiet, loaded):
            asking = [asyncio.create_task(measured.questions(first)) for first in range(ASKERS)]
            asking.append(asyncio.create_task(measured.signs_of_life()))
            if measured is quiet:
                await asyncio.sleep(QUIET_SECONDS)
            else:
                ids = await asyncio.gather(*map(loaded.upload, range(UPLOADS)))
            measured.done.set()
            await asyncio.gather(*asking)
        quiet.tell("quiet")
        loaded.tell("loaded")
        held = {document["id"] for document in (await client.get("/v1/documents")).json()["documents"]}
    return loaded, set(ids), held


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_questions_beside_forty_five_uploads(tmp_path, model_cache, real_embedder, own_storage):
    model = model_cache / "models" / "multilingual-e5-small"
    with server(SAMPLES, model, tmp_path / "log") as (_, origin):
        loaded, acknowledged, held = asyncio.run(measure(origin))
    assert len(acknowledged) == UPLOADS
    assert acknowledged <= held
    assert {state for name in ("answers", "health", "ready") for _, state in loaded.noted[name]} == {200}
    assert {state for _, state in loaded.noted["turned away"]} == {503}
