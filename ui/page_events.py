"""What happens on the page: every method takes values of components and returns new ones."""

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ingest.errors import QuothError
from ui.adding import render_adding
from ui.conversation import MAX_CONVERSATION, Turn, ask
from ui.layout import PageParts
from ui.quotation_box import render_quotation_box
from ui.rendering import (
    render_conversation,
    render_documents,
    render_masthead,
    render_suggestions,
)
from ui.strings import InterfaceLanguage, error_key, preferred_language, text
from ui.surroundings import render_source_hint

if TYPE_CHECKING:
    from ingest.types import DocumentSummary
    from retriever.assistant import Assistant

logger = logging.getLogger(__name__)

ALL, TOO_MANY = "*", "+"
"""What documents.js sends in the place of ids: all are asked, or more than the page may send."""

Updates = dict[Any, Any]
"""New values by component; components that are left out stay as they are."""


class PageEvents:
    """The listeners of one page and its assistant."""

    def __init__(self, assistant: "Assistant", parts: PageParts) -> None:
        self._assistant = assistant
        self._parts = parts

    def arrive(self, remembered: str, request: gr.Request) -> Updates:
        """Fill the page for a browser that just opened it; all documents are asked."""
        language = preferred_language(remembered or request.headers.get("accept-language"))
        label = gr.update(value=language, label=text("page_language", language))
        try:
            documents = self._assistant.documents()
            updates = self._in_language(language, (), documents, [ALL])
        except QuothError as error:
            logger.warning("the page cannot list documents: %s", type(error).__name__)
            trouble = Turn("", problem=error_key(error))
            updates = {
                **self._in_language(language, (), (), []),
                self._parts.conversation: render_conversation((trouble,), language=language),
            }
        return {**updates, self._parts.language: label}

    def switch_language(self, language: InterfaceLanguage, turns: tuple[Turn, ...], chosen: list[str]) -> Updates:
        """Say everything in the other language and remember the choice in the browser."""
        updates = self._in_language(language, turns, self._assistant.documents(), chosen)
        label = gr.update(label=text("page_language", language))
        return {**updates, self._parts.language: label, self._parts.remembered: language}

    def ask(
        self, question: str, turns: tuple[Turn, ...], chosen: list[str], language: InterfaceLanguage
    ) -> Iterator[Updates]:
        """Ask the question in the box and show the turn as it grows; a question that failed returns to the box."""
        if not question.strip():
            yield {self._parts.question: gr.update()}
            return
        for turn in self._asked(question, turns, chosen):
            conversation = (*turns, turn)[-MAX_CONVERSATION:]
            updates = {
                self._parts.turns: conversation,
                self._parts.conversation: render_conversation(conversation, language=language),
            }
            if turn.problem or (turn.answer is None and turn.passages is None):
                updates[self._parts.question] = question if turn.problem else ""
            yield updates

    def _asked(self, question: str, turns: tuple[Turn, ...], chosen: list[str]) -> Iterator[Turn]:
        if TOO_MANY in chosen:
            yield Turn(question, problem="too_many_chosen")
        elif not chosen and self._assistant.documents():
            yield Turn(question, problem="none_chosen")
        else:
            document_ids = None if ALL in chosen else chosen
            yield from ask(self._assistant, question, turns=turns, document_ids=document_ids)

    def suggest(self, turns: tuple[Turn, ...], language: InterfaceLanguage) -> Updates:
        """Offer questions to an empty conversation; that takes a while, because each was tried before it is offered."""
        if turns:
            return {self._parts.suggestions: gr.update()}
        try:
            questions = self._assistant.suggested_questions(language)
        except QuothError as error:
            logger.warning("no questions to suggest: %s", type(error).__name__)
            questions = []
        return {self._parts.suggestions: render_suggestions(questions, language=language)}

    def ask_suggested(
        self, turns: tuple[Turn, ...], chosen: list[str], language: InterfaceLanguage, event: gr.EventData
    ) -> Iterator[Updates]:
        """Ask the suggested question that was clicked."""
        yield from self.ask(str(event.question), turns, chosen, language)

    def restart(self, language: InterfaceLanguage) -> Updates:
        """Begin a new conversation."""
        return {
            self._parts.turns: (),
            self._parts.conversation: self._conversation((), len(self._assistant.documents()), language),
        }

    def list_stored(
        self, turns: tuple[Turn, ...], chosen: list[str], language: InterfaceLanguage, event: gr.EventData
    ) -> Updates:
        """List the documents anew when files went in, and choose what was added too."""
        documents = self._assistant.documents()
        if ALL not in chosen:
            chosen = [document.id for document in documents if document.id in chosen or document.id in event.ids]
        return {
            self._parts.documents: self._choice(documents, chosen, language),
            self._parts.conversation: self._conversation(turns, len(documents), language),
        }

    def _in_language(
        self,
        language: InterfaceLanguage,
        turns: tuple[Turn, ...],
        documents: Sequence["DocumentSummary"],
        chosen: list[str],
    ) -> Updates:
        parts = self._parts
        placeholder = text("question_placeholder", language)
        return {
            parts.masthead: render_masthead(language),
            parts.restart: gr.update(value=text("new_conversation", language)),
            parts.question: gr.update(label=text("question", language), placeholder=placeholder),
            parts.ask: gr.update(value=text("ask", language)),
            parts.hint: render_source_hint(language),
            parts.documents: self._choice(documents, chosen, language),
            parts.adding: render_adding(language, max_bytes=self._assistant.max_file_bytes),
            parts.checking: render_quotation_box(language),
            parts.conversation: self._conversation(turns, len(documents), language),
            parts.suggestions: "",
        }

    def _conversation(self, turns: tuple[Turn, ...], documents: int, language: InterfaceLanguage) -> str:
        # A language model may be a server elsewhere: then nothing is promised.
        stays_here = self._assistant.models.language_model is None
        return render_conversation(turns, language=language, documents=documents, stays_here=stays_here)

    def _choice(
        self, documents: Sequence["DocumentSummary"], chosen: list[str], language: InterfaceLanguage
    ) -> Updates:
        if {ALL, TOO_MANY} & set(chosen):
            # Which ones were too many is known to the page alone; what it is given shows as ticked.
            chosen, ticked = [ALL], [document.id for document in documents]
        else:
            ticked = chosen
        return gr.HTML(chosen, markup=render_documents(documents, ticked, language=language))
