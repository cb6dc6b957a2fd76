"""What a server serves, opened while it already answers: the assistant, and beside it the page."""

import gc
import inspect
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from rich.console import Console

import ingest
from api.guards import LOOPBACK_NAMES
from ingest.errors import QuothError
from retriever.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from retriever.assistant import Assistant

SAMPLES = Path(ingest.__file__).parent / "samples"
PAGE = "/chat"
CLOSE_SECONDS = 5.0


class LoadingStoppedError(QuothError):
    """The server stopped before it was ready."""


class Loading:
    """Makes the application once, in a thread of whoever serves it."""

    def __init__(self, settings: Settings, console: Console, *, samples: bool) -> None:
        self._settings = settings
        self._console = console
        self._samples = samples
        self._stopped, self._ended = Event(), Event()
        self._opened = ExitStack()

    def make(self) -> "FastAPI":
        """Load everything.

        Raises:
            QuothError: the assistant cannot be opened, or this was closed meanwhile.
        """
        try:
            return self._make()
        except BaseException:
            self._opened.close()
            raise
        finally:
            self._ended.set()

    def close(self) -> None:
        """Close what was opened; what is being loaded is given a few seconds, and else closes itself."""
        self._stopped.set()
        if self._ended.wait(CLOSE_SECONDS):
            self._opened.close()

    def _make(self) -> "FastAPI":
        with self._console.status("loading the model and the catalogue"), all_kept():
            beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="page")
            page = beside.submit(import_page)
            beside.shutdown(wait=False)
            from retriever.assistant import Assistant

            self._go_on()
            assistant = self._opened.enter_context(Assistant.from_settings(self._settings))
            page.result()
        if self._samples:
            add_samples(assistant, self._console, go_on=self._go_on)
        assistant.dense_index.refresh()
        self._go_on()
        return make_server_app(assistant, self._settings)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise LoadingStoppedError("Quoth was stopped before it was ready.")


def make_server_app(assistant: "Assistant", settings: Settings) -> "FastAPI":
    """Make what is served: the API, the page, and the way from the root to the page."""
    from starlette.responses import RedirectResponse

    from api.app import create_app
    from ui.page import mount_page

    app = create_app(
        assistant,
        api_key=settings.api_key,
        allowed_hosts=hosts_served(settings),
        max_file_bytes=settings.max_file_bytes,
    )
    mount_page(app, assistant, path=PAGE)
    app.add_api_route("/", lambda: RedirectResponse(PAGE), include_in_schema=False)
    return app


def hosts_served(settings: Settings) -> tuple[str, ...] | None:
    """Return the names that are served, None for all.

    A foreign name that is made to point here brings no key: no browser sends what it was given for another name.
    """
    return None if settings.api_key else LOOPBACK_NAMES


def add_samples(assistant: "Assistant", console: Console, *, go_on: Callable[[], None] = lambda: None) -> None:
    """Add the sample texts to an empty catalogue; in any other, read again those samples that it holds."""
    from ui.ingest_progress import add_with_progress

    folder = SAMPLES.resolve()  # as the catalogue writes paths
    held = {document.path for document in assistant.documents()}
    paths = [path for path in sorted(folder.iterdir()) if str(path) in held] if held else [folder]
    if paths:
        add_with_progress(assistant, paths, console, go_on=go_on)


def import_page() -> None:
    """Import the page, and with it Gradio: most of what a start takes."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    with without_editor_stubs():
        import ui.page  # noqa: F401


@contextmanager
def all_kept() -> Iterator[None]:
    """Take what is made meanwhile for something that stays, and so for nothing that garbage is looked for in.

    Of all that is imported and loaded nearly nothing goes away again, and to look through it all takes half a second in
    which no request moves.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def without_editor_stubs() -> Iterator[None]:
    """Keep Gradio from writing hints for editors beside its own files, which takes half of its import.

    It does so for each component whose file it finds; other packages find theirs.
    """
    found = inspect.getfile

    def getfile(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("no hints are wanted")
        return found(thing)

    inspect.getfile = getfile
    try:
        yield
    finally:
        inspect.getfile = found
