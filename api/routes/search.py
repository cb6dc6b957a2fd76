"""Passages for a query."""

from functools import partial

from fastapi import APIRouter, Depends

from api.dependencies import ReadyAssistant, SearchSlots, require_json
from api.openapi import example, problems
from api.schemas import HitList, SearchRequest

router = APIRouter(tags=["search"])


@router.post(
    "/search",
    dependencies=[Depends(require_json)],
    responses=example("hits") | problems(400, 404, 413, 415, 422, 503),
)
async def search(body: SearchRequest, assistant: ReadyAssistant, slots: SearchSlots) -> HitList:
    """Find the passages nearest to a query, by meaning and by keywords, best first."""
    return HitList(tuple(await slots.work_on(partial(assistant.search, **body.model_dump()))))
