"""What the handlers are given: the assistant, the slots for questions, the line of uploads, the limit on files.

All of it is at hand: these are coroutines so that none waits for a thread.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

import anyio
from fastapi import Depends, Request

from api.errors import ProblemError, make_problem
from api.jobs import Jobs
from api.uploads import UploadLine
from retriever.assistant import Assistant

WAITING_FOR_EACH = 2
"""So many wait for each slot, for a short while: a person who waits longer asks again."""
PATIENCE_SECONDS = 4.0

Result = TypeVar("Result")


class Slots:
    """Limits how many questions are worked on at once; a few more wait their turn, in order."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._places = WAITING_FOR_EACH * count

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold a slot; a 503 problem when too many wait already, or when none comes free in time."""
        if self._free.locked() and not self._places:
            raise self._busy()
        self._places -= 1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise self._busy() from None
        finally:
            self._places += 1
        try:
            yield
        finally:
            self._free.release()

    async def work_on(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread, once there is a slot for it."""
        async with self.taken():
            return await anyio.to_thread.run_sync(work)

    def _busy(self) -> ProblemError:
        problem = make_problem(503, "busy", "Too many questions are being answered. Ask again in a moment.")
        return ProblemError(problem, headers={"Retry-After": "2"})


async def get_assistant(request: Request) -> Assistant:
    """Give the assistant."""
    return request.app.state.assistant


async def get_answer_slots(request: Request) -> Slots:
    """Give the slots for answers."""
    return request.app.state.answer_slots


async def get_search_slots(request: Request) -> Slots:
    """Give the slots for searches."""
    return request.app.state.search_slots


async def get_uploads(request: Request) -> UploadLine:
    """Give the line in which uploads wait."""
    return request.app.state.uploads


async def get_jobs(request: Request) -> Jobs:
    """Give the uploads that are worked on after their request."""
    return request.app.state.jobs


async def get_max_file_bytes(request: Request) -> int:
    """Give the size of the largest file that is read."""
    return request.app.state.max_file_bytes


async def require_json(request: Request) -> None:
    """Refuse a body that is not JSON: a form of a foreign web page may post anything else without asking."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError(make_problem(415, "unsupported_content_type", "Send the body as application/json."))


async def require_multipart(request: Request) -> None:
    """Refuse an upload that is not multipart/form-data."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        detail = "Send the files as multipart/form-data, each as a part named file."
        raise ProblemError(make_problem(415, "unsupported_content_type", detail))


def origin_of(request: Request) -> str:
    """Return the address of this server as the client wrote it, without a slash at its end."""
    return str(request.base_url).rstrip("/")


ReadyAssistant = Annotated[Assistant, Depends(get_assistant)]
AnswerSlots = Annotated[Slots, Depends(get_answer_slots)]
SearchSlots = Annotated[Slots, Depends(get_search_slots)]
AllJobs = Annotated[Jobs, Depends(get_jobs)]
Uploads = Annotated[UploadLine, Depends(get_uploads)]
MaxFileBytes = Annotated[int, Depends(get_max_file_bytes)]
