"""Who goes first: ingest lets questions pass, since a person waits for those."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

MAX_WAIT_SECONDS = 1.0
"""An ingest waits no longer for a pause between two of its batches, so that it goes on however much is asked."""
LOW_PRIORITY = 5

Step = TypeVar("Step")


class Courtesy:
    """Counts the questions that are being worked on, in this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._questions = 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Work on a question."""
        with self._changed:
            self._questions += 1
        try:
            yield
        finally:
            with self._changed:
                self._questions -= 1
                self._changed.notify_all()

    def steps(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Work on a question step by step; while nobody takes the next one, it is not being worked on."""
        while True:
            with self.answering():
                step = next(steps, None)
            if step is None:
                return
            yield step

    def give_way(self) -> None:
        """Wait until no question is being worked on, for a while at most."""
        until = time.monotonic() + MAX_WAIT_SECONDS
        with self._changed:
            while self._questions and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)


COURTESY = Courtesy()
"""Of the whole process: its cores are what questions and ingest share."""


def lower_priority() -> None:
    """Give the calling thread fewer turns than others have, where the system has priorities of threads."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
