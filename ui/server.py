"""Serve page and API on one port."""

import ipaddress
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from starlette.responses import RedirectResponse

import ingest
from api.app import create_app
from api.guards import LOOPBACK_NAMES
from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.settings import Settings
from ui.ingest_progress import add_with_progress
from ui.page import mount_page
from ui.protocol import PromptProtocol

SAMPLES = Path(ingest.__file__).parent / "samples"
PAGE = "/chat"
SHUTDOWN_SECONDS = 5


def run_server(settings: Settings, console: Console, *, samples: bool) -> None:
    """Load everything, print the address and serve until interrupted.

    Raises:
        QuothError: the address needs an API key, the port is taken, or the assistant cannot be opened.
    """
    if not is_loopback(settings.host) and not settings.api_key:
        raise QuothError(
            f"On the address {settings.host} anyone in the network could read your texts. "
            "Set QUOTH_API_KEY to a secret of your own, or serve on 127.0.0.1."
        )
    _check_port(settings.host, settings.port)
    with console.status("loading the model and the catalogue"):
        assistant = Assistant.from_settings(settings)
    with assistant:
        if samples:
            add_samples(assistant, console)
        assistant.dense_index.refresh()
        app = make_server_app(assistant, settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        console.print(
            f"\nQuoth is at [bold]http://{host}:{settings.port}[/] (the API under /v1, described in /v1/openapi.json)",
            highlight=False,
        )
        # Uvicorn raises the signal again when it has stopped; the default would end us before the catalogue is closed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            http=PromptProtocol,
            log_level="warning",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )


def make_server_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """Make what is served: the API, the page, and the way from the root to the page."""
    app = create_app(
        assistant,
        api_key=settings.api_key,
        # A foreign name that is made to point here brings no key: no browser sends what it was given for another name.
        allowed_hosts=None if settings.api_key else LOOPBACK_NAMES,
        max_file_bytes=settings.max_file_bytes,
    )
    mount_page(app, assistant, path=PAGE)
    app.add_api_route("/", lambda: RedirectResponse(PAGE), include_in_schema=False)
    return app


def add_samples(assistant: Assistant, console: Console) -> None:
    """Add the sample texts to an empty catalogue; in any other, read again those samples that it holds."""
    folder = SAMPLES.resolve()  # as the catalogue writes paths
    held = {document.path for document in assistant.documents()}
    paths = [path for path in sorted(folder.iterdir()) if str(path) in held] if held else [folder]
    if paths:
        add_with_progress(assistant, paths, console)


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise QuothError(
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose another, as in `make run PORT=8001`."
            ) from error
