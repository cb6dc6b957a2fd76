"""The Model Context Protocol over HTTP: one message a request, one reply, no sessions and no streams."""

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from api.dependencies import AnswerSlots, ReadyAssistant, origin_of, require_json
from api.mcp.protocol import INVALID_REQUEST, PARSE_ERROR, reply_to

router = APIRouter(include_in_schema=False)  # its messages are described by the protocol


@router.post("/mcp", dependencies=[Depends(require_json)])
async def receive_message(request: Request, assistant: ReadyAssistant, slots: AnswerSlots) -> Response:
    """Reply to a message; a call of a tool takes one of the slots for answers."""
    body, origin = await request.body(), origin_of(request)
    reply = partial(reply_to, body, assistant, lambda permalink: origin + permalink)
    replied = await (slots.work_on(reply) if b"tools/call" in body else to_thread.run_sync(reply))
    if replied is None:
        return Response(status_code=202)
    unreadable = replied.get("error", {}).get("code") in (PARSE_ERROR, INVALID_REQUEST)
    return JSONResponse(replied, status_code=400 if unreadable else 200)
