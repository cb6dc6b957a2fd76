"""An answer that was given earlier is made again, to see whether it is still the same."""

import json
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from retriever.types import Answer, to_json

Part = Literal["status", "text", "citations", "confidence"]
Cause = Literal[
    "version", "texts_sha256", "embedding_model", "reader", "threshold", "unsure_threshold", "language_model"
]
PARTS: tuple[Part, ...] = ("status", "text", "citations", "confidence")
CAUSES: tuple[Cause, ...] = (
    "version",
    "texts_sha256",
    "embedding_model",
    "reader",
    "threshold",
    "unsure_threshold",
    "language_model",
)


class Answers(Protocol):
    """What answers, and keeps what it answered."""

    def saved_answer(self, answer_id: str) -> str:
        """Return a saved answer as JSON; raises UnknownAnswerError."""
        ...

    def answer(
        self,
        question: str,
        *,
        history: tuple[str, ...],
        document_ids: tuple[str, ...] | None,
        language: str | None,
        prose: bool,
    ) -> Answer:
        """Answer a question."""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of making an answer again: `changed` are the parts that differ.

    `causes` are what differs in the receipt: what the answer was made from. Without any of these it should be the same,
    unless a language model wrote it.
    """

    verdict: Literal["identical", "changed"]
    changed: tuple[Part, ...]
    causes: tuple[Cause, ...]
    answer: Answer


def replay_answer(answer_id: str, answers: Answers) -> Replay:
    """Ask the question of a saved answer again, as its receipt says it was asked.

    Raises:
        UnknownAnswerError: no answer has this id.
        UnknownDocumentError: it was asked of a document that is gone.
    """
    saved = json.loads(answers.saved_answer(answer_id))
    receipt = saved["receipt"]
    asked = receipt["document_ids"]
    answer = answers.answer(
        receipt["question"],
        history=tuple(receipt["history"]),
        document_ids=None if asked is None else tuple(asked),
        language=receipt["language"],
        prose=receipt["language_model"] is not None,
    )
    again = to_json(answer)
    changed = tuple(part for part in PARTS if _part(saved, part) != _part(again, part))
    causes = tuple(cause for cause in CAUSES if receipt.get(cause) != again["receipt"][cause])
    return Replay("changed" if changed else "identical", changed, causes, answer)


def _part(answer: dict[str, Any], part: Part) -> Any:
    if part != "citations":
        return answer[part]
    names = ("document_id", "start", "end", "quote")
    return [[cited[name] for name in names] for claim in answer["claims"] for cited in claim["citations"]]
