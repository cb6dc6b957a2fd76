"""Gradio's own locks, set from the inside: no event takes a file, none is copied, and nothing is told to a log."""

import atexit
import logging
import os
import shutil
import tempfile
from functools import cache, partial
from typing import Any

import gradio as gr

from retriever.logs import told_without_words

logger = logging.getLogger(__name__)


class ClosedBlocks(gr.Blocks):
    """A page whose events take plain values only, whoever sends them and by whatever route."""

    def __init__(self, **options: Any) -> None:
        os.environ["GRADIO_TEMP_DIR"] = empty_folder()
        super().__init__(**options)
        # Gradio holds the paths in what it is sent against its own folders only where this is set, and that is done by
        # `launch`, which a mounted page never calls.
        self.has_launched = True

    async def process_api(self, block_fn: Any, inputs: list[Any], *arguments: Any, **options: Any) -> dict[str, Any]:
        """Run an event; every one of them passes here, before its inputs are read as anything."""
        if not all(map(is_plain, inputs)):
            raise gr.Error("This is nothing that the page asks.", print_exception=False)
        try:
            return await super().process_api(block_fn, inputs, *arguments, **options)
        except Exception as error:  # noqa: BLE001  whatever it is, Gradio would print it
            # With its message, and some of those repeat what was asked.
            logger.error("an event of the page failed: %s", told_without_words(error))
            raise gr.Error("Something went wrong inside Quoth.", print_exception=False) from None


def is_plain(value: object) -> bool:
    """Tell whether a value is text, a number or a list of them; what Gradio takes for a file is a dictionary."""
    values = value if isinstance(value, list) else [value]
    return all(each is None or isinstance(each, (str, int, float)) for each in values)


@cache
def empty_folder() -> str:
    """Return a new folder for Gradio to keep files in; it stays empty, and goes when the process ends."""
    folder = tempfile.mkdtemp(prefix="quoth-page-")
    atexit.register(partial(shutil.rmtree, folder, ignore_errors=True))
    return folder
