"""Nothing here leaves the machine: the guard that every test runs under."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "reach_out",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
        lambda: socket.socket(socket.AF_INET6).connect_ex(("2001:db8::1", 80)),
        lambda: urllib.request.urlopen("http://192.0.2.1/"),
    ],
    ids=["connect", "look-up", "old look-up", "datagram", "version 6", "urllib"],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_leaving_the_machine_is_blocked(reach_out, no_network):
    with pytest.raises(RuntimeError, match="no network"):
        reach_out()
    assert no_network
    no_network.clear()


def test_loopback_is_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_local_sockets_are_open(tmp_path):
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(address)
        server.listen()
        client.connect(address)


WHOLE_PATH = """
import socket
from pathlib import Path
from retriever.assistant import Assistant
from retriever.settings import Settings

try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error.strerror)
with Assistant.from_settings(Settings.from_environment()) as assistant:
    assistant.add_bytes("brood.txt", "In juni 1956 kostte een brood in Poznań drie zloty.".encode())
    assistant.dense_index.refresh(wait=True)
    print(assistant.dense_index.state, assistant.search("What did bread cost?")[0].passage.text)
    print(assistant.answer("Wat kostte een brood in juni 1956?").status in ("answered", "partly", "refused"))
"""


@pytest.mark.real
def test_the_whole_path_works_on_a_machine_without_a_network(own_storage, model_cache, real_embedder):
    """A namespace of its own has no network at all, so this holds for native code and child processes too."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let us make a network namespace")
    settings = {"QUOTH_EMBEDDING_MODEL": str(model_cache / "models" / "multilingual-e5-small")}
    run = subprocess.run(
        [unshare, "-rn", sys.executable, "-c", WHOLE_PATH],
        capture_output=True,
        text=True,
        env=os.environ | settings,
        cwd=Path(__file__).parent.parent,
    )
    assert run.stdout.splitlines() == [
        "Network is unreachable",
        "ready In juni 1956 kostte een brood in Poznań drie zloty.",
        "True",
    ], run.stderr
