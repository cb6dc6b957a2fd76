"""The command that serves the Model Context Protocol on standard input and output: `quoth mcp`."""

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ingest.errors import QuothError

if TYPE_CHECKING:
    from retriever.settings import Settings

PATIENCE_SECONDS = 600.0


def mcp(
    *,
    url: Annotated[
        str | None,
        typer.Option(help="Ask the server at this address, such as http://127.0.0.1:8000, not the catalogue."),
    ] = None,
) -> None:
    """Serve search, fetch, answer and check_quotation to a program that speaks the Model Context Protocol."""
    from retriever.settings import Settings

    settings = Settings.from_environment()
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not print between two messages
    messages = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
    with replies, messages:
        if url:
            pass_on(url, settings, messages, replies)
        else:
            serve_catalogue(settings, messages, replies)


def serve_catalogue(settings: "Settings", messages: TextIO, replies: TextIO) -> None:
    """Reply from the catalogue; no server may be running on it."""
    from api.mcp.protocol import reply_to, serve_lines
    from retriever.assistant import Assistant

    with Assistant.from_settings(settings) as assistant:

        def reply(message: str) -> str | None:
            replied = reply_to(message, assistant, lambda permalink: permalink)
            return None if replied is None else json.dumps(replied)

        serve_lines(messages, reply, lambda line: _write(replies, line))


def pass_on(url: str, settings: "Settings", messages: TextIO, replies: TextIO) -> None:
    """Pass messages on to a server that is running, with the key of the settings."""
    import httpx

    from api.mcp.protocol import serve_lines

    key = {"X-API-Key": settings.api_key} if settings.api_key else {}
    headers = {"Content-Type": "application/json", "Accept": "application/json", **key}
    with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS) as client:

        def reply(message: str) -> str | None:
            response = client.post("/mcp", content=message.encode())
            if response.is_error:
                raise QuothError(f"The server at {url} says {response.status_code}: {response.text}")
            return None if response.status_code == httpx.codes.ACCEPTED else response.text

        try:
            serve_lines(messages, reply, lambda line: _write(replies, line))
        except httpx.TransportError as error:
            raise QuothError(f"There is no server at {url} ({type(error).__name__}).") from error


def _write(replies: TextIO, line: str) -> None:
    replies.write(line)
    replies.flush()
