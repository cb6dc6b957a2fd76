"""Quotations, held against the documents."""

from functools import partial

from fastapi import APIRouter, Depends

from api.dependencies import AnswerSlots, ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import QuotationRequest
from retriever.quotations.checking import check_quotation
from retriever.quotations.types import QuotationCheck

router = APIRouter(prefix="/quotations", tags=["quotations"])


@router.post(
    "/check",
    dependencies=[Depends(require_json)],
    responses=example("quotation_check") | problems(400, 404, 413, 415, 422, 503),
)
async def check(body: QuotationRequest, assistant: ReadyAssistant, slots: AnswerSlots) -> QuotationCheck:
    """Say whether the documents have a quotation word for word, with the true passage and each word that differs.

    `exact`, `altered`, `stitched` (of several places), `elsewhere` (in none of the documents that were named) or
    `not_found`. Spacing, broken words, quotation marks, capitals, note numbers and what a scan misread are no other
    words: they are told as `differences`.
    """
    ask = partial(check_quotation, body.quotation, assistant.catalogue, document_ids=body.document_ids)
    return await slots.work_on(ask)
