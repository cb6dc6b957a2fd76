"""What a file could make of a library, the process that reads it may not do."""

import subprocess
import sys

import pytest

CONFINED = "from ingest.splitting.confinement import confine; confine(); "


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "open('{tmp}/a', 'w')",
        "import os; os.open('{tmp}/a', os.O_CREAT | os.O_RDWR)",
    ],
)
def test_it_reaches_no_network_and_writes_no_file(attempt, tmp_path):
    program = CONFINED + attempt.format(tmp=tmp_path)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_takes_no_more_memory_than_it_is_given():
    done = subprocess.run(
        [sys.executable, "-c", f"{CONFINED}bytearray(3_000_000_000)"], capture_output=True, text=True, check=False
    )
    assert "MemoryError" in done.stderr
