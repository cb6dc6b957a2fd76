"""One thread for a model, and who goes first."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

Result = TypeVar("Result")


class WorkThread:
    """Does everything in one thread: what is urgent before what is patient, and otherwise in the order of arrival."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._waiting: PriorityQueue[tuple[bool, int, Callable[[], Any], Future[Any]]] = PriorityQueue()
        self._arrivals = count()

    def run(self, work: Callable[[], Result], *, patient: bool = False) -> Result:
        """Return what `work` returns once its turn has come."""
        done: Future[Result] = Future()
        self._waiting.put((patient, next(self._arrivals), work, done))
        self._pool.submit(self._work_on_next)
        return done.result()

    def _work_on_next(self) -> None:
        *_, work, done = self._waiting.get_nowait()
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised where the work was handed in
            done.set_exception(error)
