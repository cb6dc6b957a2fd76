"""Files are read and split in a process of their own, so that the model does not wait for Python's lock."""

import os
import pickle
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ingest.errors import ReadError
from ingest.readers import MAX_BYTES, MAX_CHARACTERS, RawFile
from ingest.splitting.child import FILES_IN, LENGTH_BYTES, SPLIT
from ingest.types import SplitDocument

CHILD = Path(__file__).with_name("child.py")
SECONDS_PER_FILE = 60.0
SECONDS_PER_MEGABYTE = 10.0
MAX_PIECE_BYTES = 1_000_000

Answer = SplitDocument | list[RawFile] | ReadError


class SplittingProcess:
    """A process that is started for the first file; for one thread. A file that ends it costs that file alone.

    The process ends when its standard input closes, so it does not outlive this one whatever kills it.
    """

    def __init__(self, *, seconds_a_file: float = SECONDS_PER_FILE) -> None:
        self._seconds_a_file = seconds_a_file
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def files_in(self, file: RawFile, *, max_bytes: int = MAX_BYTES) -> list[RawFile]:
        """Take an archive apart; raises a `ReadError` when it cannot be, or not in time or memory."""
        return self._ask(file, FILES_IN, {"max_bytes": max_bytes})

    def split(
        self, file: RawFile, *, max_bytes: int = MAX_BYTES, max_characters: int = MAX_CHARACTERS
    ) -> SplitDocument:
        """Read and split a file; raises a `ReadError` when it cannot be read, or not in time or memory."""
        return self._ask(file, SPLIT, {"max_bytes": max_bytes, "max_characters": max_characters})

    def _ask(self, file: RawFile, task: str, limits: dict[str, int]) -> Any:
        if self._closed:
            raise ReadError(f"{file.name}: it was not read, because the reading was stopped.")
        child = self._child = self._child or _start()
        try:
            _send(child, (task, file, limits))
            answer = _receive(child, within=self._seconds_a_file + len(file.data) / 1e6 * SECONDS_PER_MEGABYTE)
        except TimeoutError as error:
            self._end()
            raise ReadError(f"{file.name}: reading it takes too long. Add it in parts.") from error
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._end()
            raise ReadError(
                f"{file.name}: the process that read it ended. Split the file and add its parts."
            ) from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End the process, whatever it does; any thread may call this."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def _start() -> subprocess.Popen[bytes]:
    package = str(CHILD.parents[2])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    # A session of its own: Ctrl-C in the terminal reaches only the parent, which then ends the child.
    return subprocess.Popen(
        [sys.executable, "-P", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )


def _send(child: subprocess.Popen[bytes], message: tuple[str, RawFile, dict[str, int]]) -> None:
    assert child.stdin is not None
    pickle.dump(message, child.stdin, pickle.HIGHEST_PROTOCOL)
    child.stdin.flush()


def _receive(child: subprocess.Popen[bytes], *, within: float) -> Answer:
    assert child.stdout is not None
    while True:
        ends = time.monotonic() + within
        length = int.from_bytes(_read(child.stdout.fileno(), LENGTH_BYTES, ends), "big")
        answer: SplitDocument | list[RawFile] | ReadError | str = pickle.loads(
            _read(child.stdout.fileno(), length, ends)
        )
        if not isinstance(answer, str):  # `PAGE_READ`: it is still at work
            return answer


def _read(pipe: int, count: int, ends: float) -> bytes:
    """Read so many bytes, no more: what is read ahead could not be waited for."""
    data = bytearray()
    while len(data) < count:
        while not select.select([pipe], [], [], 0.5)[0]:
            if time.monotonic() > ends:
                raise TimeoutError
        piece = os.read(pipe, min(count - len(data), MAX_PIECE_BYTES))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
