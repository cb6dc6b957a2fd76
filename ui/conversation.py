"""What a person does on the page: ask in turns."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.errors import QuothError
from retriever.events import AnswerEvent, AnswerGiven, ClaimChecked, EvidenceFound, ProseChecked, StillWriting
from retriever.logs import told_without_words
from retriever.types import Answer, Claim
from ui.strings import error_key

if TYPE_CHECKING:
    from retriever.assistant import Assistant

logger = logging.getLogger(__name__)

MAX_HISTORY = 10
MAX_CONVERSATION = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it so far; `problem` is the key of a text in `ui.strings`.

    `titles` leads from document id to title, for passages that were near; `asked` of `documents` were chosen. Where a
    language model writes (`awaits_prose`), `prose` holds its sentences until the answer has them.
    """

    question: str
    titles: Mapping[str, str] = field(default_factory=dict)
    asked: int = 0
    documents: int = 0
    passages: int | None = None
    claims: tuple[Claim, ...] = ()
    awaits_prose: bool = False
    prose: tuple[Claim, ...] = ()
    answer: Answer | None = None
    problem: str | None = None


def ask(
    assistant: "Assistant", question: str, *, turns: Sequence[Turn] = (), document_ids: Sequence[str] | None = None
) -> Iterator[Turn]:
    """Yield the turn as it grows; the last one holds the answer or a problem. Without `document_ids` all are asked."""
    turn = Turn(question)
    yield turn
    try:
        titles = {document.id: document.title for document in assistant.documents()}
        asked = len(titles if document_ids is None else document_ids)
        turn = replace(turn, titles=titles, asked=asked, documents=len(titles))
        turn = replace(turn, awaits_prose=assistant.models.language_model is not None)
        history = [earlier.question for earlier in turns if earlier.answer][-MAX_HISTORY:]
        chosen = None if document_ids is None or len(document_ids) >= len(titles) else list(document_ids)
        # Closed when the page is left, which stops a language model that is still writing.
        with closing(assistant.stream_answer(question, history=history, document_ids=chosen)) as events:
            for event in events:
                turn = _grown(turn, event)
                yield turn
    except QuothError as error:
        logger.info("question not answered: %s", type(error).__name__)
        yield replace(turn, problem=error_key(error))
    except Exception as error:  # noqa: BLE001  told to the person, and to the log
        logger.error("question not answered: %s", told_without_words(error))
        yield replace(turn, problem=error_key(error))


def _grown(turn: Turn, event: AnswerEvent) -> Turn:
    match event:
        case EvidenceFound(evidence):
            return replace(turn, passages=len(evidence))
        case ClaimChecked(claim):
            return replace(turn, claims=(*turn.claims, claim))
        case ProseChecked(claim):
            return replace(turn, prose=(*turn.prose, claim))
        case StillWriting():
            return turn
        case AnswerGiven(given):
            # The evidence is not shown; a conversation of many turns stays small without it.
            answer = replace(given, evidence=())
            return replace(turn, claims=answer.claims, prose=(), awaits_prose=False, answer=answer)
