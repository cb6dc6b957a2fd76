"""What a program gets that speaks OpenAI's API; what is Quoth's own stands under `quoth`."""

from dataclasses import dataclass
from typing import Literal

from retriever.types import Citation, Reason, Status


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be asked."""

    id: str
    created: int = 0
    object: Literal["model"] = "model"
    owned_by: str = "quoth"


@dataclass(frozen=True, slots=True)
class ModelList:
    """The models that can be asked."""

    data: tuple[Model, ...]
    object: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a marker stands in the answer, and the permalink of the words that it points at."""

    start_index: int
    end_index: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ChatAnnotation:
    """A citation as chat completions have it."""

    url_citation: Pointer
    type: Literal["url_citation"] = "url_citation"


@dataclass(frozen=True, slots=True)
class Annotation(Pointer):
    """A citation as responses have it."""

    type: Literal["url_citation"] = "url_citation"


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What OpenAI's shapes have no place for: the id under which the answer is kept, its state, and each citation.

    The n-th citation is the one that `[n]` points at.
    """

    answer_id: str
    status: Status
    confidence: float
    reason: Reason | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """An answer as a message."""

    content: str
    annotations: tuple[ChatAnnotation, ...]
    role: Literal["assistant"] = "assistant"
    refusal: None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The only choice."""

    message: ChatMessage
    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class ChatUsage:
    """The tokens of the language model; none where the answer is made of quotations."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """An answer as a chat completion."""

    id: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: ChatUsage
    quoth: OwnPart
    object: Literal["chat.completion"] = "chat.completion"


@dataclass(frozen=True, slots=True)
class OutputText:
    """The text of a response."""

    text: str
    annotations: tuple[Annotation, ...]
    type: Literal["output_text"] = "output_text"
    logprobs: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class OutputMessage:
    """The message of a response."""

    id: str
    content: tuple[OutputText, ...]
    status: Literal["in_progress", "completed"] = "completed"
    role: Literal["assistant"] = "assistant"
    type: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class TokenDetails:
    """Tokens that were cached, or spent on reasoning: none."""

    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ResponseUsage:
    """The tokens of the language model; none where the answer is made of quotations."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: TokenDetails = TokenDetails()
    output_tokens_details: TokenDetails = TokenDetails()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as a response; without `usage` and `quoth` while it is on its way."""

    id: str
    created_at: int
    model: str
    previous_response_id: str | None = None
    output: tuple[OutputMessage, ...] = ()
    status: Literal["in_progress", "completed"] = "completed"
    usage: ResponseUsage | None = None
    quoth: OwnPart | None = None
    object: Literal["response"] = "response"
    error: None = None
    incomplete_details: None = None
    instructions: None = None
    metadata: None = None
    parallel_tool_calls: bool = False
    temperature: None = None
    top_p: None = None
    tool_choice: Literal["none"] = "none"
    tools: tuple[()] = ()
