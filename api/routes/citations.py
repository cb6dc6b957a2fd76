"""Citations that someone kept."""

from functools import partial

from fastapi import APIRouter, Depends

from api.dependencies import AnswerSlots, ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import CitationRequest
from retriever.quotations.citations import CitationCheck, check_citation

router = APIRouter(prefix="/citations", tags=["citations"])


@router.post(
    "/check",
    dependencies=[Depends(require_json)],
    responses=example("citation_check") | problems(400, 413, 415, 422, 503),
)
async def check(body: CitationRequest, assistant: ReadyAssistant, slots: AnswerSlots) -> CitationCheck:
    """Say whether a citation still holds: `unchanged`, `moved`, `changed` or `gone`.

    After a document was replaced its words are looked for in what came in its place, and in all other documents.
    """
    given = (body.document_id, body.start, body.end, body.quote)
    return await slots.work_on(partial(check_citation, *given, assistant.catalogue))
