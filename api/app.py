"""The HTTP application: routes, guards and errors around one assistant."""

from collections.abc import Collection
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api import guards
from api.bodies import BodyLimits
from api.dependencies import Slots
from api.errors import CatchErrors, answer_invalid_request, answer_with_problem
from api.health import LastHealth
from api.jobs import Jobs
from api.openapi import complete_openapi
from api.routes import (
    answers,
    citations,
    claims,
    documents,
    exports,
    feedback,
    health,
    jobs,
    mcp,
    openai,
    pages,
    quotations,
    search,
)
from api.uploads import UploadLine, UploadPlaces
from ingest.errors import QuothError
from retriever.assistant import Assistant

DESCRIPTION = "Ask your own texts a question and get an answer in which every sentence points at the words it rests on."
UPLOAD_PATH = "/v1/documents"
MAX_BODY_BYTES = 300_000
"""Room for the longest claim and evidence in any script: JSON may write one sign in twelve bytes."""
MULTIPART_BYTES = 1_000_000
"""An upload may be as large as this many files of the largest size."""


def create_app(  # noqa: PLR0913  each limit is a setting of its own
    assistant: Assistant,
    *,
    api_key: str | None = None,
    allowed_hosts: Collection[str] | None = guards.LOOPBACK_NAMES,
    max_file_bytes: int = 200_000_000,
    answer_slots: int = 8,
    search_slots: int = 8,
    upload_places: int = 8,
) -> FastAPI:
    """Make the application.

    Args:
        assistant: It stays its maker's. To serve while one is being made, see `api.late_app`.
        api_key: Demanded of every request but `/v1/health`. Without one only loopback addresses should be served.
        allowed_hosts: Host names that are served; None serves all, for which a key should be set.
        max_file_bytes: The largest file that is read.
        answer_slots: How many answers are worked on at once; twice as many wait for a moment, the next gets a 503.
        search_slots: How many searches are worked on at once; others wait as with answers.
        upload_places: How many uploads may be there at once, the one that is worked on included; the next gets a 503.
    """
    app = FastAPI(
        title="Quoth",
        version=version("quoth"),
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # Swagger's page fetches its scripts from another machine
        redoc_url=None,
    )
    app.state.assistant = assistant
    app.state.health = LastHealth(assistant)
    app.state.answer_slots = Slots(answer_slots)
    app.state.search_slots = Slots(search_slots)
    app.state.uploads = UploadLine(upload_places)
    app.state.jobs = Jobs(assistant, app.state.uploads, max_file_bytes=max_file_bytes)
    app.state.max_file_bytes = max_file_bytes
    for module in (documents, jobs, search, answers, claims, citations, quotations, exports, openai, feedback, health):
        app.include_router(module.router, prefix="/v1")
    app.include_router(mcp.router)
    app.include_router(pages.router)
    for error in (QuothError, HTTPException):
        app.add_exception_handler(error, answer_with_problem)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    add_guards(app, api_key=api_key, allowed_hosts=allowed_hosts, max_file_bytes=max_file_bytes)
    complete_openapi(app, needs_key=api_key is not None)
    return app


def add_guards(
    app: FastAPI, *, api_key: str | None, allowed_hosts: Collection[str] | None, max_file_bytes: int
) -> None:
    """Put the guards around the app and whatever is mounted in it; the last one added is asked first."""
    max_upload_bytes = max_file_bytes + MULTIPART_BYTES
    app.add_middleware(BodyLimits, max_bytes=MAX_BODY_BYTES, upload_path=UPLOAD_PATH, max_upload_bytes=max_upload_bytes)
    app.add_middleware(UploadPlaces, path=UPLOAD_PATH, line=app.state.uploads)
    app.add_middleware(guards.Guards, guards=guards.all_guards(api_key, allowed_hosts))
    app.add_middleware(CatchErrors)
    app.add_middleware(guards.ResponseHeaders)
