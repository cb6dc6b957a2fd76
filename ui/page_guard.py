"""Stand before Gradio: what the page itself asks for goes in, in the shape in which the page asks it, and nothing else.

Gradio reads a dictionary with a path in the place of any input as a file, copies it, and fetches it when the path is
an address. Nothing that the page sends holds a dictionary there, so none is let in.
"""

import re
from collections.abc import Collection
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bodies import BodyReader
from api.errors import ProblemError, make_problem, problem_response

MAX_BODY_BYTES = 64_000
MAX_VALUES = 100

Plain = StrictStr | StrictInt | StrictFloat | StrictBool | None
PlainValues = dict[str, Plain | list[Plain]]
SessionHash = Annotated[StrictStr, Field(pattern="^[a-z0-9]{1,40}$")]


class PageRequest(BaseModel):
    """What every request of the page says of itself."""

    model_config = ConfigDict(extra="forbid")


class PageEvent(PageRequest):
    """An event of the page on its way into the queue: each input is plain, or a list of what is plain."""

    data: Annotated[list[Plain | list[Plain]], Field(max_length=MAX_VALUES)]
    fn_index: StrictInt
    session_hash: SessionHash
    trigger_id: StrictInt | None = None
    event_data: PlainValues | None = None


class ServerCall(PageRequest):
    """A call of one of the functions that our own scripts may call."""

    data: PlainValues
    component_id: StrictInt
    fn_name: StrictStr
    session_hash: SessionHash


class Cancelled(PageRequest):
    """An event that the page no longer waits for."""

    fn_index: StrictInt
    event_id: StrictStr
    session_hash: SessionHash


class Reset(PageRequest):
    """An event whose generator the page leaves."""

    event_id: StrictStr


GRADIO = "/gradio_api"
POSTED: dict[str, type[PageRequest]] = {
    f"{GRADIO}/queue/join": PageEvent,
    f"{GRADIO}/component_server": ServerCall,
    f"{GRADIO}/component_server/": ServerCall,
    f"{GRADIO}/cancel": Cancelled,
    f"{GRADIO}/reset": Reset,
}
READ = re.compile(
    r"/?|/config|/theme\.css|/(?:assets|static)/[\w.@/-]+"
    rf"|{GRADIO}/(?:app_id|queue/data|theme\.css|heartbeat/[a-z0-9]{{1,40}})"
)

Listeners = Collection[int]
ServerFunctions = Collection[tuple[int, str]]


class PageGuard:
    """Pure ASGI: stands before everything under `path`, where Gradio is mounted."""

    def __init__(self, app: ASGIApp, *, path: str, listeners: Listeners, server_functions: ServerFunctions) -> None:
        self.app = app
        self.path = path
        self.listeners = frozenset(listeners)
        self.server_functions = frozenset(server_functions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on what was read here, written anew: nothing reads the same bytes in another way."""
        if scope["type"] != "http" or not (scope["path"] + "/").startswith(self.path + "/"):
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self.path)
        try:
            if scope["method"] == "POST" and (shape := POSTED.get(path)):
                receive = await self._admitted(shape, scope, receive)
            elif scope["method"] not in ("GET", "HEAD") or not READ.fullmatch(path) or ".." in path:
                raise ProblemError(make_problem(404, "not_found", "There is nothing at this address."))
        except ProblemError as refusal:
            await problem_response(refusal.problem, headers=refusal.headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _admitted(self, shape: type[PageRequest], scope: Scope, receive: Receive) -> Receive:
        media_type = HTTPConnection(scope).headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise ProblemError(make_problem(415, "unsupported_content_type", "Send the body as application/json."))
        body = self._checked(shape, await BodyReader(scope, receive, max_bytes=MAX_BODY_BYTES).read())
        headers = MutableHeaders(scope=scope)
        headers["content-length"] = str(len(body))
        del headers["transfer-encoding"]
        return replayed(body, receive)

    def _checked(self, shape: type[PageRequest], body: bytes) -> bytes:
        refusal = ProblemError(make_problem(422, "not_of_the_page", "This is nothing that the page asks."))
        try:
            asked = shape.model_validate_json(body)
        except ValidationError as error:
            raise refusal from error
        match asked:
            case PageEvent() | Cancelled() if asked.fn_index not in self.listeners:
                raise refusal
            case ServerCall() if (asked.component_id, asked.fn_name) not in self.server_functions:
                raise refusal
        return asked.model_dump_json().encode()


def replayed(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that was read already, and then what the client does next."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
