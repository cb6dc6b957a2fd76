"""An answer as the events of OpenAI's streams: nothing is sent that was not checked, so the text comes at the end."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from api.errors import openai_error, problem_of
from api.openai import shapes
from api.streaming import StreamEvent
from retriever.events import AnswerEvents, AnswerGiven
from retriever.types import Answer, to_json

DONE = StreamEvent(None, b"[DONE]")
SIGN_OF_LIFE = StreamEvent()


def completion_events(completion: shapes.ChatCompletion, *, with_usage: bool) -> Iterator[StreamEvent]:
    """Yield a chat completion in chunks: the role, the text line by line, the citations, the end."""
    about = {
        "id": completion.id,
        "object": "chat.completion.chunk",
        "created": completion.created,
        "model": completion.model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> StreamEvent:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return StreamEvent(None, {**about, "choices": [choice], **more})

    message = completion.choices[0].message
    yield chunk({"role": "assistant", "content": ""})
    for line in message.content.splitlines(keepends=True):
        yield chunk({"content": line})
    yield chunk({"annotations": to_json(message.annotations)}, "stop", quoth=to_json(completion.quoth))
    if with_usage:
        yield StreamEvent(None, {**about, "choices": [], "usage": to_json(completion.usage)})
    yield DONE


def response_events(response: shapes.Response) -> Iterator[StreamEvent]:
    """Yield a response as the events that lead to it."""
    begun = to_json(replace(response, status="in_progress", output=(), usage=None, quoth=None))
    steps = [
        ("response.created", {"response": begun}),
        ("response.in_progress", {"response": begun}),
        *_message_events(response.output[0]),
        ("response.completed", {"response": to_json(response)}),
    ]
    for number, (name, data) in enumerate(steps):
        yield StreamEvent(name, {"type": name, "sequence_number": number, **data})


def _message_events(message: shapes.OutputMessage) -> Iterator[tuple[str, dict[str, Any]]]:
    (part,) = message.content
    item: dict[str, Any] = {"output_index": 0}
    place = {"item_id": message.id, "output_index": 0, "content_index": 0}
    begun = replace(message, content=(), status="in_progress")
    yield "response.output_item.added", {**item, "item": to_json(begun)}
    yield "response.content_part.added", {**place, "part": to_json(replace(part, text="", annotations=()))}
    for line in part.text.splitlines(keepends=True):
        yield "response.output_text.delta", {**place, "delta": line, "logprobs": []}
    for index, annotation in enumerate(part.annotations):
        added = {"annotation_index": index, "annotation": to_json(annotation)}
        yield "response.output_text.annotation.added", {**place, **added}
    yield "response.output_text.done", {**place, "text": part.text, "logprobs": []}
    yield "response.content_part.done", {**place, "part": to_json(part)}
    yield "response.output_item.done", {**item, "item": to_json(message)}


def events_of(
    begin: Callable[[], AnswerEvents], written: Callable[[Answer], Iterator[StreamEvent]]
) -> Generator[StreamEvent, None, None]:
    """Yield a sign of life for each step of an answer, and then the answer; an error on the way as OpenAI has it."""
    with closing(begin()) as events:
        event = next(events)  # an error in the first step is one of the request, with a status of its own
        yield SIGN_OF_LIFE
        try:
            while not isinstance(event, AnswerGiven):
                event = next(events)
                yield SIGN_OF_LIFE
        except Exception as error:  # noqa: BLE001  told to the client, and to the log by `problem_of`
            yield StreamEvent(None, {"error": openai_error(problem_of(error))})
            return
        yield from written(event.data)
