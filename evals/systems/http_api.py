"""Quoth's HTTP API at a URL as a system under test."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from ipaddress import ip_address
from time import perf_counter
from typing import Any, Self, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from api.schemas import HitList, Readiness
from evals.systems.quoth import (
    PASSAGES_JUDGED,
    SystemFailedError,
    given_answer,
    pointer_request,
    query_of,
    resolved_words,
)
from evals.types import GivenAnswer
from retriever.types import Answer

SECONDS_ALLOWED = 120.0
SHOWN_OF_AN_ERROR = 300

Shape = TypeVar("Shape")


class HttpSystem:
    """Quoth somewhere else, asked for quotations and no prose.

    A document there is told by its text, and one that is none of ours stays unknown.
    """

    def __init__(
        self, url: str, texts: Mapping[str, str], *, api_key: str | None = None, settings: Mapping[str, Any]
    ) -> None:
        self.name = f"quoth at {shown_address(url)}"
        self.settings = settings
        self.seconds = 0.0
        self._url = url
        self._texts = texts
        self._api_key = api_key
        self._by_sha256 = {_sha256(text): file for file, text in reversed(texts.items())}
        self._files: dict[str, str] = {}

    @classmethod
    def from_url(cls, url: str, texts: Mapping[str, str], *, api_key: str | None = None) -> Self:
        """Find out what is at a URL; raises SystemFailedError when it is no Quoth that answers."""
        with open_client(url, api_key) as client:
            ready = read_json(send(client, "GET", "/v1/ready"), Readiness)
        settings = {"url": shown_address(url), "embedding_model": ready.embedding_model, "documents": ready.documents}
        return cls(url, texts, api_key=api_key, settings=settings)

    def answer(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer:
        """Ask over HTTP, and have each pointer of the answer resolved there."""
        with open_client(self._url, self._api_key) as client:
            started = perf_counter()
            asked = {"question": question, "history": list(history), "prose": False}
            reply = send(client, "POST", "/v1/answers", json=asked)
            self.seconds = perf_counter() - started
            answer = read_json(reply, Answer)
            search = {"query": query_of(answer), "limit": PASSAGES_JUDGED}
            hits = read_json(send(client, "POST", "/v1/search", json=search), HitList).hits
            citations = [citation for claim in answer.claims for citation in claim.citations]
            ids = [*(citation.document_id for citation in citations), *(hit.passage.document_id for hit in hits)]
            self._learn_files(client, ids)
            resolved = {one: resolved_words(_request(client, **pointer_request(one))) for one in citations}
        return given_answer(answer, self._texts, files=self._files, resolved=resolved, hits=hits)

    def answer_forced(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer | None:
        """Return None: the API refuses when it should."""
        return None

    def _learn_files(self, client: httpx.Client, document_ids: Iterable[str]) -> None:
        for document_id in dict.fromkeys(document_ids):
            if document_id not in self._files:
                text = send(client, "GET", f"/v1/documents/{document_id}/text").content
                file = self._by_sha256.get(hashlib.sha256(text).hexdigest())
                self._files[document_id] = file or f"unknown:{document_id}"


def open_client(url: str, api_key: str | None, *, seconds: float = SECONDS_ALLOWED) -> httpx.Client:
    """Open a client for a server, which may take so many seconds to answer."""
    address = read_address(url)
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    # A proxy of the environment cannot see what listens on this machine only.
    trust_env = not _is_loopback(address.host)
    return httpx.Client(base_url=address, headers=headers, timeout=seconds, trust_env=trust_env)


def read_address(url: str) -> httpx.URL:
    """Read the address of a server; raises SystemFailedError when it is none."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SystemFailedError(f"{url!r} is not the address of a server: {error}.") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise SystemFailedError(f"{url!r} is not the address of a server. It should be like http://127.0.0.1:8000.")
    return address


def send(client: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    """Send a request; raises SystemFailedError, with what to do, for whatever is not a success."""
    reply = _request(client, method=method, url=path, **options)
    address = shown_address(str(reply.url))
    if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise SystemFailedError(f"{address} wants another API key (HTTP {reply.status_code}). Set the key it expects.")
    if not reply.is_success:
        raise SystemFailedError(f"{address} gave HTTP {reply.status_code}: {reply.text[:SHOWN_OF_AN_ERROR]}")
    return reply


def read_json(reply: httpx.Response, shape: type[Shape]) -> Shape:
    """Read a reply as one of Quoth's shapes; raises SystemFailedError when it is something else."""
    try:
        return _adapter(shape).validate_json(reply.content)
    except ValidationError as error:
        address, first = shown_address(str(reply.url)), error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        problem = f"{address} does not answer as this version of Quoth does: {where}: {first['msg']}"
        raise SystemFailedError(f"{problem}. Is it the address of Quoth itself?") from error


def shown_address(url: str) -> str:
    """Return an address as it may be printed and saved: without a password or what follows a question mark."""
    return str(read_address(url).copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")


@cache
def _adapter(shape: type[Shape]) -> TypeAdapter[Shape]:
    return TypeAdapter(shape)


def _request(client: httpx.Client, **options: Any) -> httpx.Response:
    try:
        return client.request(**options)
    except httpx.TimeoutException as error:
        address = shown_address(str(client.base_url))
        raise SystemFailedError(f"{address} did not answer within {client.timeout.read:g} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        address = shown_address(str(client.base_url))
        raise SystemFailedError(f"{address} cannot be reached: {error}. Is the server running there?") from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
