"""An answer as server-sent events: the one place where something waits for a client."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import anyio
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic_core import to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.dependencies import Slots
from api.errors import problem_json, problem_of
from retriever.events import AnswerEvent

KEEPALIVE_SECONDS = 15.0
SEND_SECONDS = 30.0


def wants_events(request: Request) -> bool:
    """Tell whether the client asks for server-sent events."""
    return "text/event-stream" in request.headers.get("accept", "").lower()


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """An event as it is sent: its data as JSON, bytes as they are; without data it is a comment, a sign of life."""

    name: str | None = None
    data: Any = None


Events = Generator[AnswerEvent, None, None] | Generator[StreamEvent, None, None]


class EventSender:
    """Writes numbered events, one JSON each; the response begins with the first, so an early error keeps its status."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self._number = 0
        self._lock = anyio.Lock()

    @property
    def started(self) -> bool:
        """Whether an event has been sent."""
        return self._number > 0

    async def send_event(self, name: str | None, data: Any) -> None:
        """Send one event; see `StreamEvent`."""
        if not self.started:
            await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
        self._number += 1
        if data is None:
            await self._write(KEEPALIVE_COMMENT)
            return
        text = (data if isinstance(data, bytes) else to_json(data)).decode()
        await self._write(format_sse_event(event=name, data_str=text, id=str(self._number) if name else None))

    async def keep_alive(self) -> None:
        """Send a comment now and then, so that nothing between here and the client takes the stream for dead."""
        while True:
            await anyio.sleep(KEEPALIVE_SECONDS)
            if self.started:
                await self._write(KEEPALIVE_COMMENT)

    async def end(self) -> None:
        """End the response."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, body: bytes) -> None:
        # A client that does not read must not hold a slot for ever.
        with anyio.move_on_after(SEND_SECONDS) as waiting:
            async with self._lock:
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
        if waiting.cancelled_caught:
            raise ClientDisconnect


class AnswerStream(Response):
    """Steps a plain generator in threads and sends what it yields; stops at the next step when the client leaves.

    The slot is taken in here and not before: a response that is never sent then holds none.
    """

    media_type = "text/event-stream"

    def __init__(self, begin: Callable[[], Events], slots: Slots) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._begin = begin
        self._slots = slots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        failure: Exception | None = None
        async with self._slots.taken():
            events = self._begin()
            sender = EventSender(send, self.raw_headers)
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(cancel_when_left, receive, group.cancel_scope)
                    group.start_soon(sender.keep_alive)
                    try:
                        await send_events(events, sender)
                    except Exception as error:  # noqa: BLE001  raised below: the group would wrap it in another
                        failure = error
                    group.cancel_scope.cancel()
            except* ClientDisconnect:
                pass
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(events.close)
        if failure and not isinstance(failure, ClientDisconnect):
            raise failure


async def send_events(events: Events, sender: EventSender) -> None:
    """Send each event when it is there, and an `error` event for what goes wrong on the way."""
    while True:
        try:
            event = await anyio.to_thread.run_sync(next, events, None)
        except Exception as error:
            if not sender.started:
                raise
            await sender.send_event("error", problem_json(problem_of(error)))
            break
        if event is None:
            break
        await sender.send_event(event.name, event.data)
    await sender.end()


async def cancel_when_left(receive: Receive, cancel_scope: anyio.CancelScope) -> None:
    """Cancel the work when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    cancel_scope.cancel()
