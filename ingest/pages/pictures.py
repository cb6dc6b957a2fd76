"""Pictures of the pages of a document, with words lit on them; a process of its own draws each."""

import os
import pickle
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.errors import NoPageError
from ingest.pages.word_boxes import boxes_of
from ingest.types import Span

CHILD = Path(__file__).with_name("picture_child.py")
SECONDS = 20.0
MAX_KEPT = 12
WIDTH = 1000
"""Pixels: words can be read, and a page is some hundred kilobytes."""

Boxes = tuple[tuple[float, float, float, float], ...]


def page_picture(catalogue: Catalogue, document_id: str, number: int, lit: Span | None = None) -> bytes:
    """Return a page as PNG, words of the text lit on it.

    Raises:
        UnknownDocumentError: there is no such document.
        NoPageError: it has no such page, or no pages that can be shown.
    """
    document = catalogue.document(document_id)
    if number not in {page.number for page in document.pages}:
        raise NoPageError(f"“{document.title}” has no page {number}.")
    boxes = boxes_of(document.word_boxes, lit.start, lit.end) if lit else []
    on_page = tuple((box.left, box.top, box.right, box.bottom) for box in boxes if box.page == number)
    return _drawn(catalogue, document_id, number, on_page)


@lru_cache(maxsize=MAX_KEPT)
def _drawn(catalogue: Catalogue, document_id: str, number: int, boxes: Boxes) -> bytes:
    file = catalogue.file(document_id)
    if not file:
        raise NoPageError("The pages of this document are not kept as pictures.")
    path = os.pathsep.join(filter(None, [str(CHILD.parents[2]), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(CHILD)],
            input=pickle.dumps((file, number, WIDTH, boxes)),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env=os.environ | {"PYTHONPATH": path},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPageError(f"Page {number} cannot be drawn.") from error
    return done.stdout
