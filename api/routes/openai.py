"""Quoth as a model of OpenAI's API: models, chat completions, responses."""

import json
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import AnswerSlots, ReadyAssistant, origin_of, require_json
from api.openai import shapes
from api.openai.answers import RESPONSE_PREFIX, completion_of, response_of
from api.openai.requests import MODELS, Asked, ChatRequest, ResponseRequest, check_model, read_chat, read_input
from api.openai.streams import completion_events, events_of, response_events
from api.openapi import example, problems
from api.streaming import AnswerStream
from retriever.assistant import Assistant
from retriever.events import AnswerEvents
from retriever.types import Answer

router = APIRouter(tags=["openai"])


@router.get("/models", responses=example("models"))
async def list_models() -> shapes.ModelList:
    """List the models: `quoth`, and `quoth-quotations`, which lets no language model write."""
    return shapes.ModelList(tuple(map(shapes.Model, MODELS)))


@router.get("/models/{model}", responses=example("model") | problems(404, 422))
async def read_model(model: str) -> shapes.Model:
    """Describe a model."""
    check_model(model)
    return shapes.Model(model)


@router.post(
    "/chat/completions",
    response_model=shapes.ChatCompletion,
    dependencies=[Depends(require_json)],
    responses=example("completion") | problems(400, 404, 413, 415, 422, 503),
)
async def create_completion(
    body: ChatRequest, request: Request, assistant: ReadyAssistant, slots: AnswerSlots
) -> shapes.ChatCompletion | Response:
    """Answer the last message of the user; the user's messages before it are the questions that it follows on.

    `annotations` hold the permalink of each marker in the text, and `quoth` the citations whole. With `stream` the
    text comes in chunks once it is checked.
    """
    asked = read_chat(body.model, body.messages)
    make = partial(completion_of, model=body.model, origin=origin_of(request))
    if body.stream:
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        begin = partial(stream, assistant, asked)
        return AnswerStream(
            lambda: events_of(begin, lambda one: completion_events(make(one), with_usage=with_usage)), slots
        )
    return make(await slots.work_on(partial(answer, assistant, asked)))


@router.post(
    "/responses",
    response_model=shapes.Response,
    dependencies=[Depends(require_json)],
    responses=example("response") | problems(400, 404, 413, 415, 422, 503),
)
async def create_response(
    body: ResponseRequest, request: Request, assistant: ReadyAssistant, slots: AnswerSlots
) -> shapes.Response | Response:
    """Answer a question, or the last message of the user; `previous_response_id` names an answer that it follows on.

    `annotations` hold the permalink of each marker in the text, and `quoth` the citations whole. With `stream` the
    text comes in events once it is checked. Every answer is kept, as those of `/v1/answers` are.
    """
    earlier = await to_thread.run_sync(earlier_questions, assistant, body.previous_response_id)
    asked = read_input(body, earlier)
    make = partial(response_of, model=body.model, origin=origin_of(request), previous=body.previous_response_id)
    if body.stream:
        begin = partial(stream, assistant, asked)
        return AnswerStream(lambda: events_of(begin, lambda one: response_events(make(one))), slots)
    return make(await slots.work_on(partial(answer, assistant, asked)))


def answer(assistant: Assistant, asked: Asked) -> Answer:
    """Answer."""
    return assistant.answer(asked.question, history=asked.history, prose=asked.prose)


def stream(assistant: Assistant, asked: Asked) -> AnswerEvents:
    """Begin to answer."""
    return assistant.stream_answer(asked.question, history=asked.history, prose=asked.prose)


def earlier_questions(assistant: Assistant, response_id: str | None) -> tuple[str, ...]:
    """Return the questions that led to a response, its own last; raises UnknownAnswerError."""
    if response_id is None:
        return ()
    answer = json.loads(assistant.saved_answer(response_id.removeprefix(RESPONSE_PREFIX)))
    return (*answer["receipt"]["history"], answer["question"])
