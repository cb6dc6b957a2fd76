"""Answers with citations, at once or as a stream of events."""

from functools import partial

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import AnswerSlots, ReadyAssistant, require_json
from api.openapi import example, problems
from api.schemas import AnswerRequest
from api.streaming import AnswerStream, wants_events
from retriever.replay import Replay, replay_answer
from retriever.types import Answer

router = APIRouter(tags=["answers"])


@router.post(
    "/answers",
    response_model=Answer,
    dependencies=[Depends(require_json)],
    responses=example("answer", events=True) | problems(400, 404, 413, 415, 422, 503),
)
async def create_answer(
    body: AnswerRequest, request: Request, assistant: ReadyAssistant, slots: AnswerSlots
) -> Answer | Response:
    """Answer a question with cited claims, or refuse and say why; a refusal is an answer too, with status `refused`.

    With `Accept: text/event-stream` the parts come as server-sent events, in this order: `evidence`; a `claim` for each
    quotation, at once; where a language model writes, a `prose` for each of its sentences that passed the check, which
    takes seconds, and a `writing` about every second until then; and `answer`. The claims of that are the prose, and
    the quotations that a disagreement needs; or the quotations alone, when the prose came to nothing: `prose.fallback`
    says why. Whoever closes the connection stops the model. What goes wrong on the way is an `error` event, the last
    one.
    """
    ask = body.model_dump(exclude={"question"})
    if wants_events(request):
        return AnswerStream(partial(assistant.stream_answer, body.question, **ask), slots)
    return await slots.work_on(partial(assistant.answer, body.question, **ask))


@router.post("/answers/{answer_id}/replay", responses=example("replay") | problems(404, 422, 503))
async def replay(answer_id: str, assistant: ReadyAssistant, slots: AnswerSlots) -> Replay:
    """Answer a question again as its receipt says, and tell what differs from the answer that was given."""
    return await slots.work_on(partial(replay_answer, answer_id, assistant))


@router.get("/answers/{answer_id}", response_model=Answer, responses=example("answer") | problems(404, 422, 503))
def read_answer(answer_id: str, assistant: ReadyAssistant) -> Response:
    """Give an answer as it was given before."""
    return Response(assistant.saved_answer(answer_id), media_type="application/json")
