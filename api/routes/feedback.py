"""What people say of answers."""

from fastapi import APIRouter, Depends

from api.dependencies import ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import FeedbackRequest
from ingest.flags import Flag

router = APIRouter(tags=["feedback"])


@router.post(
    "/feedback",
    status_code=201,
    dependencies=[Depends(require_json)],
    responses=example("flag", status=201) | problems(400, 404, 413, 415, 422, 503),
)
def create_feedback(body: FeedbackRequest, assistant: ReadyAssistant) -> Flag:
    """Note whether an answer is right, in place of what was said of it before; it is kept as long as the answer.

    `quoth evals adopt` makes a draft question for the evals of each answer of which something was said.
    """
    return assistant.flag_answer(body.answer_id, body.verdict, body.note)
