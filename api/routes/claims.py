"""Claims, held against evidence that the caller brings."""

from functools import partial

from fastapi import APIRouter, Depends

from api.dependencies import AnswerSlots, ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import ClaimRequest
from retriever.claim_check import ClaimCheck, check_claim

router = APIRouter(prefix="/claims", tags=["claims"])


@router.post(
    "/check",
    dependencies=[Depends(require_json)],
    responses=example("claim_check") | problems(400, 413, 415, 422, 503),
)
async def check(body: ClaimRequest, assistant: ReadyAssistant, slots: AnswerSlots) -> ClaimCheck:
    """Say whether evidence supports a claim, refutes it, or says not enough of it.

    `support` is the probability that the evidence carries the whole claim. Nothing is looked up and nothing is kept.
    """
    return await slots.work_on(partial(check_claim, body.claim, body.evidence, assistant.models.verifier))
