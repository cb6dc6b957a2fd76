"""What a program sends that speaks OpenAI's API; what Quoth has no use for, such as a temperature, is not looked at."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.errors import ProblemError, make_problem
from api.schemas import Text
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS

MODEL = "quoth"
QUOTING_MODEL = "quoth-quotations"
MODELS = (MODEL, QUOTING_MODEL)
"""The second never lets a language model write."""

MAX_MESSAGES = 500
ModelName = Annotated[Text, Field(description=f"`{MODEL}`, or `{QUOTING_MODEL}`, which lets no language model write.")]


class Part(BaseModel):
    """A part of a message; only texts are read."""

    type: Literal["text", "input_text", "output_text", "refusal"]
    text: Text = ""


class Message(BaseModel):
    """A message of a conversation; what the user says is asked, all else is not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream is to hold beside the answer."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation that ends in a question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "When did Austria get its state treaty?"}]}
            ]
        }
    )

    model: ModelName
    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None


class ResponseRequest(BaseModel):
    """A question, or a conversation that ends in one; it may follow on an earlier response."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": MODEL, "input": "When did Austria get its state treaty?"}]}
    )

    model: ModelName
    input: Text | Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    previous_response_id: Text | None = None
    stream: bool = False


class Asked(BaseModel):
    """The question of a conversation, and the questions before it."""

    question: str
    history: tuple[str, ...]
    prose: bool


def read_chat(model: str, messages: Sequence[Message], earlier: Sequence[str] = ()) -> Asked:
    """Read a conversation: the last message of the user is the question."""
    check_model(model)
    said = [message.words.strip() for message in messages if message.role == "user"]
    if not said:
        raise ProblemError(make_problem(422, "no_question", "No message of the conversation is the user's."))
    history = (*earlier, *(words[:MAX_QUESTION_CHARACTERS] for words in said[:-1] if words))
    return Asked(question=said[-1], history=history[-100:], prose=model == MODEL)


def read_input(request: ResponseRequest, earlier: Sequence[str]) -> Asked:
    """Read the input of a response."""
    given = request.input
    return read_chat(request.model, [Message(role="user", content=given)] if isinstance(given, str) else given, earlier)


def check_model(model: str) -> None:
    """Raise a problem when there is no such model."""
    if model not in MODELS:
        raise ProblemError(make_problem(404, "model_not_found", f"There is no such model. Ask {' or '.join(MODELS)}."))
