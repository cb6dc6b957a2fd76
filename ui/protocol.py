"""Connections that do not come to the point are closed: the head of a request must come soon, and be short."""

import asyncio
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

MAX_HEAD_SECONDS = 10.0
MAX_HEAD_BYTES = 65_536


class PromptProtocol(AutoHTTPProtocol):
    """Uvicorn's HTTP with the two limits that it does not have; bodies are the application's own to limit."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = 0
        self._head_due: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Wait for the head of the first request."""
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Wait on, until the request is known."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget_head()
        elif self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()
        else:
            self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._forget_head()
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        if self._head_due is None:
            self._head_due = self.loop.call_later(MAX_HEAD_SECONDS, self.transport.close)

    def _forget_head(self) -> None:
        self._head_bytes = 0
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None
