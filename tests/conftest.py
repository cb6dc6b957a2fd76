"""What every test gets: storage in a temporary folder, an environment without surprises, and no network."""

import logging
import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

# Read by libraries when they are imported, so they must be set before any test module is.
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    TOKENIZERS_PARALLELISM="false",
    OMP_WAIT_POLICY="PASSIVE",
    GRADIO_ANALYTICS_ENABLED="False",
    ANONYMIZED_TELEMETRY="False",
    LANGSMITH_TRACING="false",
    DO_NOT_TRACK="1",
)

# Unpacked models outlive a test run, or each one would write 250 MB again.
KEPT = Path(__file__).parent.parent / ".quoth" / "tests"


class NetworkBlockedError(RuntimeError):
    """A test reached for the network."""


blocked_calls: list[str] = []


def _is_local(host: object) -> bool:
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if not host or host in ("localhost", socket.gethostname()):
        return True
    try:
        return ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def _watch_sockets(event: str, arguments: tuple) -> None:
    """Stop every call that would leave this machine, whichever library or thread makes it; name look-ups included."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        connection, address = arguments
        outward = connection.family in (socket.AF_INET, socket.AF_INET6) and address and not _is_local(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        outward = not _is_local(arguments[0])
    else:
        return
    if outward:
        blocked_calls.append(f"{event} {arguments[1:] if event.startswith('socket.connect') else arguments}")
        raise NetworkBlockedError(f"{blocked_calls[-1]}: Quoth and its tests use no network")


sys.addaudithook(_watch_sockets)


@pytest.fixture(autouse=True)
def no_network():
    """Fail a test during which anything tried to leave this machine, even where a library swallowed the error."""
    blocked_calls.clear()
    yield blocked_calls
    assert not blocked_calls


@pytest.fixture(autouse=True)
def own_storage(tmp_path, monkeypatch):
    """Point everything that is stored at this test's folder, and forget the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("QUOTH_", "XDG_")):
            monkeypatch.delenv(name)
    home = tmp_path / "quoth-home"
    monkeypatch.setenv("QUOTH_HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    return home


@pytest.fixture(autouse=True)
def no_shipped_models(request, monkeypatch):
    """Do without the reader and verifier that come with Quoth, 44 MB to load, except in tests of real models."""
    if request.node.get_closest_marker("real") is None:
        monkeypatch.setattr("retriever.evidence_model.evidence_models.load_shipped", lambda _: (None, None))


@pytest.fixture(scope="session")
def model_cache():
    """Return the folder where the real model is unpacked once per checkout."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT


@pytest.fixture(scope="session")
def real_embedder(model_cache):
    """Load multilingual-e5-small, once in a run."""
    from retriever.embedding.model_loading import load_embedder

    return load_embedder(None, cache=model_cache)


@pytest.fixture(autouse=True)
def no_log_handler_stays():
    """Take away the log handlers of a command line that a test ran: they write to a stream that is closed by then."""
    before = logging.root.handlers[:]
    yield
    for handler in logging.root.handlers[:]:
        if type(handler) is logging.StreamHandler and handler not in before:
            logging.root.removeHandler(handler)
