"""Passages for a query."""

from fastapi import APIRouter, Depends

from api.dependencies import ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import HitList, SearchRequest

router = APIRouter(tags=["search"])


@router.post(
    "/search",
    dependencies=[Depends(require_json)],
    responses=example("hits") | problems(400, 404, 413, 415, 422, 503),
)
def search(body: SearchRequest, assistant: ReadyAssistant) -> HitList:
    """Find the passages nearest to a query, by meaning and by keywords, best first."""
    hits = assistant.search(body.query, limit=body.limit, document_ids=body.document_ids, language=body.language)
    return HitList(tuple(hits))
