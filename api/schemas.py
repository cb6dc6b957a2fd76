"""What comes in over HTTP, and the few shapes that only exist here."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from ingest.flags import FlagVerdict
from retriever.claim_check import MAX_CLAIM_CHARACTERS, MAX_EVIDENCE_CHARACTERS
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS
from retriever.quotations.checking import MAX_QUOTATION_CHARACTERS
from retriever.types import Hit

MAX_NOTE_CHARACTERS = 2000
MAX_OFFSET = 2**31 - 1


def refuse_half_characters(text: str) -> str:
    """Refuse the lone surrogates that JSON can name and that no file or index can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("string_unicode", "A lone surrogate is not a character") from error
    return text


def read_whole_number(value: object) -> object:
    """Take 3.0 for 3: JSON has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


LETTER_OR_NUMBER = r"[\p{L}\p{N}]"
NO_WHITE_SPACE = r"[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Python's white space, which is not that of regular expressions in JSON Schema."""


def described(max_characters: int, *, holds: str = NO_WHITE_SPACE) -> FieldInfo:
    """Describe a text that is checked further in: one place decides what a question is, for every way of asking."""
    return Field(json_schema_extra={"minLength": 1, "maxLength": max_characters, "pattern": holds})


Text = Annotated[str, AfterValidator(refuse_half_characters)]
QuestionText = Annotated[Text, described(MAX_QUESTION_CHARACTERS, holds=LETTER_OR_NUMBER)]
QueryText = Annotated[Text, described(MAX_QUESTION_CHARACTERS)]
ClaimText = Annotated[Text, described(MAX_CLAIM_CHARACTERS)]
EvidenceText = Annotated[Text, described(MAX_EVIDENCE_CHARACTERS)]
QuotationText = Annotated[Text, described(MAX_QUOTATION_CHARACTERS, holds=LETTER_OR_NUMBER)]
DocumentIds = Annotated[
    list[Text] | None, Field(description="Ask only these documents; null asks all.", max_length=1000)
]
Language = Annotated[
    str | None, Field(description="Only passages in this language (ISO 639-1).", pattern="^[a-z]{2,3}$")
]
Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET)]


class SearchRequest(BaseModel):
    """A query for passages."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"query": "staatsverdrag Oostenrijk", "limit": 3}]}
    )

    query: QueryText
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(read_whole_number)] = 10
    document_ids: DocumentIds = None
    language: Language = None


class AnswerRequest(BaseModel):
    """A question, with the earlier questions of the conversation in the order in which they were asked."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "question": "And in which year was that?",
                    "history": ["Where was the state treaty of Austria signed?"],
                }
            ]
        },
    )

    question: QuestionText
    history: Annotated[list[Annotated[Text, Field(max_length=MAX_QUESTION_CHARACTERS)]], Field(max_length=100)] = []
    document_ids: DocumentIds = None
    language: Language = None
    prose: Annotated[bool, Field(description="Let the language model write, where there is one.")] = True


class DeletionRequest(BaseModel):
    """The documents that are to go."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"document_ids": ["4c1d1c0c3f6f3f1c2f7f0c5b0a4e9d8b"]}]},
    )

    document_ids: Annotated[list[Text], Field(min_length=1, max_length=1000)]


class DescriptionRequest(BaseModel):
    """What a document is called, who wrote it and when; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"title": "Het staatsverdrag", "author": "A. Visser", "date": "1955-05"}]},
    )

    title: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(refuse_half_characters)] | None = None
    author: Annotated[str, Field(max_length=500), AfterValidator(refuse_half_characters)] | None = None
    date: Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$")] | None = None


class ClaimRequest(BaseModel):
    """A claim, and the text that it is held against; the two may be in different languages."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "claim": "Oostenrijk kreeg zijn staatsverdrag in 1955.",
                    "evidence": "The state treaty of Austria was signed in Vienna on 15 May 1955.",
                }
            ]
        },
    )

    claim: ClaimText
    evidence: EvidenceText


class QuotationRequest(BaseModel):
    """Words that are quoted, and the documents that they are said to be in."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"quotation": "Op 15 mei 1956 kreeg Oostenrijk zijn staatsverdrag."}]},
    )

    quotation: QuotationText
    document_ids: Annotated[
        list[Text] | None, Field(description="It is said to be in one of these; null says nothing.", max_length=1000)
    ] = None


class CitationRequest(BaseModel):
    """A citation, as far as it says which words stand where."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "document_id": "4c1d1c0c3f6f3f1c2f7f0c5b0a4e9d8b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e",
                    "start": 39,
                    "end": 90,
                    "quote": "Op 15 mei 1955 kreeg Oostenrijk zijn staatsverdrag.",
                }
            ]
        },
    )

    document_id: Text
    start: Annotated[Offset, BeforeValidator(read_whole_number)]
    end: Annotated[Offset, BeforeValidator(read_whole_number)]
    quote: QuotationText


class FeedbackRequest(BaseModel):
    """What a person says of an answer that was given."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "0d9e8f7c6b5a4c1d1c0c3f6f3f1c2f7f",
                    "verdict": "wrong-citation",
                    "note": "The treaty is named one sentence earlier.",
                }
            ]
        },
    )

    answer_id: Text
    verdict: FlagVerdict
    note: Annotated[Text, Field(max_length=MAX_NOTE_CHARACTERS)] = ""


@dataclass(frozen=True, slots=True)
class HitList:
    """The passages that were found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """A sign of life; `degraded` means that answers still come, from parts that stand in: `/v1/ready` says which.

    `rebuilding` means that the full-text index was broken and is made anew: answers come from the search by meaning.
    """

    status: Literal["ok", "degraded", "rebuilding", "starting"]
    version: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is loaded and open; `detail` says what is less than well.

    `verifier` is null without a verifier of claims, `language_model` where every answer is made of quotations.
    """

    status: Literal["ok", "degraded", "rebuilding"]
    documents: int
    index: dict[str, str]
    embedding_model: str
    reader: str
    verifier: str | None
    language_model: str | None
    detail: str | None
