"""An OpenAI-compatible endpoint, whose answers cite `[n]`, as a system under test."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.rates import SEED
from evals.systems.http_api import open_client, read_address, send, shown_address
from evals.systems.quoth import PASSAGES_JUDGED, SystemFailedError, given_citation, places_of, words_at
from evals.types import GivenAnswer, GivenCitation, GivenClaim, GivenStatus, Place
from ingest.cleaning.search_view import SearchView
from ingest.splitting.sentences import sentence_spans
from ingest.types import Span
from ingest.words.language import detect_question_language
from retriever.drafting import REFUSALS
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS, resolve_follow_up
from retriever.types import Hit

MODEL_SECONDS = 600.0
"""A model on two cores reads ten passages in minutes."""

RULES = Path(__file__).parent / "prompts" / "cite_by_number.txt"

_ONE_OR_MORE = r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*"
_MARKER = re.compile(rf"\s*\[\s*(?P<numbers>{_ONE_OR_MORE})\s*\]")
_FROM_TO = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_BULLET = re.compile(r"^[-*•]\s+")
_WORD = re.compile(r"\w")
_PERMALINK = re.compile(r"/documents/(?P<document_id>[^/#]+)#char=(?P<start>\d+),(?P<end>\d+)")
_QUOTED = re.compile(
    r"(?:[“\"„«](?P<double>[^“”\"„«»]+)[”\"“»]|‘(?P<curly>(?:[^‘’]|’(?=\w))+)’|'(?P<straight>(?:[^']|'(?=\w))+)')[.?!…]?"
)


@dataclass(frozen=True, slots=True)
class CitationMark:
    """A place in a reply, and what is cited there for the sentence before it."""

    position: int
    citations: tuple[GivenCitation, ...]


class OpenAISystem:
    """A language model that is given the ten best passages of a search; `files` are file names by document id."""

    def __init__(
        self,
        url: str,
        model: str,
        search: Callable[[str], Sequence[Hit]],
        texts: Mapping[str, str],
        *,
        files: Mapping[str, str],
        api_key: str | None = None,
    ) -> None:
        self.name = f"{model} at {shown_address(url)}"
        self.settings = {
            "url": shown_address(url),
            "model": model,
            "passages": PASSAGES_JUDGED,
            "rules_sha256": hashlib.sha256(RULES.read_bytes()).hexdigest(),
            "temperature": 0,
            "seed": SEED,
        }
        self.seconds = 0.0
        self._url = url
        self._search = search
        self._texts = texts
        self._api_key = api_key
        self._files = files

    def answer(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer:
        """Search, ask, and read the citations out of the reply."""
        started = perf_counter()
        hits = self._search(resolve_follow_up(question, history).resolved[:MAX_QUESTION_CHARACTERS])
        places = places_of(hits[:PASSAGES_JUDGED], self._files)
        message = self._ask(question, history, places)
        self.seconds = perf_counter() - started
        text = message.get("content") or ""
        passages = [given_citation(place, words_at(self._texts, place), self._texts) for place in places]
        marks = self._marks_of_links(message) or marks_of_numbers(text, passages)
        return read_answer(text, marks, detect_question_language(question), passages=places)

    def answer_forced(self, question: str, *, history: Sequence[str] = ()) -> GivenAnswer | None:
        """Return None: without a confidence to set beside it, a forced answer tells nothing."""
        return None

    def _ask(self, question: str, history: Sequence[str], places: Sequence[Place]) -> Mapping[str, Any]:
        refusal = REFUSALS[detect_question_language(question)]["not_in_sources"]
        words = [words_at(self._texts, place) for place in places]
        asked = {
            "model": self.settings["model"],
            "messages": [
                {"role": "system", "content": RULES.read_text(encoding="utf-8").format(refusal=refusal)},
                {"role": "user", "content": _request_text(question, history, words)},
            ],
            "temperature": self.settings["temperature"],
            "seed": self.settings["seed"],
        }
        with open_client(self._url, self._api_key, seconds=MODEL_SECONDS) as client:
            reply = send(client, "POST", _chat_address(self._url), json=asked)
        try:
            message = reply.json()["choices"][0]["message"]
        except (ValueError, LookupError, TypeError) as error:
            address = shown_address(str(reply.url))
            raise SystemFailedError(f"{address} does not answer as a chat completion: {reply.text[:300]}") from error
        if not isinstance(message, Mapping) or not isinstance(message.get("content"), str | None):
            raise SystemFailedError(f"{shown_address(str(reply.url))} gave a message without text: {message!r:.300}")
        return message

    def _marks_of_links(self, message: Mapping[str, Any]) -> list[CitationMark]:
        """Return the citations that the reply gives as permalinks (RFC 5147) in its annotations."""
        marks = []
        for link in _links(message):
            if found := _PERMALINK.search(str(link.get("url"))):
                document_id = found["document_id"]
                span = Span(int(found["start"]), int(found["end"]))
                place = Place(self._files.get(document_id, f"unknown:{document_id}"), span)
                quote = str(link.get("content") or words_at(self._texts, place))
                marks.append(
                    CitationMark(int(link.get("end_index") or 0), (given_citation(place, quote, self._texts),))
                )
        return marks


def read_answer(
    text: str,
    marks: Sequence[CitationMark],
    language: str,
    *,
    passages: Sequence[Place] = (),
    confidence: float | None = None,
) -> GivenAnswer:
    """Split a reply into claims with the citations that stand behind them; the refusal sentence is no claim."""
    claims = claims_of(text, marks, language)
    standing = tuple(claim for claim in claims if not is_refusal(claim.text))
    if len(standing) < len(claims) and not any(claim.citations for claim in standing):
        standing = ()
    status: GivenStatus = "refused" if not standing else "partly" if len(standing) < len(claims) else "answered"
    return GivenAnswer(status, text, standing, passages=tuple(passages), confidence=confidence)


def marks_of_numbers(text: str, citations: Sequence[GivenCitation]) -> list[CitationMark]:
    """Find the markers of a reply: [1], [1, 2], [1-3] or [1][2]; a number that was not given cites nothing."""
    return [
        CitationMark(match.start(), tuple(_numbered(citations, number) for number in _numbers(match["numbers"])))
        for match in _MARKER.finditer(text)
    ]


def claims_of(text: str, marks: Sequence[CitationMark], language: str) -> list[GivenClaim]:
    """Split a reply into sentences, its markers taken out; a mark belongs to the sentence it stands in or behind."""
    removed = [match.span() for match in _MARKER.finditer(text)]
    plain = _MARKER.sub("", text)
    spans = [span for span in _sentences(plain, language) if _WORD.search(plain, span.start, span.end)]
    cited: list[list[GivenCitation]] = [[] for _ in spans]
    for mark in marks if spans else ():
        position = mark.position - sum(max(0, min(end, mark.position) - start) for start, end in removed)
        number = max((n for n, span in enumerate(spans) if span.start < position), default=0)
        cited[number].extend(mark.citations)
    return [
        claim_of(plain[span.start : span.end], tuple(dict.fromkeys(found)))
        for span, found in zip(spans, cited, strict=True)
    ]


def claim_of(sentence: str, citations: tuple[GivenCitation, ...]) -> GivenClaim:
    """Make a claim of a sentence: a quotation when it stands in quotation marks as a whole, else a paraphrase."""
    sentence = _BULLET.sub("", sentence)
    quoted = _QUOTED.fullmatch(sentence)
    if quoted and quoted.lastgroup:
        return GivenClaim(quoted[quoted.lastgroup].strip(), "quotation", citations)
    return GivenClaim(sentence, "paraphrase", citations)


def is_refusal(sentence: str) -> bool:
    """Tell whether a sentence is the refusal sentence, in either language."""
    return _bare(sentence) in {_bare(refusals["not_in_sources"]) for refusals in REFUSALS.values()}


def _sentences(text: str, language: str) -> Iterator[Span]:
    """Yield the sentences of a reply; a line of its own, as in a list, ends one."""
    start = 0
    for line in text.splitlines(keepends=True):
        for span in sentence_spans(SearchView.from_edits(line, ()), language):
            yield Span(start + span.start, start + span.end)
        start += len(line)


def _links(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for annotation in message.get("annotations") or ():
        link = annotation.get("url_citation") if isinstance(annotation, Mapping) else None
        if isinstance(link, Mapping) and annotation.get("type") == "url_citation":
            yield link


def _numbers(marker: str) -> Iterable[int]:
    for first, last in _FROM_TO.findall(marker):
        yield from range(int(first), int(last or first) + 1)


def _numbered(citations: Sequence[GivenCitation], number: int) -> GivenCitation:
    if 1 <= number <= len(citations):
        return citations[number - 1]
    return GivenCitation(Place(f"unknown:[{number}]", Span(0, 0)), f"[{number}]", "", None)


def _bare(sentence: str) -> str:
    return " ".join(sentence.casefold().split()).strip(" .\"'“”„‘’«»")


def _request_text(question: str, history: Sequence[str], words: Sequence[str]) -> str:
    passages = "\n\n".join(f"[{number}]\n{passage}" for number, passage in enumerate(words, start=1))
    earlier = "\n".join(f"- {one}" for one in history)
    before = f"Earlier questions of the conversation, oldest first:\n{earlier}\n\n" if earlier else ""
    return f"Passages:\n\n{passages or 'none'}\n\n{before}Question: {question}"


def _chat_address(url: str) -> str:
    """Complete a base address as OpenAI's own clients do; an address without a path gets /v1."""
    address = read_address(url)
    path = address.path.rstrip("/") or "/v1"
    ending = "" if path.endswith("/chat/completions") else "/chat/completions"
    return str(address.copy_with(path=path + ending))
