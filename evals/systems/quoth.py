"""What is under test: anything that answers a question with claims that cite places in texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import anyio
import httpx
from starlette.types import ASGIApp

from api.app import create_app
from evals.prose import ProseWatch, given_prose
from evals.types import GivenAnswer, GivenCitation, GivenClaim, Place
from ingest.errors import QuothError
from ingest.types import Span
from retriever.answering import Search
from retriever.assistant import Assistant
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS
from retriever.search import EVERYTHING, Scope
from retriever.types import Answer, Citation, Claim, Hit

PASSAGES_JUDGED = 10
IN_PROCESS = "http://localhost"

Ask = Callable[[str, Sequence[str]], Answer]


class SystemFailedError(QuothError):
    """The system under test cannot be used, or what it gives is not what a system of its kind gives."""


class System(Protocol):
    """Answers questions about a set of texts.

    `settings` is what its answers depend on besides the texts. `seconds` is what the last answer took; what is looked
    up for the measuring afterwards is not in it.
    """

    name: str
    settings: Mapping[str, Any]
    seconds: float

    def answer(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer:
        """Answer a question; `history` is the earlier questions, oldest first. Raises when there is no answer."""
        ...

    def answer_forced(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer | None:
        """Answer without leave to refuse; None from a system that cannot be asked this."""
        ...


class QuothSystem:
    """Quoth in this process; its pointers are resolved by its HTTP API, called without a socket.

    `watch` looks on while `ask` has prose written, if it does.
    """

    def __init__(  # noqa: PLR0913  each way of asking may be left out
        self,
        name: str,
        assistant: Assistant,
        texts: Mapping[str, str],
        *,
        ask: Ask | None = None,
        ask_forced: Ask | None = None,
        ask_unchecked: Ask | None = None,
        search: Search | None = None,
        watch: ProseWatch | None = None,
    ) -> None:
        self.name = name
        self.settings: dict[str, Any] = {
            "embedding_model": assistant.embedder.fingerprint,
            "reader": assistant.reader.name,
            "threshold": assistant.reader.borders.answered,
            "unsure_threshold": assistant.reader.borders.unsure,
            "verifier": assistant.models.verifier.name if assistant.models.verifier else None,
        }
        if watch:
            self.settings["language_model"] = watch.model.name
        self.seconds = 0.0
        self._assistant = assistant
        self._texts = texts
        self._ask = ask or _asking(assistant)
        self._ask_forced = ask_forced
        self._ask_unchecked = ask_unchecked
        self._search = search or _searching(assistant)
        self._watch = watch
        self._app = create_app(assistant)

    def answer(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer:
        """Answer a question, with what the search found for it and the claims as they were before the check."""
        started = perf_counter()
        answer = self._ask(question, history)
        ended = perf_counter()
        self.seconds = ended - started
        noted = self._watch.noted(started, ended) if self._watch else None
        unchecked = self._ask_unchecked(question, history) if self._ask_unchecked else None
        hits = self._search(query_of(answer), EVERYTHING, PASSAGES_JUDGED)
        given = self._given(answer, hits=hits, drafted=unchecked.claims if unchecked else ())
        if noted is None:
            return given
        return replace(given, prose=given_prose(answer, given.claims, unchecked, given.drafted, noted))

    def answer_forced(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer | None:
        """Answer without leave to refuse, if a way to ask for that was handed in."""
        return self._given(self._ask_forced(question, history)) if self._ask_forced else None

    def _given(self, answer: Answer, *, hits: Sequence[Hit] = (), drafted: Sequence[Claim] = ()) -> GivenAnswer:
        citations = [citation for claim in (*answer.claims, *drafted) for citation in claim.citations]
        return given_answer(
            answer,
            self._texts,
            files=file_names(self._assistant),
            resolved=_resolve(self._app, citations),
            hits=hits,
            drafted=drafted,
        )


def given_answer(
    answer: Answer,
    texts: Mapping[str, str],
    *,
    files: Mapping[str, str],
    resolved: Mapping[Citation, str],
    hits: Sequence[Hit] = (),
    drafted: Sequence[Claim] = (),
) -> GivenAnswer:
    """Put an answer of Quoth in terms of the texts; `files` leads from document ids to names in `texts`."""

    def given(claim: Claim) -> GivenClaim:
        citations = tuple(
            given_citation(_place(files, one.document_id, one.start, one.end), one.quote, texts, resolved[one])
            for one in claim.citations
        )
        return GivenClaim(claim.text, claim.kind, citations, claim.support)

    return GivenAnswer(
        status=answer.status,
        text=answer.text,
        claims=tuple(given(claim) for claim in answer.claims),
        passages=places_of(hits, files),
        confidence=answer.confidence,
        reason=answer.reason,
        drafted=tuple(given(claim) for claim in drafted),
    )


def given_citation(place: Place, quote: str, texts: Mapping[str, str], resolved: str | None = None) -> GivenCitation:
    """Put the words that stand at the place beside those that the system gives."""
    return GivenCitation(place, quote, words_at(texts, place), resolved)


def words_at(texts: Mapping[str, str], place: Place) -> str:
    """Return the words that stand at a place; empty where there are none."""
    text = texts.get(place.file, "")
    inside = 0 <= place.span.start < place.span.end <= len(text)
    return text[place.span.start : place.span.end] if inside else ""


def places_of(hits: Iterable[Hit], files: Mapping[str, str]) -> tuple[Place, ...]:
    """Return where passages stand, in their order; `files` leads from document ids to file names."""
    passages = [hit.passage for hit in hits]
    return tuple(_place(files, one.document_id, one.start, one.end) for one in passages)


def file_names(assistant: Assistant) -> dict[str, str]:
    """Return the file name of each document by its id."""
    return {document.id: Path(document.path).name for document in assistant.documents()}


def query_of(answer: Answer) -> str:
    """Return what was searched for to answer a question, as long as a search takes it."""
    query = answer.receipt.resolved_question if answer.receipt else answer.question
    return query[:MAX_QUESTION_CHARACTERS]


def resolved_words(reply: httpx.Response) -> str:
    """Return the words that the API gives for a pointer; a pointer that it does not resolve reads as empty."""
    return reply.content.decode() if reply.status_code == httpx.codes.OK else ""


def pointer_request(citation: Citation) -> dict[str, Any]:
    """Return the request that resolves a pointer, as any client of the API would make it."""
    address = f"/v1/documents/{citation.document_id}/text"
    return {"method": "GET", "url": address, "params": {"start": citation.start, "end": citation.end}}


def _resolve(app: ASGIApp, citations: Sequence[Citation]) -> dict[Citation, str]:
    async def read_all() -> dict[Citation, str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=IN_PROCESS) as client:
            return {one: resolved_words(await client.request(**pointer_request(one))) for one in citations}

    return anyio.run(read_all) if citations else {}


def _place(files: Mapping[str, str], document_id: str, start: int, end: int) -> Place:
    return Place(files.get(document_id, f"unknown:{document_id}"), Span(start, end))


def _asking(assistant: Assistant) -> Ask:
    return lambda question, history: assistant.answer(question, history=history, prose=False)


def _searching(assistant: Assistant) -> Search:
    def search(query: str, scope: Scope, limit: int) -> list[Hit]:
        return assistant.search(query, limit=limit, document_ids=scope.document_ids, language=scope.language)

    return search
