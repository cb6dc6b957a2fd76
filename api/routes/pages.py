"""Pages for people: the document behind a permalink."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ReadyAssistant
from api.viewer import render_document

router = APIRouter(include_in_schema=False)


@router.get("/documents/{document_id}", response_class=HTMLResponse)
def show_document(document_id: str, assistant: ReadyAssistant, request: Request) -> HTMLResponse:
    """Show a document; the part after # in its address lights the cited words."""
    return render_document(request, assistant.document(document_id))
