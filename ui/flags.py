"""A question under each answer: is this right? What a person says of it is kept with the answer."""

import logging
import re
from typing import TYPE_CHECKING, Literal, get_args

from ingest.errors import QuothError, UnknownAnswerError
from ingest.flags import FlagVerdict
from retriever.types import Answer
from ui.markup import Html, element
from ui.strings import InterfaceLanguage, text

if TYPE_CHECKING:
    from retriever.assistant import Assistant

logger = logging.getLogger(__name__)

Kept = Literal["noted", "gone", "failed"]

OF_ANSWERS: tuple[FlagVerdict, ...] = ("good", "wrong-answer", "wrong-citation", "should-have-refused")
OF_REFUSALS: tuple[FlagVerdict, ...] = ("good", "should-have-answered")
_ANSWER_ID = re.compile(r"[0-9a-f]{8,64}")


def render_flag(answer: Answer, language: InterfaceLanguage) -> Html:
    """Render what can be said of an answer; conversation.js shows what was said, and the words for what came of it."""
    if answer.reason == "no_documents":
        return Html("")
    verdicts = OF_REFUSALS if answer.status == "refused" else OF_ANSWERS
    buttons = [
        element("button", text(f"flag.{verdict}", language), type="button", data_verdict=verdict, aria_pressed="false")
        for verdict in verdicts
    ]
    question = text("flag", language)
    return element(
        "div",
        element("span", question, aria_hidden="true"),
        *buttons,
        element("p", role="status"),
        class_="flag",
        role="group",
        aria_label=question,
        data_answer=answer.id,
        **{f"data_{kept}": text(f"flag_{kept}", language) for kept in get_args(Kept)},
    )


def keep_flag(assistant: "Assistant", said: object) -> Kept:
    """Keep what the page says of an answer; it comes from a browser, so nothing in it is taken for granted."""
    answer_id, verdict = (said.get("answer"), said.get("verdict")) if isinstance(said, dict) else (None, None)
    if not isinstance(answer_id, str) or not _ANSWER_ID.fullmatch(answer_id) or verdict not in get_args(FlagVerdict):
        logger.info("flag not kept: the page sent something else")
        return "failed"
    try:
        assistant.flag_answer(answer_id, verdict)
    except UnknownAnswerError:
        return "gone"
    except QuothError as error:
        logger.warning("flag not kept: %s", type(error).__name__)
        return "failed"
    return "noted"
