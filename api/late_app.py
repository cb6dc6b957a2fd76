"""A server that answers while what it serves is still being made."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from importlib.metadata import version

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import make_problem, problem_response
from api.guards import Guard, Guards, ResponseHeaders
from api.viewer import render_message, wants_page

STARTING = "Quoth is starting: the models are being loaded."
PATIENCE_SECONDS = 15.0
"""So long a request waits for the application; most of its loading takes less."""
MAX_WAITING = 100
RETRY = {"Retry-After": "2"}
AT_ONCE = ("/v1/health", "/v1/ready")


class LateApp:
    """ASGI: makes an application in a thread beside the server, and hands everything over to it once it is there.

    Until then signs of life are given at once; what else is asked waits a while, and is then told to come again.
    """

    def __init__(
        self,
        make: Callable[[], FastAPI],
        *,
        guards: Sequence[Guard],
        on_ready: Callable[[], None],
        on_failure: Callable[[Exception], None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._make = make
        self._on_ready = on_ready
        self._on_failure = on_failure
        self._patience_seconds = patience_seconds
        self._meanwhile: ASGIApp = ResponseHeaders(Guards(self._wait, guards=guards))
        self._waiting = 0
        self._app: FastAPI | None = None
        self._made, self._stopped = asyncio.Event(), asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether the application is there."""
        return self._app is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what was made, or say that it is being made."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await (self._app or self._meanwhile)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        serving = asyncio.create_task(self._serve())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stopped.set()
        if self._app is None:
            serving.cancel()  # the thread goes on; whoever stops the server waits for it
        await asyncio.wait([serving])
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self) -> None:
        """Make the application and run its lifespan, from its start until the server stops."""
        try:
            app = await asyncio.wrap_future(in_thread(self._make))
            async with app.router.lifespan_context(app):
                self._app = app
                self._made.set()
                self._on_ready()
                await self._stopped.wait()
        except Exception as error:  # noqa: BLE001  whoever runs the server says what it was
            self._on_failure(error)

    async def _wait(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in AT_ONCE and self._waiting < MAX_WAITING:
            self._waiting += 1
            try:
                await asyncio.wait_for(self._made.wait(), self._patience_seconds)
            except TimeoutError:
                pass
            finally:
                self._waiting -= 1
        if self._app is not None:
            await self._app(scope, receive, send)
        else:
            await told(Request(scope))(scope, receive, send)


def told(request: Request) -> Response:
    """Say that the server is starting: to a monitor, to a person, or to a program."""
    if request.url.path == "/v1/health" and request.method in ("GET", "HEAD"):
        return JSONResponse({"status": "starting", "version": version("quoth")})
    if wants_page(request):
        return render_message(request, 503, headers=RETRY)
    return problem_response(make_problem(503, "not_ready", STARTING), headers=RETRY)


def in_thread(work: Callable[[], FastAPI]) -> "Future[FastAPI]":
    """Run work in a thread that no server stops for, and no event loop waits for."""
    done: Future[FastAPI] = Future()
    done.set_running_or_notify_cancel()  # from now on nobody can cancel it

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised where the work is awaited
            done.set_exception(error)

    threading.Thread(target=run, name="load").start()
    return done
