"""What a language model is to Quoth: messages in, text out, piece by piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One turn of what a language model is given."""

    role: Role
    text: str


@dataclass(slots=True)
class Usage:
    """Tokens of one reply, filled in as far as the model reports them; `cached` of `tokens_in` were read before."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int | None = None


@dataclass(slots=True)
class Writing:
    """A reply on its way: iterate over `pieces`, then look at `usage`; `close` stops the model."""

    pieces: Iterator[str]
    usage: Usage = field(default_factory=Usage)

    def close(self) -> None:
        """Stop the model, if it is still writing."""
        close = getattr(self.pieces, "close", None)
        if close:
            close()


class LanguageModel(Protocol):
    """Writes text; any thread may call it. Always at temperature 0."""

    name: str

    def write(self, messages: Sequence[PromptMessage], *, max_tokens: int) -> Writing:
        """Begin to write; the pieces raise LanguageModelError when the model fails, also in the middle."""
        ...

    def check(self) -> None:
        """Ask the model's server or file whether it is there; raises LanguageModelError saying what to do."""
        ...

    def close(self) -> None:
        """Give back what the model holds."""
        ...
