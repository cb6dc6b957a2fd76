"""Files are read and split while others are embedded."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Generic, TypeVar

from ingest.readers import RawFile

MAX_BYTES_AHEAD = 2_000_000
"""Of files that are read and wait for the model: some thousand passages, and no more memory than a large file takes."""

Read = TypeVar("Read")


class ReadingAhead(Generic[Read]):
    """Calls `read` on each file in a thread of its own, in order and only so far ahead of what is taken."""

    def __init__(self, files: Sequence[Path | RawFile], read: Callable[[Path | RawFile], Read]) -> None:
        self._read = read
        self._to_read = deque(files)
        self._ahead: deque[tuple[int, Future[Read]]] = deque()
        self._bytes_ahead = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")

    def groups(self, *, is_full: Callable[[list[Read]], bool]) -> Generator[list[Read], None, None]:
        """Yield what was read in groups: all that is ready, at least one and no more once the group is full."""
        group: list[Read] = []
        try:
            while self._send():
                size, reading = self._ahead.popleft()
                group.append(reading.result())
                self._bytes_ahead -= size
                self._send()
                if is_full(group) or not self._ahead or not self._ahead[0][1].done():
                    yield group
                    group = []
        finally:
            self._thread.shutdown(cancel_futures=True)

    def _send(self) -> bool:
        """Give the thread more files; False when all that were given are taken."""
        while self._to_read and (not self._ahead or self._bytes_ahead < MAX_BYTES_AHEAD):
            file = self._to_read.popleft()
            size = size_of(file)
            self._bytes_ahead += size
            self._ahead.append((size, self._thread.submit(self._read, file)))
        return bool(self._ahead)


def size_of(file: Path | RawFile) -> int:
    """Return the bytes of a file, 0 when it cannot be asked."""
    if isinstance(file, RawFile):
        return len(file.data)
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0
