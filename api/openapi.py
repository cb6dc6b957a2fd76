"""What the OpenAPI description says beyond the types: examples, problems, events, keys."""

from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from pydantic_core import to_json

from api.document_schemas import Job
from api.errors import Problem
from api.examples import EXAMPLES

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
OPEN_PATHS = ("/v1/health",)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems with which a route may answer."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def example(
    name: str, *, status: int = 200, events: bool = False, without_empty: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Give a route the example of its response; with `events` that of the same as a stream."""
    value = EXAMPLES[name]
    shown = TypeAdapter(type(value)).dump_python(value, mode="json", exclude_none=without_empty)
    content: dict[str, Any] = {"application/json": {"example": shown}}
    if events:
        content["text/event-stream"] = {"schema": {"type": "string"}, "example": example_events()}
    return {status: {"content": content}}


def accepted_job() -> dict[int | str, dict[str, Any]]:
    """Describe the answer to an upload that becomes a job."""
    described = example("job", status=202, without_empty=True)[202]
    location = {"description": "Where the job is.", "schema": {"type": "string"}}
    return {202: described | {"model": Job, "description": "Accepted", "headers": {"Location": location}}}


def text_example(text: str, *, description: str) -> dict[int | str, dict[str, Any]]:
    """Give a route that answers with text its example."""
    return {200: {"description": description, "content": {"text/plain": {"example": text}}}}


def files_in_form(name: str) -> dict[str, Any]:
    """Say of a form's files what a schema cannot: that they are text, and that the name tells what kind of text."""
    disposition = f'form-data; name="{name}"; filename="chapter.txt"'
    header = {"required": True, "schema": {"type": "string"}, "example": disposition}
    encoding = {"contentType": "text/plain, text/markdown", "headers": {"Content-Disposition": header}}
    return {"requestBody": {"content": {"multipart/form-data": {"encoding": {name: encoding}}}}}


def example_events() -> str:
    """Write an answer as the events that a stream would send."""
    names = ("evidence", "claim", "writing", "prose", "answer")
    events = (
        f"event: {name}\ndata: {to_json(EXAMPLES[name]).decode()}\nid: {number}\n\n"
        for number, name in enumerate(names, start=1)
    )
    return "".join(events)


def complete_openapi(app: FastAPI, *, needs_key: bool) -> None:
    """Make the app's description name the media type of problems and the ways to send a key."""
    # the hook that FastAPI documents
    app.openapi = partial(describe, app, app.openapi, needs_key=needs_key)  # type: ignore[method-assign]


def describe(app: FastAPI, original: Any, *, needs_key: bool) -> dict[str, Any]:
    """Complete FastAPI's own description, once."""
    if app.openapi_schema:
        return app.openapi_schema
    description = original()
    if needs_key:
        description["components"]["securitySchemes"] = SCHEMES
    for path, operations in description["paths"].items():
        for operation in operations.values():
            locked = needs_key and path not in OPEN_PATHS
            complete_operation(operation, locked=locked)
    return description


def complete_operation(operation: dict[str, Any], *, locked: bool) -> None:
    """Give one operation its media type of problems and its lock."""
    if locked:
        operation["security"] = [{name: []} for name in SCHEMES]
        operation["responses"]["401"] = problem_description(401)
    for status, response in operation["responses"].items():
        if status >= "400":
            response["content"] = problem_description(int(status))["content"]


def problem_description(status: int) -> dict[str, Any]:
    """Describe a response that is a problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": schema}},
    }
