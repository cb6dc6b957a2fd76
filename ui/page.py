"""The page: a conversation, the source beside it, and the documents that are asked."""

import sys
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI, Response
from starlette.middleware import Middleware

from ui.closed_blocks import ClosedBlocks
from ui.layout import ASSETS, PageParts, lay_out, theme
from ui.page_events import PageEvents
from ui.page_guard import PageGuard

if TYPE_CHECKING:
    from retriever.assistant import Assistant


def mount_page(app: FastAPI, assistant: "Assistant", *, path: str = "/chat") -> FastAPI:
    """Serve the page at `path` of `app`, and its icon where browsers look for one.

    The guards of `api.app` stand around the page too: the key, the hosts, the headers. Files go in by `POST
    /v1/documents`, as everyone's do; Gradio is given none.
    """
    page = create_page(assistant)
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    icon = (ASSETS / "favicon.svg").read_bytes()
    app.add_api_route("/favicon.ico", lambda: Response(icon, media_type="image/svg+xml"), include_in_schema=False)
    guard = Middleware(PageGuard, path=path, listeners=page.fns, server_functions=server_functions(page))
    app.user_middleware.append(guard)  # the last one stands innermost, behind the key and the hosts
    return gr.mount_gradio_app(
        app,
        page,
        path=path,
        theme=theme(),
        # Not `css=`: Gradio rewrites the selectors of that, and splits them at the commas inside `:is()`.
        head=f"<style>{style}</style>",
        max_file_size=1,
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
    with ClosedBlocks(title="Quoth", analytics_enabled=False, fill_width=True) as page:
        parts = lay_out(assistant)
        _wire(page, parts, PageEvents(assistant, parts))
    page.queue(default_concurrency_limit=8, max_size=32, api_open=False)
    # After every event Gradio makes a pandas table of the last 10,000 to sum them up for a page that is switched off.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    return page


def server_functions(page: gr.Blocks) -> set[tuple[int, str]]:
    """Return what the page's own scripts may call, by component and name."""
    return {(number, call.__name__) for number, part in page.blocks.items() for call in getattr(part, "server_fns", ())}


def _wire(page: gr.Blocks, parts: PageParts, events: PageEvents) -> None:
    # Listeners answer this page only, they are no part of the API; rendering.py shows what is going on.
    private = {"api_visibility": "private", "show_progress": "hidden"}
    asked = [parts.turns, parts.documents, parts.language]
    answered = [parts.question, parts.turns, parts.conversation]
    asking = [
        gr.on([parts.question.submit, parts.ask.click], events.ask, [parts.question, *asked], answered, **private),
        parts.suggestions.suggest(events.ask_suggested, asked, answered, **private),
    ]
    restarted = [parts.turns, parts.conversation]
    listed = [parts.documents, parts.conversation]
    changes = (
        page.load(events.arrive, [parts.remembered], parts.all(), **private),
        parts.language.input(events.switch_language, [parts.language, *asked[:2]], parts.all(), **private),
        parts.restart.click(events.restart, [parts.language], restarted, cancels=asking, **private),
        parts.adding.stored(events.list_stored, asked, listed, **private),
    )
    for change in changes:
        change.then(events.suggest, [parts.turns, parts.language], [parts.suggestions], **private)
