"""Quoth as a process of its own, as its user starts it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
SERVE = """
import pathlib, sys
import ui.loading
from ui.cli import main
ui.loading.SAMPLES = pathlib.Path(sys.argv.pop())
main()
"""


@contextmanager
def server(samples, model, log):
    """Start Quoth as a process, with the model of a folder or its own; yields the process and its address."""
    port = free_port()
    command = [sys.executable, "-c", SERVE, "serve", "--samples", "--port", str(port), str(samples)]
    environment = os.environ | {"QUOTH_EMBEDDING_MODEL": str(model or ""), "COLUMNS": "400"}
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=PROJECT)
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}", log)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_until_ready(process, origin, log):
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if fetch(f"{origin}/v1/ready").status == 200:
                return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not become ready\n{log.read_text()}")


def fetch(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        response.body = response.read()
        return response


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
