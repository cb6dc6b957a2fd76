"""Who may ask what: refusals before anything is read, and headers on what goes out."""

import base64
import hmac
from collections.abc import Callable, Collection, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import Address, read_host, read_origin
from api.errors import ProblemError, make_problem, problem_response

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
PRIVATE_PATHS = ("/v1", "/documents", "/mcp")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

# Gradio's page needs inline scripts and eval; what this stops is every call to another machine.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)

Guard = Callable[[HTTPConnection], ProblemError | None]


def all_guards(api_key: str | None, allowed_hosts: Collection[str] | None) -> list[Guard]:
    """Return what every request is held against, in this order."""
    keyed = [] if api_key is None else [refuse_without_key(api_key)]
    return [refuse_other_hosts(allowed_hosts), *keyed, refuse_other_origins(api_key)]


def refuse_other_hosts(allowed_hosts: Collection[str] | None) -> Guard:
    """Refuse requests for a host name that is not ours: a foreign name may be made to point at this machine.

    With None every name is served, but one that is none is not.
    """

    def guard(connection: HTTPConnection) -> ProblemError | None:
        address = host_of(connection)
        if address and (allowed_hosts is None or address.host in allowed_hosts):
            return None
        return ProblemError(make_problem(400, "unknown_host", "Quoth does not serve this host name."))

    return guard


def refuse_without_key(api_key: str) -> Guard:
    """Refuse requests without the key; only the sign of life is open.

    The key comes as `Authorization: Bearer`, as `X-API-Key`, or as the password of HTTP Basic, since that is what a
    browser can ask a person for: the page sends it with the files that it adds.
    """

    def guard(connection: HTTPConnection) -> ProblemError | None:
        path = connection.scope["path"]
        if path == "/v1/health" or has_key(connection, api_key) or is_same(basic_password(connection), api_key):
            return None
        is_api = path in ("/v1", "/mcp") or path.startswith("/v1/")
        challenge = "Bearer, " * is_api + 'Basic realm="Quoth", charset="UTF-8"'
        problem = make_problem(401, "key_required", "Send the API key as Authorization: Bearer or as X-API-Key.")
        return ProblemError(problem, headers={"WWW-Authenticate": challenge})

    return guard


def refuse_other_origins(api_key: str | None) -> Guard:
    """Refuse changes that a page of another site asks for; who sends the key in a header is not such a page."""

    def guard(connection: HTTPConnection) -> ProblemError | None:
        origin = connection.headers.get("origin")
        if origin is None or connection.scope.get("method") in SAFE_METHODS:
            return None
        address = read_origin(origin)
        if address and address == host_of(connection):
            return None
        if api_key and has_key(connection, api_key):
            return None
        return ProblemError(make_problem(403, "foreign_origin", "Pages of another site may not use Quoth."))

    return guard


def host_of(connection: HTTPConnection) -> Address | None:
    """Read the host that a request is for; None when there is none, or more than one."""
    headers = connection.headers.getlist("host")
    return read_host(headers[0], connection.scope["scheme"]) if len(headers) == 1 else None


def has_key(connection: HTTPConnection, api_key: str) -> bool:
    """Tell whether the key is in a header that only a program sets."""
    token = credentials(connection, "bearer")
    return is_same(token, api_key) or is_same(connection.headers.get("x-api-key", ""), api_key)


def basic_password(connection: HTTPConnection) -> str:
    """Read the password of HTTP Basic; empty when there is none."""
    try:
        decoded = base64.b64decode(credentials(connection, "basic"), validate=True)
    except ValueError:
        return ""
    return decoded.decode("latin-1").partition(":")[2]


def credentials(connection: HTTPConnection, wanted: str) -> str:
    """Read what follows the name of a scheme in the Authorization header; empty when it is another scheme."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == wanted else ""


def is_same(given: str, api_key: str) -> bool:
    """Compare in constant time; headers come as the bytes that were sent, read as latin-1."""
    return hmac.compare_digest(given.encode("latin-1", "replace"), api_key.encode())


class Guards:
    """Pure ASGI: asks each guard before a request goes on; web sockets, which nothing here uses, are turned away."""

    def __init__(self, app: ASGIApp, *, guards: Sequence[Guard]) -> None:
        self.app = app
        self.guards = guards

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            for guard in self.guards:
                if refusal := guard(HTTPConnection(scope)):
                    await problem_response(refusal.problem, headers=refusal.headers)(scope, receive, send)
                    return
        await self.app(scope, receive, send)


class ResponseHeaders:
    """Pure ASGI: tells browsers not to guess types, and pages not to call other machines."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of the response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]  # Gradio lets other ports of this machine read its page
                if scope["path"].startswith(PRIVATE_PATHS):
                    headers.setdefault("Cache-Control", "no-store")  # what is deleted here is deleted there
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            await send(message)

        await self.app(scope, receive, send_with_headers)
