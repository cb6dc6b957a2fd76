"""Servers to visit, and a visitor that takes down everything a page should not do."""

import asyncio
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.guards import ResponseHeaders
from ui.protocol import PromptProtocol

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SCREENSHOTS = os.environ.get("QUOTH_SCREENSHOTS")  # read here: tests forget such variables
PATIENCE = 20_000
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def made(make):
    """Call a function inside an event loop: outside of one, Gradio makes some and never closes them.

    The loop is in another thread, because Playwright keeps one running in this.
    """

    async def call():
        return make()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(call())).result()


@contextmanager
def served(app):
    """Serve an application on a free port of this machine and yield its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none", http=PromptProtocol)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


LEFT_IN_THE_MIDDLE = ("console: AbortError: signal is aborted", "console: Unexpected error Connection errored out")


class Visitor:
    """A browser window that takes down everything a page should not do."""

    def __init__(self, context, origin):
        self.context = context
        self.origin = origin
        self.trouble = []
        self.page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.page.on("request", lambda asked: self._watch(asked.url))
        self.page.on("dialog", lambda dialog: (self.trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.arrive()

    def _listen(self, said):
        # A browser takes down every refusal; that of a file is no trouble.
        refused = said.location["url"].endswith("/v1/documents") and said.text.startswith("Failed to load resource")
        if said.type == "error" and not refused:
            self.trouble.append(f"console: {said.text}")

    def _watch(self, url):
        if not url.startswith((self.origin + "/", "data:", "blob:")):
            self.trouble.append(f"request: {url}")

    def arrive(self):
        noted = len(self.trouble)
        self.page.goto(f"{self.origin}/chat/")
        # Gradio complains when it is left in the middle of an event; that is said of the page before this one.
        left = [what for what in self.trouble[noted:] if not what.startswith(LEFT_IN_THE_MIDDLE)]
        self.trouble[noted:] = left
        self.page.wait_for_selector("body[data-ready]", state="attached")
        return self.page

    def start_over(self):
        """Leave the page as a new visitor would find it, but for the language that was chosen."""
        self.page.keyboard.press("Escape")
        self.page.click("#quoth-restart")
        self.page.wait_for_selector(".welcome")
        self.page.wait_for_selector(".source", state="detached")
        self.page.fill("#quoth-question textarea", "")
        if self.page.locator("[data-choose=all]").count():
            self.page.click("[data-choose=all]")

    def ask(self, question):
        before = self.page.locator(".turn").count()
        self.page.fill("#quoth-question textarea", question)
        self.page.keyboard.press("Enter")
        return self.wait_for_turn(before + 1)

    def ask_suggested(self, number=0):
        button = self.page.locator(".suggestion").nth(number)
        question = button.inner_text()
        button.click()
        turn = self.wait_for_turn(1)
        assert turn.locator(".question").inner_text() == question
        return turn

    def wait_for_turn(self, number):
        done = "n => document.querySelectorAll('.turn').length === n && !document.querySelector('.pending')"
        self.page.wait_for_function(done, arg=number)
        return self.page.locator(".turn").last

    def lit(self):
        self.page.wait_for_selector(".source mark")
        return self.page.evaluate("document.querySelector('.source mark:not(.label)').textContent")


def page_app(assistant):
    """Mount the page on an application that has nothing but the headers of the real one."""
    from ui.page import mount_page

    app = FastAPI()
    app.add_middleware(ResponseHeaders)
    return made(lambda: mount_page(app, assistant))
