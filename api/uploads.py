"""Uploads wait in a line of their own: one is worked on, a few wait, and the rest hear when to come again."""

import asyncio
import ctypes
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ProblemError, make_problem, problem_response

MAX_RETRY_SECONDS = 300
REMEMBERED = 8

Result = TypeVar("Result")


class UploadLine:
    """Works on one upload at a time, in a thread that no question needs."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken = 0
        self._turn = anyio.CapacityLimiter(1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="upload")
        self._seconds = deque([2.0], maxlen=REMEMBERED)

    def take_place(self) -> None:
        """Take a place in the line; a 503 problem at once when there is none."""
        if self._taken >= self._places:
            problem = make_problem(503, "busy", "Other files are being added. Send this one again in a moment.")
            raise ProblemError(problem, headers={"Retry-After": str(self.retry_seconds)})
        self._taken += 1

    def give_place(self) -> None:
        """Give the place to another."""
        self._taken -= 1

    @property
    def retry_seconds(self) -> int:
        """In how many seconds a place may be free, by how long the last uploads took: half of the line from now."""
        mean = sum(self._seconds) / len(self._seconds)
        return min(max(math.ceil(mean * self._taken / 2), 1), MAX_RETRY_SECONDS)

    async def in_turn(self, work: Callable[[], Result], *, request: Request | None = None) -> Result:
        """Run `work` when its turn has come; not for a client that has left meanwhile."""
        async with self._turn:
            if request and await request.is_disconnected():
                raise ProblemError(make_problem(400, "client_left", "The client left before its turn came."))
            begun = time.monotonic()
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
            finally:
                self._seconds.append(time.monotonic() - begun)
                self._thread.submit(give_memory_back)


def give_memory_back() -> None:
    """Give back what an ingest took and the allocator keeps for the next one, where it can be told to."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class UploadPlace:
    """A place in the line: it is given back when its request is over, unless a job keeps it."""

    def __init__(self, line: UploadLine) -> None:
        line.take_place()
        self._line = line
        self.is_kept = False

    def give_back(self) -> None:
        """Give the place to another."""
        self._line.give_place()


class UploadPlaces:
    """Pure ASGI: gives each upload its place in the line before its body is read."""

    def __init__(self, app: ASGIApp, *, path: str, line: UploadLine) -> None:
        self.app = app
        self.path = path
        self.line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse an upload for which there is no place."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != self.path:
            await self.app(scope, receive, send)
            return
        try:
            place = scope["upload_place"] = UploadPlace(self.line)
        except ProblemError as refusal:
            await problem_response(refusal.problem, headers=refusal.headers)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            if not place.is_kept:
                place.give_back()
