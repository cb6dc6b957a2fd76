"""How much memory a server takes that answers question after question: printed, and held against what is promised.

pytest -m slow -s tests/ui/test_memory.py
"""

import os
import random
import re
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_files
from ingest.readers import RawFile
from ingest.types import EmbeddedTexts
from tests.ui.server_process import fetch, server
from ui.loading import SAMPLES

QUESTIONS = int(os.environ.get("MEMORY_QUESTIONS", "1000"))
MB = 1_000_000
TEXTS = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(SAMPLES.glob("*.txt"))]
WORDS = sorted(set(re.findall(r"\w{3,}", " ".join(TEXTS))))
FORMS = ("Wat was {}?", "Wie schreef over {}?", "When did {} happen?", "Waarom {}?", "How many {} were there?")


def made_text(drawn):
    """Write a text of the words of the samples, in sentences of every length."""
    sentences = (" ".join(drawn.choices(WORDS, k=drawn.randint(3, 30))).capitalize() for _ in range(70))
    return ". ".join(sentences) + "."


def made_vectors(embedder):
    """Return an `Embed` that makes vectors up, and takes the states from a text that was read once."""
    random_vectors = np.random.default_rng(1)
    state = embedder.read_passages(["de passage"]).states[0]

    def embed(texts, **_options):
        vectors = random_vectors.normal(size=(len(texts), embedder.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return EmbeddedTexts(vectors, (state,) * len(texts), ())

    return embed


def fill(home, embedder, passages):
    drawn, numbers = random.Random(1), count()
    with Catalogue.open(home) as catalogue:
        catalogue.bind_model(embedder.fingerprint)
        while catalogue.holdings.passages < passages:
            files = [RawFile(f"verslag-{next(numbers)}.txt", made_text(drawn).encode()) for _ in range(50)]
            list(ingest_files(files, catalogue, made_vectors(embedder)))


def questions():
    drawn = random.Random(2)
    while True:
        yield drawn.choice(FORMS).format(" ".join(drawn.choices(WORDS, k=drawn.randint(1, 12))))


def memory_of(process):
    """Return what a process holds in memory now, without what it shares with its files."""
    told = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    sizes = {name: int(re.search(rf"{name}:\s+(\d+)", told)[1]) * 1024 for name in ("VmRSS", "RssAnon")}
    return sizes["VmRSS"], sizes["RssAnon"]


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("passages", "most"), [(1_000, 1500 * MB), (10_000, 2000 * MB)])
def test_a_thousand_questions_leave_memory_as_it_was(passages, most, tmp_path, model_cache, real_embedder, own_storage):
    own_storage.mkdir()
    (own_storage / "models").symlink_to(model_cache / "models")  # as its user has them: unpacked, and once
    fill(own_storage, real_embedder, passages)
    samples = tmp_path / "no samples"
    samples.mkdir()
    asked = questions()
    noted = []
    with server(samples, None, tmp_path / "log") as (process, origin):
        for number in range(QUESTIONS + 1):
            if number % max(QUESTIONS // 10, 1) == 0:
                noted.append(memory_of(process))
                whole, own = (size / MB for size in noted[-1])
                sys.stdout.write(f"{passages:6,} passages {number:5} questions: {whole:5.0f} MB, {own:5.0f} its own\n")
                sys.stdout.flush()
            fetch(f"{origin}/v1/answers", {"question": next(asked)})
    assert max(whole for whole, _ in noted) < most
    assert noted[-1][0] < 1.05 * noted[len(noted) // 2][0]
