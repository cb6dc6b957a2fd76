"""A process that is killed at any moment loses no document that it acknowledged and leaves none half."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.embedding import embed_splits
from ingest.errors import UnknownAnswerError
from tests.fakes import WordCountEmbedder
from tests.ingest.hand_made import assert_whole

PROJECT = Path(__file__).resolve().parents[2]

INGEST = """
import sys
from pathlib import Path
from ingest.catalogue import Catalogue
from ingest.pipeline import ingest_file
from ingest.readers import read_document_bytes
from ingest.splitting.split import split_into_passages
from tests.fakes import WordCountEmbedder
from tests.ingest.test_kill import text_of
home, first = Path(sys.argv[1]), int(sys.argv[2])
embedder = WordCountEmbedder()
split_into_passages(read_document_bytes("first.txt", text_of(0).encode()))  # what is loaded once is loaded now
with Catalogue.open(home / "data") as catalogue:
    catalogue.bind_model(embedder.fingerprint)
    print("ready", flush=True)
    for number in range(first, first + 10_000):
        path = home / f"{number % 4}.txt"
        path.write_text(text_of(number), encoding="utf-8")
        ingested = ingest_file(path, catalogue, embedder.read_passages)
        assert ingested.status in ("added", "replaced"), ingested
        print(number, ingested.document.id, flush=True)
"""

# Every statement of a replacement is a moment to be killed; a process of its own for each, so that it can be.
STEPS = """
import os, signal, sys
from pathlib import Path
from ingest.catalogue import Catalogue
from tests.ingest.hand_made import split_by_hand, vectors_of
from tests.ingest.test_kill import NEW, OLD
def replace(folder, killed_at):
    with Catalogue.open(folder) as catalogue:
        old, new = (split_by_hand(text, path="/a.txt") for text in (OLD, NEW))
        catalogue.replace(old, vectors_of(old))
        catalogue.save_answer("answer", "{}", [old.document.id])
        statements = 0
        def count(statement):
            nonlocal statements
            if statements == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
            statements += 1
        catalogue._connections._writer.set_trace_callback(count)
        catalogue.replace(new, vectors_of(new))
        catalogue.erase_removed()
        catalogue._connections._writer.set_trace_callback(None)
        return statements
home, every = Path(sys.argv[1]), int(sys.argv[2])
count = replace(home / "whole", None)
print(count)
for step in range(0, count, every):
    process = os.fork()
    if not process:
        replace(home / str(step), step)
        os._exit(1)
    assert os.waitpid(process, 0)[1] == signal.SIGKILL, step
"""

OLD = "The old text.\n\nIts second passage zwyxqkv.\nIts last sentence."
NEW = "The new text.\n\nIts second passage.\nA sentence more.\n\nIts third passage."


def text_of(number):
    """Return the text that step `number` ingests, another each time."""
    generator = random.Random(number)
    words = [
        "Budapest",
        "Warszawa",
        "Moskou",
        "tanks",
        "toespraak",
        "regering",
        "Rákosi",
        "Gomułka",
        "the",
        "de",
        "vrij",
    ]
    sentences = [" ".join(generator.choices(words, k=12)) for _ in range(generator.randint(10, 60))]
    return f"Text number {number} begins here. " + ". ".join(sentences) + ".\n"


embed = WordCountEmbedder().read_passages


def start(script, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)


def kill_and_look(home, first, seconds):
    """Ingest from step `first` on, kill after some time, check everything, return the step to go on with."""
    with start(INGEST, home, first) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        acknowledged = [line.split() for line in process.stdout.read().splitlines() if line.count(" ") == 1]
    done = first + len(acknowledged)
    with Catalogue.open(home / "data") as catalogue:
        documents = {summary.path: summary.id for summary in catalogue.documents()}
        for document_id in documents.values():
            assert_whole(catalogue, document_id, vectors_of=lambda split: embed_splits([split], embed)[0])
        held = {catalogue.document(document_id).text for document_id in documents.values()}
    assert len(held) == len(documents)
    expected, one_more = (states_after(steps) for steps in (done, done + 1))
    assert held in (expected, one_more), f"after step {done}"
    return done if held == expected else done + 1


def states_after(steps):
    return {text_of(number) for number in range(max(0, steps - 4), steps)}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_while_ingesting_at_random_moments(tmp_path, kills):
    generator = random.Random(kills)
    step = 0
    for _ in range(kills):
        step = kill_and_look(tmp_path, step, generator.uniform(0.05, 1.0))
    assert step > 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_before_any_statement_of_a_replacement(tmp_path, every):
    with start(STEPS, tmp_path, every) as process:
        count = int(process.stdout.read())
    assert process.returncode == 0
    assert count > 25
    seen = set()
    for step in range(0, count, every):
        with Catalogue.open(tmp_path / str(step)) as catalogue:
            (summary,) = catalogue.documents()
            assert_whole(catalogue, summary.id)
            text = catalogue.document(summary.id).text
            assert text in (OLD, NEW)
            if text == OLD:
                assert catalogue.saved_answer("answer") == "{}"
            else:
                with pytest.raises(UnknownAnswerError):
                    catalogue.saved_answer("answer")
                assert b"zwyxqkv" not in b"".join(file.read_bytes() for file in (tmp_path / str(step)).iterdir())
            seen.add(text)
    assert seen == {OLD, NEW}
