"""Serve page and API on one port, which answers at once and is ready some seconds later."""

import ipaddress
import signal
import socket
import sys
from contextlib import closing

import uvicorn
from rich.console import Console

from api.guards import all_guards
from api.late_app import LateApp
from ingest.errors import QuothError
from retriever.settings import Settings
from ui.loading import Loading, hosts_served
from ui.protocol import PromptProtocol

SHUTDOWN_SECONDS = 5
SWITCH_SECONDS = 0.001
"""So long a thread of Python goes on while others wait; by default five times that, before each step of a request."""


def run_server(settings: Settings, console: Console, *, samples: bool) -> None:
    """Serve until interrupted: load everything meanwhile, and print the address when that is done.

    Raises:
        QuothError: the address needs an API key, the port is taken, or the assistant cannot be opened.
        KeyboardInterrupt: Ctrl-C came before everything was loaded.
    """
    if not is_loopback(settings.host) and not settings.api_key:
        raise QuothError(
            f"On the address {settings.host} anyone in the network could read your texts. "
            "Set QUOTH_API_KEY to a secret of your own, or serve on 127.0.0.1."
        )
    with (
        _bound_socket(settings.host, settings.port) as bound,
        closing(Loading(settings, console, samples=samples)) as loading,
    ):
        _serve(loading, settings, bound, console)


def _serve(loading: Loading, settings: Settings, bound: socket.socket, console: Console) -> None:
    host, port = f"[{settings.host}]" if ":" in settings.host else settings.host, bound.getsockname()[1]
    failed: list[Exception] = []

    def tell_address() -> None:
        console.print(
            f"\nQuoth is at [bold]http://{host}:{port}[/] (the API under /v1, described in /v1/openapi.json)",
            highlight=False,
        )

    def stop(error: Exception) -> None:
        failed.append(error)
        server.should_exit = True

    sys.setswitchinterval(SWITCH_SECONDS)
    guards = all_guards(settings.api_key, hosts_served(settings))
    app = LateApp(loading.make, guards=guards, on_ready=tell_address, on_failure=stop)
    # Uvicorn raises the signal again when it has stopped; the default would end us before the catalogue is closed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=PromptProtocol,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        if not app.is_ready:
            raise
    if failed:
        raise failed[0]


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bound_socket(host: str, port: int) -> socket.socket:
    """Take the port before anything is loaded, so that it is told at once when another has it."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise QuothError(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another, as in `make run PORT=8001`."
        ) from error
    return bound
