"""A client of the HTTP API: the same shapes over HTTP that the library has."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import TypeAdapter

from api.document_schemas import AddedDocuments, DocumentList, StoredDocument
from api.errors import PROBLEM, Problem
from api.schemas import HitList
from ingest.flags import Flag, FlagVerdict
from retriever.claim_check import ClaimCheck
from retriever.events import AnswerEvent, AnswerGiven, ClaimChecked, EvidenceFound, ProseChecked, StillWriting
from retriever.quotations.types import QuotationCheck
from retriever.types import Answer, Hit

Shape = TypeVar("Shape")

EVENTS: dict[str, type[AnswerEvent]] = {
    each.name: each for each in (EvidenceFound, ClaimChecked, StillWriting, ProseChecked, AnswerGiven)
}


class ApiError(Exception):
    """The server refused, or failed; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail}")
        self.problem = problem


class Client:
    """Asks one server; to be closed, or used in a `with`."""

    def __init__(
        self, url: str = "http://127.0.0.1:8000", *, api_key: str | None = None, timeout_seconds: float = 600.0
    ) -> None:
        headers = {"X-API-Key": api_key} if api_key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        language: str | None = None,
        prose: bool = True,
    ) -> Answer:
        """Answer a question, or refuse; see `Assistant.answer`."""
        body = _question(question, history, document_ids, language, prose=prose)
        return self._post("/v1/answers", body, Answer)

    def stream_answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        language: str | None = None,
        prose: bool = True,
    ) -> Iterator[AnswerEvent]:
        """Answer step by step; leaving the iterator stops the server's work."""
        body = _question(question, history, document_ids, language, prose=prose)
        accept = {"Accept": "text/event-stream"}
        with self._http.stream("POST", "/v1/answers", json=body, headers=accept) as response:
            if response.is_error:
                response.read()
            _raise_problem(response)
            for name, data in _events(response.iter_lines()):
                if name == "error":
                    raise ApiError(PROBLEM.validate_json(data))
                yield TypeAdapter(EVENTS[name]).validate_python({"data": json.loads(data)})

    def saved_answer(self, answer_id: str) -> Answer:
        """Return an answer that was given earlier."""
        return self._get(f"/v1/answers/{answer_id}", Answer)

    def search(
        self, query: str, *, limit: int = 10, document_ids: Sequence[str] | None = None, language: str | None = None
    ) -> list[Hit]:
        """Find passages, best first."""
        body = {"query": query, "limit": limit, "document_ids": document_ids, "language": language}
        return list(self._post("/v1/search", body, HitList).hits)

    def check_quotation(self, quotation: str, *, document_ids: Sequence[str] | None = None) -> QuotationCheck:
        """Say whether the documents have a quotation word for word."""
        body = {"quotation": quotation, "document_ids": document_ids}
        return self._post("/v1/quotations/check", body, QuotationCheck)

    def check_claim(self, claim: str, evidence: str) -> ClaimCheck:
        """Say whether evidence supports a claim."""
        return self._post("/v1/claims/check", {"claim": claim, "evidence": evidence}, ClaimCheck)

    def flag_answer(self, answer_id: str, verdict: FlagVerdict, note: str = "") -> Flag:
        """Note whether an answer is right."""
        return self._post("/v1/feedback", {"answer_id": answer_id, "verdict": verdict, "note": note}, Flag)

    def add(self, *paths: Path) -> AddedDocuments:
        """Add files; what was refused is told under `errors`, and is an error when nothing was taken."""
        with ExitStack() as opened:
            files = [("file", (path.name, opened.enter_context(path.open("rb")))) for path in paths]
            return self._read(self._http.post("/v1/documents", files=files), AddedDocuments)

    def documents(self) -> list[StoredDocument]:
        """List the documents by title."""
        return list(self._get("/v1/documents", DocumentList).documents)

    def remove(self, document_id: str) -> None:
        """Remove a document."""
        _raise_problem(self._http.delete(f"/v1/documents/{document_id}"))

    def text(self, document_id: str, start: int, end: int) -> str:
        """Return exactly `text[start:end]` of a document."""
        response = self._http.get(f"/v1/documents/{document_id}/text", params={"start": start, "end": end})
        _raise_problem(response)
        return response.content.decode("utf-8")  # as it is: line ends too

    def _get(self, path: str, shape: type[Shape]) -> Shape:
        return self._read(self._http.get(path), shape)

    def _post(self, path: str, body: dict[str, Any], shape: type[Shape]) -> Shape:
        return self._read(self._http.post(path, json=body), shape)

    def _read(self, response: httpx.Response, shape: type[Shape]) -> Shape:
        _raise_problem(response)
        return TypeAdapter(shape).validate_json(response.content)


def _question(
    question: str, history: Sequence[str], document_ids: Sequence[str] | None, language: str | None, *, prose: bool
) -> dict[str, Any]:
    chosen = None if document_ids is None else list(document_ids)
    return {
        "question": question,
        "history": list(history),
        "document_ids": chosen,
        "language": language,
        "prose": prose,
    }


def _events(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the name and the data of each server-sent event; those of this API have a line of each."""
    name = data = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            data = value
        elif not line and data:
            yield name, data
            name = data = ""


def _raise_problem(response: httpx.Response) -> None:
    if response.is_error:
        raise ApiError(PROBLEM.validate_json(response.content))
