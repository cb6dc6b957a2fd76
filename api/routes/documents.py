"""The documents: add, list, read, delete."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, File, Path, Request, UploadFile
from fastapi.responses import PlainTextResponse, Response

from api.dependencies import MaxFileBytes, ReadyAssistant, Uploads, require_multipart
from api.errors import ProblemError, ProblemItem, make_problem, problem_item
from api.openapi import example, files_in_form, problems, text_example
from api.schemas import MAX_OFFSET, AddedDocuments, DocumentList, Offset, StoredDocument
from ingest.errors import FileTooLargeError, ReadError, UnknownDocumentError
from ingest.pages.pictures import page_picture
from ingest.types import Span
from retriever.assistant import Assistant

router = APIRouter(prefix="/documents", tags=["documents"])

MAX_NAME_CHARACTERS = 200

PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]


@router.post(
    "",
    status_code=201,
    response_model_exclude_none=True,
    dependencies=[Depends(require_multipart)],
    openapi_extra=files_in_form("file"),
    responses=example("added_documents", status=201, without_empty=True) | problems(400, 409, 413, 415, 422, 503),
)
async def add_documents(
    file: Annotated[list[UploadFile], File(min_length=1, description="Files, one or more.")],
    request: Request,
    assistant: ReadyAssistant,
    uploads: Uploads,
    max_file_bytes: MaxFileBytes,
) -> AddedDocuments:
    """Add documents: each file is stored whole or not at all.

    One upload is worked on at a time and a few wait; another is turned away with `Retry-After`. Files that were refused
    are listed under `errors` beside the documents that are stored. When every file was refused the response is the
    problem of the first, with all of them under its `errors`.
    """
    return await uploads.work_on(request, partial(add_uploads, assistant, file, max_file_bytes))


def add_uploads(assistant: Assistant, files: Sequence[UploadFile], max_file_bytes: int) -> AddedDocuments:
    """Add uploaded files one after another; a problem when none of them was taken."""
    outcomes = [add_upload(assistant, file, max_file_bytes) for file in files]
    stored = tuple(outcome for outcome in outcomes if isinstance(outcome, StoredDocument))
    refused = tuple(outcome for outcome in outcomes if isinstance(outcome, ProblemItem))
    if not stored:
        first = refused[0]
        raise ProblemError(make_problem(first.status or 422, first.code, first.detail, errors=refused))
    return AddedDocuments(stored, refused or None)


@router.get("", response_model_exclude_none=True, responses=example("documents", without_empty=True) | problems(503))
def list_documents(assistant: ReadyAssistant) -> DocumentList:
    """List the documents by title."""
    return DocumentList(tuple(StoredDocument.from_summary(summary) for summary in assistant.documents()))


@router.get(
    "/{document_id}",
    response_model_exclude_none=True,
    responses=example("document", without_empty=True) | problems(404, 422, 503),
)
def read_document(document_id: str, assistant: ReadyAssistant) -> StoredDocument:
    """Describe one document."""
    for summary in assistant.documents():
        if summary.id == document_id:
            return StoredDocument.from_summary(summary)
    raise UnknownDocumentError("No document has this id.")


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
    responses={200: {"content": {"image/png": {}}, "description": "The page, 1,000 pixels wide."}}
    | problems(404, 422, 503),
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


def add_upload(assistant: Assistant, upload: UploadFile, max_file_bytes: int) -> StoredDocument | ProblemItem:
    """Add one uploaded file and tell what became of it."""
    name = clean_name(upload.filename or "")
    if (upload.size or 0) > max_file_bytes:
        too_large = FileTooLargeError(f"{name} is larger than the {max_file_bytes:,} bytes that are read.")
        return problem_item(too_large, name)
    ingested = assistant.add_bytes(name, upload.file.read())
    if ingested.document is None:
        return problem_item(ingested.error or ReadError(f"{name} was not taken."), name)
    return StoredDocument.from_summary(ingested.document, status=ingested.status, notice=ingested.notice)


def clean_name(name: str) -> str:
    """Keep the last part of a file name, printable and of a sensible length, with its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character if character.isprintable() else "_" for character in last)
    return printable[-MAX_NAME_CHARACTERS:] or "file"
