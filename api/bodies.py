"""How large a body may be, and how slowly it may come."""

import math

import anyio
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ProblemError, make_problem, problem_response

PATIENCE_SECONDS = 10.0
MIN_BYTES_PER_SECOND = 50_000
"""What has come buys time: a body is late when it is slower than this and the patience is over."""
MAX_DIGITS = 18


class BodyReader:
    """Receives the body of one request, within a limit and in time; once it is complete, whatever comes next."""

    def __init__(self, scope: Scope, receive: Receive, *, max_bytes: int) -> None:
        self._receive = receive
        self._max_bytes = max_bytes
        self._begun = anyio.current_time()
        self._received = 0
        self._complete = False
        declared = HTTPConnection(scope).headers.get("content-length", "0")
        if not (declared.isascii() and declared.isdecimal()) or len(declared) > MAX_DIGITS or int(declared) > max_bytes:
            raise self._too_large()

    async def receive(self) -> Message:
        """Receive the next part; a problem when it is too much or too late."""
        due = math.inf if self._complete else self._begun + PATIENCE_SECONDS + self._received / MIN_BYTES_PER_SECOND
        with anyio.CancelScope(deadline=due) as waiting:
            message = await self._receive()
        if waiting.cancelled_caught:
            late = make_problem(408, "body_too_slow", "The body of the request did not come in time.")
            raise ProblemError(late, headers={"Connection": "close"})
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._received > self._max_bytes:
            raise self._too_large()
        return message

    async def read(self) -> bytes:
        """Receive the whole body."""
        body = bytearray()
        while not self._complete:
            body += (await self.receive()).get("body", b"")
        return bytes(body)

    def _too_large(self) -> ProblemError:
        return ProblemError(make_problem(413, "body_too_large", f"A body here has at most {self._max_bytes:,} bytes."))


class BodyLimits:
    """Pure ASGI: puts a reader before every body; uploads may be larger, and a declared size counts at once."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, upload_path: str, max_upload_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.upload_path = upload_path
        self.max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counter and a clock on what is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.max_upload_bytes if scope["path"] == self.upload_path else self.max_bytes
        try:
            reader = BodyReader(scope, receive, max_bytes=limit)
        except ProblemError as refusal:
            await problem_response(refusal.problem)(scope, receive, send)
        else:
            await self.app(scope, reader.receive, send)
