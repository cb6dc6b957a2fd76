"""The assistant on its way: loaded beside a server that already answers."""

import logging
import threading
from collections.abc import Callable

from api.errors import ProblemError, kind_of, make_problem
from retriever.assistant import Assistant

log = logging.getLogger(__name__)

STARTING = "Quoth is starting: the models are being loaded."


class AssistantLoader:
    """Hands out the assistant; one that has yet to be made is made, and in the end closed, in here."""

    def __init__(self, assistant: Assistant | Callable[[], Assistant]) -> None:
        self._make_assistant = assistant if callable(assistant) else None
        self._assistant = None if callable(assistant) else assistant
        self._reason = STARTING
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Begin to load in a thread of its own."""
        self._closed = False
        if self._make_assistant and self._assistant is None:
            # A daemon, so that Ctrl-C while the models load does not wait for them.
            threading.Thread(target=self._load, name="load-assistant", daemon=True).start()

    def close(self) -> None:
        """Close the assistant if it was made here: now, or as soon as it is there."""
        if not self._make_assistant:
            return
        with self._lock:
            self._closed = True
            assistant, self._assistant = self._assistant, None
        if assistant is not None:
            assistant.close()

    def assistant(self) -> Assistant:
        """Give the assistant; a 503 problem that says why there is none."""
        assistant = self._assistant
        if assistant is None:
            raise ProblemError(make_problem(503, "not_ready", self._reason), headers={"Retry-After": "2"})
        return assistant

    def trouble(self) -> str | None:
        """Tell in a word why there is no assistant, `starting` or `failed`; None when there is one."""
        if self._assistant is not None:
            return None
        return "starting" if self._reason == STARTING else "failed"

    def _load(self) -> None:
        assert self._make_assistant is not None
        try:
            assistant = self._make_assistant()
        except Exception as error:
            log.exception("the assistant could not be made")
            kind = kind_of(error)
            self._reason = f"Quoth could not start. {(kind and kind.detail) or 'The log says why.'}"
            return
        with self._lock:
            if not self._closed:
                self._assistant = assistant
                return
        assistant.close()
