import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import pytest

from ingest.errors import EmptyFileError, ReadError
from ingest.readers import RawFile, document_from
from ingest.splitting.child import LENGTH_BYTES, PAGE_READ
from ingest.splitting.process import SplittingProcess, _receive
from ingest.splitting.split import split_into_passages

TEXT = "Gomułka returned to power in Warsaw.\n\nThe Soviet troops stayed in Poland. " * 20
FILE = RawFile("b.txt", TEXT.encode(), "/texts/b.txt")

LEFT_BEHIND = """
import time
from ingest.readers import RawFile
from ingest.splitting.process import SplittingProcess
process = SplittingProcess()
process.split(RawFile("a.txt", b"A text."), max_bytes=100)
print(process._child.pid, flush=True)
time.sleep(100)
"""


@pytest.fixture(scope="module")
def process():
    with closing(SplittingProcess()) as process:
        yield process


def test_a_file_is_split_as_it_would_be_here(process):
    assert process.split(FILE, max_bytes=10_000) == split_into_passages(document_from(FILE))


def test_a_file_that_is_no_text_is_the_error_it_would_be_here(process):
    with pytest.raises(EmptyFileError):
        process.split(RawFile("empty.txt", b""), max_bytes=10)
    with pytest.raises(ReadError, match="the limit is"):
        process.split(FILE, max_bytes=10)


def test_a_process_that_ends_costs_one_file(process):
    process.split(FILE, max_bytes=10_000)
    process._child.kill()
    with pytest.raises(ReadError, match="ended"):
        process.split(FILE, max_bytes=10_000)
    assert process.split(FILE, max_bytes=10_000).passages


def test_a_file_that_takes_too_long_costs_one_file():
    with closing(SplittingProcess(seconds_a_file=-1)) as process:
        with pytest.raises(ReadError, match="too long"):
            process.split(FILE, max_bytes=10_000)
        process._seconds_a_file = 60
        assert process.split(FILE, max_bytes=10_000).passages


def test_a_closed_process_reads_no_more():
    process = SplittingProcess()
    process.split(FILE, max_bytes=10_000)
    child = process._child
    process.close()
    assert child.returncode == -signal.SIGKILL
    with pytest.raises(ReadError, match="stopped"):
        process.split(FILE, max_bytes=10_000)


def test_closing_ends_what_is_under_way():
    process = SplittingProcess()
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(process.split, RawFile("long.txt", b"a b. " * 400_000), max_bytes=10**7)
        while process._child is None:
            time.sleep(0.01)
        process.close()
        with pytest.raises(ReadError):
            reading.result()


def test_the_process_does_not_outlive_who_started_it():
    with subprocess.Popen([sys.executable, "-c", LEFT_BEHIND], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(500):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the child lives on")


def test_signs_of_life_that_come_together_with_the_answer_are_told_from_it():
    def told(answer):
        pickled = pickle.dumps(answer)
        return len(pickled).to_bytes(LENGTH_BYTES, "big") + pickled

    reading, writing = os.pipe()
    os.write(writing, told(PAGE_READ) * 3 + told(EmptyFileError("the answer")))
    with os.fdopen(reading, "rb") as pipe:
        assert str(_receive(SimpleNamespace(stdout=pipe), within=1)) == "the answer"
    os.close(writing)
