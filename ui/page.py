"""The page: a conversation, the source beside it, and the documents that are asked."""

import sys
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI, Response

from ui.layout import ASSETS, Parts, lay_out, theme
from ui.page_events import PageEvents

if TYPE_CHECKING:
    from retriever.assistant import Assistant


def mount_page(app: FastAPI, assistant: "Assistant", *, path: str = "/chat", max_file_mb: int = 5) -> FastAPI:
    """Serve the page at `path` of `app`, and its icon where browsers look for one.

    The guards of `api.app` stand around the page too: the key, the hosts, the headers.
    """
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    icon = (ASSETS / "favicon.svg").read_bytes()
    app.add_api_route("/favicon.ico", lambda: Response(icon, media_type="image/svg+xml"), include_in_schema=False)
    return gr.mount_gradio_app(
        app,
        create_page(assistant),
        path=path,
        theme=theme(),
        # Not `css=`: Gradio rewrites the selectors of that, and splits them at the commas inside `:is()`.
        head=f"<style>{style}</style>",
        max_file_size=max_file_mb * 1_000_000,
        allowed_paths=[],
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )


def create_page(assistant: "Assistant") -> gr.Blocks:
    """Lay out the page and wire it to the assistant."""
    # Uploaded copies are deleted as soon as they are read; what is left behind goes within an hour.
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        parts = lay_out(assistant)
        _wire(page, parts, PageEvents(assistant, parts))
    page.queue(default_concurrency_limit=8, max_size=32, api_open=False)
    # After every event Gradio makes a pandas table of the last 10,000 to sum them up for a page that is switched off.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    return page


def _wire(page: gr.Blocks, parts: Parts, events: PageEvents) -> None:
    # Listeners answer this page only, they are no part of the API; rendering.py shows what is going on.
    private = {"api_visibility": "private", "show_progress": "hidden"}
    asked = [parts.turns, parts.documents, parts.language]
    answered = [parts.question, parts.turns, parts.conversation]
    asking = [
        gr.on([parts.question.submit, parts.ask.click], events.ask, [parts.question, *asked], answered, **private),
        parts.suggestions.suggest(events.ask_suggested, asked, answered, **private),
    ]
    restarted = [parts.turns, parts.conversation, parts.uploads]
    added = [parts.uploads, parts.documents, parts.conversation]
    changes = (
        page.load(events.arrive, [parts.remembered], parts.all(), **private),
        parts.language.input(events.switch_language, [parts.language, *asked[:2]], parts.all(), **private),
        parts.restart.click(events.restart, [parts.language], restarted, cancels=asking, **private),
        parts.add.upload(events.add, [parts.add, *asked], added, concurrency_limit=1, **private),
    )
    for change in changes:
        change.then(events.suggest, [parts.turns, parts.language], [parts.suggestions], **private)
