"""The shapes that a question becomes: hits, evidence, claims, answer."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from ingest.pages.word_boxes import PageBox
from ingest.types import Passage, Sentence, Span

HitMethod = Literal["meaning", "keyword", "fused", "read"]
ClaimKind = Literal["quotation", "paraphrase", "inference"]
Verdict = Literal["supported", "unsupported", "unchecked"]
Status = Literal["answered", "partly", "unsure", "refused"]
DropReason = Literal["not_carried", "unknown_number", "other_language", "beside_the_question"]
ProseFallback = Literal["failed", "too_slow", "nothing_stood", "no_answer"]
Reason = Literal["not_in_sources", "too_weak", "premise_denied", "outside_filter", "no_documents"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a follow-up put in the place of something in the earlier question."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, and in the form used for search once earlier questions have been taken in.

    `changes`: what it asks about instead of what was asked about before.
    """

    asked: str
    resolved: str
    language: str
    history: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by a search; `score` grows with relevance and compares within one `method` only."""

    passage: Passage
    score: float
    method: HitMethod


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as read for one question; `score` (0..1) is how likely it answers.

    `answer`: the words of the sentence that answer (document offsets), when the reader can tell; `answer_text`: the
    same words as they are searched, broken words joined. `above`: the number of the part of its trail that has the
    words that answer. `label`: what it is quoted with.
    """

    sentence: Sentence
    passage: Passage
    score: float
    answer: Span | None = None
    above: int | None = None
    label: "Label | None" = None
    answer_text: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered passage kept for one question and the spans (document offsets) that speak to it."""

    number: int
    passage: Passage
    document_title: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """The words above a cited sentence that say of whom, when or what it is: `document.text[start:end] == quote`."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to exact words: `document.text[start:end] == quote`.

    `label`: what the quote stands under, where the answer needs it. `answer`: the words of the quote that answer the
    question (document offsets), when the reader could tell; `answer_text`: the same words with broken words joined.
    `page` and `boxes` say where the quote stands in a document with pages, `boxes` where those can be shown.
    """

    document_id: str
    document_title: str
    passage_id: str
    start: int
    end: int
    quote: str
    language: str
    page: int | None
    permalink: str
    text_sha256: str
    answer: Span | None = None
    label: Label | None = None
    answer_text: str | None = None
    boxes: tuple[PageBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer; `support` (0..1) is how well its citations carry it.

    The `text` of a quotation is the quote with broken words joined, note numbers left out and white space folded;
    the untouched words are in `citations[].quote`. `probability` (0..1): that these words answer the question; only
    the quotations of an answer that is unsure have one.
    """

    text: str
    kind: ClaimKind
    citations: tuple[Citation, ...]
    support: float
    verdict: Verdict
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two documents that say different things of the same matter, both quoted; `kind` is what differs."""

    kind: Literal["number", "date"]
    values: tuple[str, str]
    citations: tuple[Citation, Citation]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer was made from, so that anyone can replay it.

    `threshold`: the reader's score from which on it answers; `unsure_threshold`: the one below which it refuses.
    `texts_sha256`: a sum of hashes over the ids and texts of all documents, equal for equal documents.
    """

    version: str
    question: str
    resolved_question: str
    history: tuple[str, ...]
    document_ids: tuple[str, ...] | None
    language: str | None
    texts_sha256: str
    embedding_model: str
    reader: str
    threshold: float
    unsure_threshold: float
    language_model: str | None = None


@dataclass(frozen=True, slots=True)
class DroppedSentence:
    """A sentence that a language model wrote and that is not shown, for the reason given."""

    text: str
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Prose:
    """How a language model's prose fared: of the sentences `written`, so many are `shown`.

    With a `fallback` none is, and the claims are quotations as they are without a model; `detail` says more.
    """

    model: str
    written: int
    shown: int
    dropped: tuple[DroppedSentence, ...] = ()
    fallback: ProseFallback | None = None
    detail: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims with citations, or a refusal with its reason and the nearest passages.

    An answer of status `unsure` quotes the likeliest places, each with its probability: the texts may say it there.
    `confidence` (0..1) says how likely it is that the texts answer the question, on a refusal too. `short_answer`: the
    words of the first quotation that answer, where the reader could tell. `text` is the whole answer as plain text with
    `[n]` markers; marker n points at the n-th citation, counted over all claims.
    """

    id: str
    question: str
    status: Status
    confidence: float
    claims: tuple[Claim, ...]
    text: str
    language: str
    evidence: tuple[Evidence, ...] = ()
    nearest: tuple[Hit, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    reason: Reason | None = None
    receipt: Receipt | None = None
    prose: Prose | None = None
    short_answer: str | None = None


def to_json(value: Any) -> Any:
    """Turn a dataclass, or a list of them, into what `json.dumps` takes."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value
