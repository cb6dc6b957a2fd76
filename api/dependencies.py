"""What the handlers are given: the assistant, the slots for answers, the line of uploads, the limit on files.

All of it is at hand: these are coroutines so that none waits for a thread.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request

from api.errors import ProblemError, make_problem
from api.uploads import UploadLine
from retriever.assistant import Assistant


class AnswerSlots:
    """Limits how many answers are worked on at once."""

    def __init__(self, count: int) -> None:
        self._semaphore = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot; a 503 problem at once when there is none, since a person who waits in line asks again."""
        if not self._semaphore.acquire(blocking=False):
            problem = make_problem(503, "busy", "Too many questions are being answered. Ask again in a moment.")
            raise ProblemError(problem, headers={"Retry-After": "1"})
        try:
            yield
        finally:
            self._semaphore.release()


async def get_assistant(request: Request) -> Assistant:
    """Give the assistant."""
    return request.app.state.assistant


async def get_slots(request: Request) -> AnswerSlots:
    """Give the slots for answers."""
    return request.app.state.slots


async def get_uploads(request: Request) -> UploadLine:
    """Give the line in which uploads wait."""
    return request.app.state.uploads


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


ReadyAssistant = Annotated[Assistant, Depends(get_assistant)]
Slots = Annotated[AnswerSlots, Depends(get_slots)]
Uploads = Annotated[UploadLine, Depends(get_uploads)]
MaxFileBytes = Annotated[int, Depends(get_max_file_bytes)]
