"""The documents: add, list, read, delete."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Header, Path, Query, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse

from api.dependencies import AllJobs, MaxFileBytes, ReadyAssistant, Uploads, require_json, require_multipart
from api.document_schemas import AddedDocuments, DocumentList, StoredDocument
from api.errors import ProblemError, ProblemItem, make_problem
from api.jobs import JOB
from api.openapi import accepted_job, example, files_in_form, problems, text_example
from api.received import Received, add_received
from api.schemas import MAX_OFFSET, DeletionRequest, DescriptionRequest, Offset
from ingest.errors import UnknownDocumentError
from ingest.incoming.conflicts import OnConflict
from ingest.pages.pictures import page_picture
from ingest.types import Span
from retriever.assistant import Assistant

router = APIRouter(prefix="/documents", tags=["documents"])

ON_CONFLICT = "Where another document came under the name of a file: `replace` it, `keep` both, or `refuse` the file."
Limit = Annotated[int | None, Query(ge=1, le=1000, description="So many at most; all without.")]
Cursor = Annotated[str, Query(description="The `next` of the page before.")]
PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]

PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}, "example": "\x89PNG..."}},
        "description": "The page, 1,000 pixels wide.",
    }
}


@router.post(
    "",
    status_code=201,
    response_model=AddedDocuments,
    response_model_exclude_none=True,
    dependencies=[Depends(require_multipart)],
    openapi_extra=files_in_form("file"),
    responses=example("added_documents", status=201, without_empty=True)
    | accepted_job()
    | problems(400, 409, 413, 415, 422, 503, 507),
)
async def add_documents(
    file: Annotated[list[UploadFile], File(min_length=1, description="Files, one or more.")],
    request: Request,
    assistant: ReadyAssistant,
    uploads: Uploads,
    jobs: AllJobs,
    max_file_bytes: MaxFileBytes,
    on_conflict: Annotated[OnConflict, Form(description=ON_CONFLICT)] = "refuse",
    prefer: Annotated[str | None, Header(description="`respond-async` makes a job of the upload (RFC 7240).")] = None,
) -> AddedDocuments | Response:
    """Add documents: each file is stored whole or not at all.

    One upload is worked on at a time and a few wait; another is turned away with `Retry-After`. Files that were refused
    are listed under `errors` beside the documents that are stored. When every file was refused the response is the
    problem of the first, with all of them under its `errors`.

    With `Prefer: respond-async` the answer is a 202 as soon as the files are here: `Location` names the job that tells
    what becomes of them.
    """
    received = [Received.take(each, on_conflict) for each in file]
    if wants_job(prefer):
        job = await jobs.accept(received, request.scope["upload_place"])
        headers = {"Location": f"/v1/jobs/{job.id}", "Preference-Applied": "respond-async"}
        return Response(JOB.dump_json(job, exclude_none=True), 202, headers, "application/json")
    try:
        return await uploads.in_turn(partial(add_uploads, assistant, received, max_file_bytes), request=request)
    finally:
        for each in received:
            each.file.close()


def wants_job(prefer: str | None) -> bool:
    """Tell whether a client would rather not wait."""
    return "respond-async" in {each.partition(";")[0].strip().lower() for each in (prefer or "").split(",")}


def add_uploads(assistant: Assistant, received: Sequence[Received], max_file_bytes: int) -> AddedDocuments:
    """Add uploaded files; a problem when none of them was taken."""
    outcomes = add_received(assistant, received, max_file_bytes)
    stored = tuple(outcome for outcome in outcomes if isinstance(outcome, StoredDocument))
    refused = tuple(outcome for outcome in outcomes if isinstance(outcome, ProblemItem))
    if not stored:
        first = refused[0]
        raise ProblemError(make_problem(first.status or 422, first.code, first.detail, errors=refused))
    return AddedDocuments(stored, refused or None)


@router.get(
    "", response_model_exclude_none=True, responses=example("documents", without_empty=True) | problems(422, 503)
)
def list_documents(assistant: ReadyAssistant, limit: Limit = None, cursor: Cursor = "") -> DocumentList:
    """List the documents by title: all, or page by page, each going on behind the last one, whatever came or went."""
    title, _, document_id = cursor.rpartition("/")
    behind = [one for one in assistant.documents() if (one.title, one.id) > (title, document_id)]
    page = behind[:limit]
    last = page[-1] if len(page) < len(behind) else None
    return DocumentList(tuple(map(StoredDocument.from_summary, page)), f"{last.title}/{last.id}" if last else None)


@router.post(
    "/delete", status_code=204, dependencies=[Depends(require_json)], responses=problems(400, 404, 413, 415, 422, 503)
)
def delete_documents(body: DeletionRequest, assistant: ReadyAssistant) -> None:
    """Delete documents, and the saved answers that mention one: all of them or, when one is not there, none.

    A POST, since what a DELETE has in its body means nothing to HTTP, and some proxies drop it.
    """
    assistant.remove(*dict.fromkeys(body.document_ids))


@router.get(
    "/{document_id}",
    response_model_exclude_none=True,
    responses=example("document", without_empty=True) | problems(404, 422, 503),
)
def read_document(document_id: str, assistant: ReadyAssistant) -> StoredDocument:
    """Describe one document."""
    summary = assistant.catalogue.summary(document_id)
    if summary is None:
        raise UnknownDocumentError("No document has this id.")
    return StoredDocument.from_summary(summary)


@router.patch(
    "/{document_id}",
    response_model_exclude_none=True,
    dependencies=[Depends(require_json)],
    responses=example("document", without_empty=True) | problems(400, 404, 413, 415, 422, 503),
)
def describe_document(document_id: str, body: DescriptionRequest, assistant: ReadyAssistant) -> StoredDocument:
    """Say what a document is called, who wrote it and when, where its file does not or is wrong."""
    title = (body.title or "").strip() or None  # a title is something to see
    assistant.catalogue.describe(document_id, title=title, author=body.author, date=body.date)
    return read_document(document_id, assistant)


@router.delete("/{document_id}", status_code=204, responses=problems(404, 422, 503))
def delete_document(document_id: str, assistant: ReadyAssistant) -> None:
    """Delete a document, and the saved answers that mention it."""
    assistant.remove(document_id)


@router.get(
    "/{document_id}/text",
    response_class=PlainTextResponse,
    responses=text_example("Oostenrijk", description="Exactly text[start:end].") | problems(404, 422, 503),
)
def read_text(document_id: str, assistant: ReadyAssistant, start: Offset = 0, end: Offset = MAX_OFFSET) -> str:
    """Give `text[start:end]` of a document as it was decoded, counted in code points; without bounds all of it.

    As with every Python slice, what lies beyond the end of the text is left out.
    """
    return assistant.document(document_id).text[start:end]


@router.get(
    "/{document_id}/pages/{number}.png",
    response_class=Response,
    responses=PICTURE | problems(404, 422, 503),
)
def read_page(
    document_id: str,
    number: PageNumber,
    assistant: ReadyAssistant,
    start: Offset = 0,
    end: Offset = 0,
) -> Response:
    """Draw a page of a PDF, with the words of `text[start:end]` lit on it."""
    picture = page_picture(assistant.catalogue, document_id, number, Span(start, end))
    return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})
