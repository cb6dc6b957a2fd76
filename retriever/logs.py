"""What is written to the log: what went wrong and where, and never a word of a question or a text."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import CatalogueDamagedError, CatalogueInUseError, ModelError, ModelMismatchError

OURS = ("ingest", "retriever", "api", "ui", "evals")
PLAIN_SPOKEN = (*OURS, "uvicorn")
"""Loggers whose messages name states of the server only. Those of others may repeat what they were given."""
ABOUT_THE_MACHINE = (CatalogueDamagedError, CatalogueInUseError, ModelError, ModelMismatchError, ImportError)
"""Errors whose messages are about files and packages."""


class WordlessFormatter(logging.Formatter):
    """Writes errors without their messages, and of other libraries only which one spoke, and where."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record on lines of its own."""
        if record.name.partition(".")[0] not in PLAIN_SPOKEN:
            place = f"{Path(record.pathname).name}:{record.lineno}"
            record = logging.makeLogRecord(record.__dict__ | {"msg": f"{record.name} at {place}", "args": ()})
        record.exc_text = None  # another handler may have kept the whole of it
        return super().format(record)

    def formatException(self, exc_info: object) -> str:
        """Write an error, and what led to it, as types and places."""
        error = exc_info[1] if isinstance(exc_info, tuple) else None
        return "\n".join(told_without_words(each) for each in chain(error))


def set_up_logging() -> None:
    """Write warnings and errors to standard error, without words; those of threads and of `warnings` too."""
    handler = logging.StreamHandler()
    handler.setFormatter(WordlessFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # what cannot be written would be shown whole on standard error
    log = logging.getLogger(__name__)
    threading.excepthook = lambda hook: log.error("a thread ended: %s", told_without_words(hook.exc_value))
    sys.unraisablehook = lambda hook: log.error("an error was lost: %s", told_without_words(hook.exc_value))


def told_without_words(error: BaseException | None) -> str:
    """Tell what kind of error it was and where it arose; its message only where that cannot hold what was asked."""
    if error is None:
        return "unknown"
    places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
    message = f" ({error})" if isinstance(error, ABOUT_THE_MACHINE) else ""
    reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{message or reason} at {' '.join(places)}"


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that led to it, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
