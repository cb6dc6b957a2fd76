"""A language model behind a server, through LangChain."""

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import httpx

from ingest.errors import LanguageModelError
from ingest.words.characters import without_halves
from retriever.language_model.types import PromptMessage, Usage, Writing

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

CHECK_SECONDS = 2.0

OLLAMA_CONTEXT = 4096
"""Tokens; Ollama cuts off without a word what does not fit in its own default, which differs by version."""

CHARACTERS_PER_TOKEN = 32
"""More than any text has on average: a server that writes more does not keep to the number of tokens it was given."""

_ENDINGS = {
    "openai": "finish_reason",
    "mistralai": "finish_reason",
    "anthropic": "stop_reason",
    "ollama": "done_reason",
}


class RemoteLanguageModel:
    """A `LanguageModel` that is one of LangChain's chat models; it begins to write when the first piece is asked for.

    `client` is what an OpenAI-compatible server is asked with, None for other providers; `base_url` may end in a slash.
    """

    def __init__(
        self,
        chat_model: "BaseChatModel",
        *,
        provider: str,
        model: str,
        base_url: str | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        self.name = f"{provider}:{model}"
        self._chat_model = chat_model
        self._provider = provider
        self._base_url = base_url
        self._client = client

    def write(self, messages: Sequence[PromptMessage], *, max_tokens: int) -> Writing:
        """Have the server write; closing the writing drops the connection, which stops the server."""
        usage = Usage()
        return Writing(self._pieces(messages, max_tokens, usage), usage)

    def check(self) -> None:
        """Ask an OpenAI-compatible server of one's own whether it is there; of others, nothing is asked."""
        if self._client is None or self._base_url is None:
            return
        try:
            self._client.get(f"{self._base_url.rstrip('/')}/models", timeout=CHECK_SECONDS).raise_for_status()
        except (httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client was closed
            raise self._failure(error) from None

    def close(self) -> None:
        """Close the connections; a closed model writes no more."""
        if self._client is not None:
            self._client.close()

    def _pieces(self, messages: Sequence[PromptMessage], max_tokens: int, usage: Usage) -> Iterator[str]:
        turns = [(message.role, message.text) for message in messages]
        characters_left = max_tokens * CHARACTERS_PER_TOKEN
        ended = False
        try:
            for chunk in untraced(self._chat_model.stream(turns, **self._options(max_tokens))):
                note_usage(chunk, usage)
                ended = ended or self._is_end(chunk)
                if text := without_halves(chunk.text):
                    characters_left -= len(text)
                    if characters_left < 0:
                        raise LanguageModelError(f"{self._called} wrote far more than the {max_tokens} tokens asked.")
                    yield text
        except LanguageModelError:
            raise
        except Exception as error:  # noqa: BLE001  each provider's package has errors of its own
            # Not `from error`: what they say may hold the key, and a log would show it.
            raise self._failure(error) from None
        if not ended:
            raise LanguageModelError(f"{self._called} broke off in the middle of its reply.")

    def _options(self, max_tokens: int) -> dict[str, Any]:
        if self._provider == "ollama":
            return {"options": {"num_predict": max_tokens, "num_ctx": OLLAMA_CONTEXT, "temperature": 0, "seed": 0}}
        if self._provider == "openai" and self._base_url is not None:
            # LangChain would send OpenAI's newer `max_completion_tokens`, which other servers pass over.
            return {"extra_body": {"max_tokens": max_tokens, "seed": 0}}
        return {"max_tokens": max_tokens}

    def _is_end(self, chunk: "AIMessageChunk") -> bool:
        ending = _ENDINGS.get(self._provider)
        return ending is None or bool(chunk.response_metadata.get(ending))

    @property
    def _called(self) -> str:
        where = f" at {shown_address(self._base_url)}" if self._base_url else ""
        return f"The language model {self.name}{where}"

    def _failure(self, error: Exception) -> LanguageModelError:
        return LanguageModelError(f"{self._called} {describe_failure(error)}")


def describe_failure(error: Exception) -> str:
    """Say what kind of failure it was and what to do, in words of ours only."""
    causes = list(_causes(error))
    status = next((found for cause in causes if (found := _status(cause)) is not None), None)
    if status is not None:
        return _describe_status(status)
    if any(isinstance(cause, (TimeoutError, httpx.TimeoutException)) for cause in causes):
        return "did not answer in time. It is too busy or too slow; a smaller model is faster."
    if any(isinstance(cause, (ConnectionRefusedError, httpx.ConnectError)) for cause in causes):
        return "cannot be reached. Start its server, or set QUOTH_LANGUAGE_MODEL_URL to where it is."
    return "broke off, or sent what is no reply. Is QUOTH_LANGUAGE_MODEL_URL the address of its API?"


def shown_address(url: str) -> str:
    """Return an address without the name and password that it may hold."""
    return str(httpx.URL(url).copy_with(username=None, password=None, query=None))


def note_usage(chunk: "AIMessageChunk", usage: Usage) -> None:
    """Note how many tokens there were; some servers count in the last piece only, others again and again."""
    if chunk.usage_metadata is None:
        return
    counted = chunk.usage_metadata
    usage.tokens_in = max(usage.tokens_in or 0, counted["input_tokens"])
    usage.tokens_out = max(usage.tokens_out or 0, counted["output_tokens"])
    cached = counted.get("input_token_details", {}).get("cache_read")
    if cached is not None:
        usage.cached = max(usage.cached or 0, cached)


def untraced(stream: "Iterator[AIMessageChunk]") -> "Iterator[AIMessageChunk]":
    """Keep LangChain from sending questions and texts to LangSmith, which a variable of the environment would do."""
    from langsmith import tracing_context

    try:
        with tracing_context(enabled=False):  # LangChain looks at it before the first piece only
            first = next(stream, None)
        if first is not None:
            yield first
            yield from stream
    finally:
        if isinstance(stream, Generator):
            stream.close()


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """Read the HTTP status out of an exception; those of the providers' packages have no class in common."""
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _describe_status(status: int) -> str:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return f"wants another key (HTTP {status}). Set QUOTH_LANGUAGE_MODEL_KEY to one that it accepts."
    if status == httpx.codes.NOT_FOUND:
        return "was not found (HTTP 404). Check QUOTH_LANGUAGE_MODEL and QUOTH_LANGUAGE_MODEL_URL."
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return "takes no more requests for now (HTTP 429). Try again later, or look at your quota."
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return f"failed on its own side (HTTP {status}). Try again later, or look at its log."
    if httpx.codes.is_redirect(status):
        return f"points elsewhere (HTTP {status}), and Quoth does not follow. Check QUOTH_LANGUAGE_MODEL_URL."
    return f"refused the request (HTTP {status}). Does the model take this many tokens, and temperature 0?"
