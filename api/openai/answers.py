"""An answer in the shapes of OpenAI's API."""

import re
import time
from collections.abc import Iterator

from api.openai import shapes
from retriever.types import Answer

RESPONSE_PREFIX = "resp_"
_MARKER = re.compile(r"\[(\d+)\]")


def own_part(answer: Answer) -> shapes.OwnPart:
    """Return what OpenAI's shapes have no place for."""
    citations = tuple(citation for claim in answer.claims for citation in claim.citations)
    return shapes.OwnPart(answer.id, answer.status, answer.confidence, answer.reason, citations)


def pointers(answer: Answer, origin: str) -> Iterator[shapes.Pointer]:
    """Yield each marker in the text of an answer with the address of the words that it points at."""
    citations = own_part(answer).citations
    for match in _MARKER.finditer(answer.text):
        citation = citations[int(match[1]) - 1]
        yield shapes.Pointer(match.start(), match.end(), citation.document_title, origin + citation.permalink)


def completion_of(answer: Answer, *, model: str, origin: str) -> shapes.ChatCompletion:
    """Return an answer as a chat completion."""
    annotations = tuple(map(shapes.ChatAnnotation, pointers(answer, origin)))
    choice = shapes.Choice(shapes.ChatMessage(answer.text, annotations))
    return shapes.ChatCompletion(
        f"chatcmpl-{answer.id}",
        int(time.time()),
        model,
        (choice,),
        shapes.ChatUsage(*_tokens(answer)),
        own_part(answer),
    )


def response_of(answer: Answer, *, model: str, origin: str, previous: str | None) -> shapes.Response:
    """Return an answer as a response."""
    annotations = tuple(
        shapes.Annotation(pointer.start_index, pointer.end_index, pointer.title, pointer.url)
        for pointer in pointers(answer, origin)
    )
    message = shapes.OutputMessage(f"msg_{answer.id}", (shapes.OutputText(answer.text, annotations),))
    return shapes.Response(
        f"{RESPONSE_PREFIX}{answer.id}",
        int(time.time()),
        model,
        previous,
        output=(message,),
        usage=shapes.ResponseUsage(*_tokens(answer)),
        quoth=own_part(answer),
    )


def _tokens(answer: Answer) -> tuple[int, int, int]:
    taken = (answer.prose and answer.prose.tokens_in) or 0
    given = (answer.prose and answer.prose.tokens_out) or 0
    return taken, given, taken + given
