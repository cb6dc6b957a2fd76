"""Time limits for a reply, whatever the model does."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from ingest.errors import LanguageModelTooSlowError
from retriever.language_model.types import Writing

PIECES_AHEAD = 1000
"""A model that never ends must not fill the memory of a reader who falls behind."""

BEAT_SECONDS = 1.0
"""How often a reader who waits is given an empty piece: only who has control can stop the model."""

_SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a model may take, in seconds: to its first piece, from one to the next, and in all."""

    first_token: float = 45.0
    gap: float = 15.0
    total: float = 120.0


def limited(writing: Writing, patience: Patience) -> Writing:
    """Give a reply that raises LanguageModelTooSlowError when it takes too long, and then stops the model.

    The clock starts when the first piece is asked for. Nobody waits longer than the limits, not even for a model that
    does not come back; an empty piece comes every second meanwhile. The returned writing may be closed from any thread.

    Args:
        writing: The reply; its pieces are taken in a thread of their own.
        patience: The limits.
    """
    return Writing(_TimedPieces(writing, patience), writing.usage)


@dataclass(frozen=True, slots=True)
class _Step:
    """What the model did, and when: a piece, an error, or neither at the end."""

    seconds: float
    piece: str | None = None
    error: BaseException | None = None


class _TimedPieces(Iterator[str]):
    def __init__(self, writing: Writing, patience: Patience) -> None:
        self._writing = writing
        self._patience = patience
        self._steps: queue.Queue[_Step] = queue.Queue(PIECES_AHEAD)
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._started = 0.0
        self._waits_since: float | None = None
        self._count = 0

    def __next__(self) -> str:
        if self._closed.is_set():
            raise StopIteration
        if self._thread is None:
            self._started = monotonic()
            self._thread = threading.Thread(target=self._take_steps, name="language-model-reply", daemon=True)
            self._thread.start()
        step = self._wait()
        if step is None:
            return ""
        if step.piece is not None and step.seconds - self._started <= self._patience.total:
            self._count += 1
            return step.piece
        self.close()
        if step.error is not None:
            raise step.error
        if step.piece is not None:
            raise self._too_slow()
        raise StopIteration

    def close(self) -> None:
        """Stop the model."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._stop_model()
        if self._steps.empty():
            self._steps.put(_Step(monotonic()))  # wakes who waits for a piece in another thread

    def _wait(self) -> _Step | None:
        """Return what comes next, None after a second; what came in time is taken however late the reader is."""
        left = self._started + self._patience.total - monotonic()
        limit = self._patience.gap if self._count else self._patience.first_token
        self._waits_since = self._waits_since or monotonic()
        left_of_limit = self._waits_since + limit - monotonic()
        waits = min(left_of_limit, left)
        try:
            step = self._steps.get(timeout=max(0.0, min(waits, BEAT_SECONDS)))
        except queue.Empty:
            if waits > BEAT_SECONDS:
                return None
            error = self._too_slow() if left <= left_of_limit else self._too_slow(limit)
        else:
            self._waits_since = None
            return step
        self.close()
        raise error

    def _too_slow(self, seconds: float | None = None) -> LanguageModelTooSlowError:
        if seconds is None:
            return LanguageModelTooSlowError(
                f"The language model did not finish within {self._patience.total:g} seconds. A smaller one is faster."
            )
        what = "wrote nothing more for" if self._count else "had not begun to write after"
        return LanguageModelTooSlowError(f"The language model {what} {seconds:g} seconds. A smaller one is faster.")

    def _stop_model(self) -> None:
        try:
            self._writing.close()
        except ValueError:
            # A generator that runs in the other thread cannot be closed from here; that thread does, at its next step.
            if self._thread is None or not self._thread.is_alive():
                raise

    def _take_steps(self) -> None:
        try:
            for piece in self._writing.pieces:
                self._hand_over(_Step(monotonic(), piece=piece))
                if self._closed.is_set():
                    break
            else:
                self._hand_over(_Step(monotonic()))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the reader must hear of it
            self._hand_over(_Step(monotonic(), error=error))
        finally:
            self._stop_model()

    def _hand_over(self, step: _Step) -> None:
        while not self._closed.is_set():
            try:
                return self._steps.put(step, timeout=_SECONDS_BETWEEN_LOOKS)
            except queue.Full:
                continue
