"""Errors as RFC 9457 problems: one shape for everything that goes wrong over HTTP."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Literal

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.viewer import render_message, wants_page
from ingest import errors as quoth_errors
from retriever.logs import told_without_words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """One of several things that are wrong: a field of the request (`location`) or an uploaded file (`name`).

    `document_ids`: the documents that came under that name before.
    """

    code: str
    detail: str
    status: int | None = None
    location: tuple[str | int, ...] | None = None
    name: str | None = None
    document_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class OpenAIError:
    """What went wrong, as programs that speak OpenAI's API look for it."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    code: str
    param: None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong (RFC 9457); `code` is stable and `type` is its URN, `detail` is for people.

    On the routes of OpenAI's API `error` says the same in its shape.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: tuple[ProblemItem, ...] | None = None
    error_id: str | None = None
    error: OpenAIError | None = None


PROBLEM = TypeAdapter(Problem)


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """How one of Quoth's errors looks over HTTP; without a `detail` the error's own message is shown."""

    status: int
    code: str
    detail: str | None = None


# Messages about the catalogue and the models may name folders of this machine, so they stay in the log.
KINDS: dict[type[Exception], ErrorKind] = {
    quoth_errors.UnsupportedFileError: ErrorKind(415, "unsupported_file"),
    quoth_errors.UndecodableFileError: ErrorKind(415, "undecodable_file"),
    quoth_errors.FileTooLargeError: ErrorKind(413, "file_too_large"),
    quoth_errors.EmptyFileError: ErrorKind(422, "empty_file"),
    quoth_errors.NameTakenError: ErrorKind(409, "name_taken"),
    quoth_errors.ReadError: ErrorKind(422, "unreadable_file"),
    quoth_errors.InvalidQuestionError: ErrorKind(422, "invalid_question"),
    quoth_errors.InvalidClaimError: ErrorKind(422, "invalid_claim"),
    quoth_errors.InvalidQuotationError: ErrorKind(422, "invalid_quotation"),
    quoth_errors.UnknownDocumentError: ErrorKind(404, "unknown_document"),
    quoth_errors.UnknownAnswerError: ErrorKind(404, "unknown_answer"),
    quoth_errors.NoPageError: ErrorKind(404, "no_page"),
    quoth_errors.InvalidSpanError: ErrorKind(422, "invalid_span"),
    quoth_errors.CatalogueInUseError: ErrorKind(503, "catalogue_in_use", "Another process uses the catalogue."),
    quoth_errors.CatalogueDamagedError: ErrorKind(503, "catalogue_damaged", "The catalogue cannot be read."),
    quoth_errors.ModelMismatchError: ErrorKind(
        409, "index_model_mismatch", "The catalogue was made with another embedding model."
    ),
    quoth_errors.DiskFullError: ErrorKind(507, "insufficient_storage"),
    quoth_errors.ReadOnlyError: ErrorKind(
        503, "read_only", "The data folder can be read and not written: questions are answered, nothing can be added."
    ),
    quoth_errors.CatalogueError: ErrorKind(503, "catalogue_unavailable", "The catalogue cannot be used."),
    quoth_errors.NoVerifierError: ErrorKind(503, "no_verifier"),
    quoth_errors.ModelError: ErrorKind(503, "model_unavailable", "A model cannot be loaded."),
}

TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # as in RFC 9110; older Pythons have older phrases

CODES = {
    400: ("bad_request", "The request cannot be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not know this method."),
    413: ("body_too_large", "The body of the request is too large."),
}


OPENAI_PATHS = ("/v1/chat/", "/v1/responses", "/v1/models")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class ProblemError(HTTPException):
    """A problem raised on purpose; FastAPI lets HTTP exceptions pass wherever they are raised."""

    def __init__(self, problem: Problem, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(problem.status, problem.detail, headers)
        self.problem = problem


def make_problem(status: int, code: str, detail: str, *, errors: tuple[ProblemItem, ...] | None = None) -> Problem:
    """Make a problem whose title is the phrase of its status."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return Problem(f"urn:quoth:problem:{code}", title, status, code, detail, errors)


def kind_of(error: Exception) -> ErrorKind | None:
    """Find how an error looks over HTTP, by the nearest of its classes; None when it was not raised on purpose."""
    return next((KINDS[each] for each in type(error).__mro__ if each in KINDS), None)


def problem_item(error: Exception, name: str) -> ProblemItem:
    """Describe why one uploaded file was not taken."""
    problem = problem_of(error)
    holders = error.holders if isinstance(error, quoth_errors.NameTakenError) else None
    return ProblemItem(problem.code, problem.detail, status=problem.status, name=name, document_ids=holders)


def problem_of(error: Exception) -> Problem:
    """Turn any error into a problem; what nobody foresaw goes to the log under an id that the problem carries."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, AnyHTTPException):
        code, detail = CODES.get(error.status_code, (f"http_{error.status_code}", str(error.detail)))
        return make_problem(error.status_code, code, detail)
    kind = kind_of(error)
    if kind and not kind.detail:
        return make_problem(kind.status, kind.code, str(error))
    error_id = uuid.uuid4().hex[:12]
    log.error("error %s: %s", error_id, told_without_words(error))
    kind = kind or ErrorKind(500, "internal_error", "Something went wrong inside Quoth.")
    detail = f"{kind.detail} The log has more under error {error_id}."
    return replace(make_problem(kind.status, kind.code, detail), error_id=error_id)


def openai_error(problem: Problem) -> OpenAIError:
    """Describe a problem as OpenAI's API does."""
    kind: Literal["invalid_request_error", "server_error"] = (
        "server_error" if problem.status >= 500 else "invalid_request_error"
    )
    return OpenAIError(problem.detail, kind, problem.code)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Give the members of a problem, and of its items, that have a value."""
    return PROBLEM.dump_python(problem, mode="json", exclude_none=True)


def problem_response(problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a problem."""
    content = PROBLEM.dump_json(problem, exclude_none=True)
    return Response(content, problem.status, headers, media_type="application/problem+json")


def answer_with_problem(request: Request, error: Exception) -> Response:
    """Handle an exception: a problem, or a page to read for someone who follows a link with a browser."""
    problem = problem_of(error)
    if request.url.path.startswith(OPENAI_PATHS):
        problem = replace(problem, error=openai_error(problem))
    headers = dict(getattr(error, "headers", None) or {})
    if problem.status == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
    if wants_page(request):
        return render_message(request, problem.status, headers=headers)
    return problem_response(problem, headers=headers)


def allowed_methods(request: Request) -> list[str]:
    """Find what an address may be asked, by all of its routes; Starlette names what the first of them takes."""
    scope = dict(request.scope)
    routes = request.app.routes
    return [
        method
        for method in METHODS
        if any(route.matches(scope | {"method": method})[0] is Match.FULL for route in routes)
    ]


def answer_invalid_request(request: Request, error: Exception) -> Response:
    """Handle a request that does not fit its schema, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    items = tuple(ProblemItem(each["type"], each["msg"], location=tuple(each["loc"])) for each in error.errors())
    problem = make_problem(422, "invalid_request", "The request does not fit its schema.", errors=items)
    return answer_with_problem(request, ProblemError(problem))


class CatchErrors:
    """Pure ASGI: what nobody foresaw becomes a 500 with an id, logged once, unless the response has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and catch what comes back."""
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await answer_with_problem(Request(scope), error)(scope, receive, send)
