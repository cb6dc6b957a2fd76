"""The tools: search, fetch, answer, check_quotation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import DocumentIds, QueryText, QuestionText, QuotationText, Text
from retriever.assistant import Assistant
from retriever.questions.conversation import MAX_QUESTION_CHARACTERS
from retriever.quotations.checking import check_quotation
from retriever.types import to_json

HITS = 10
MAX_TEXT_CHARACTERS = 100_000

Url = Callable[[str], str]
"""Makes an address of a permalink, which begins with a slash."""


class SearchArguments(BaseModel):
    """What to search for."""

    model_config = ConfigDict(extra="forbid")

    query: QueryText


class FetchArguments(BaseModel):
    """What to fetch."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[Text, Field(description="The id of a passage that `search` found, or of a document.")]


class AnswerArguments(BaseModel):
    """What to answer."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    history: Annotated[
        list[Annotated[Text, Field(max_length=MAX_QUESTION_CHARACTERS)]],
        Field(description="Earlier questions that this one follows on, oldest first.", max_length=100),
    ] = []
    document_ids: DocumentIds = None


class QuotationArguments(BaseModel):
    """What to check."""

    model_config = ConfigDict(extra="forbid")

    quotation: QuotationText
    document_ids: Annotated[
        list[Text] | None, Field(description="It is said to be in one of these documents.", max_length=1000)
    ] = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is for, what it takes, and what it does with that."""

    name: str
    description: str
    arguments: type[BaseModel]
    run: Callable[[Assistant, Any, Url], dict[str, Any]]

    @property
    def described(self) -> dict[str, Any]:
        """The tool as a client lists it; none of them changes a document."""
        hints = {"readOnlyHint": True, "openWorldHint": False}
        schema = self.arguments.model_json_schema()
        return {"name": self.name, "description": self.description, "inputSchema": schema, "annotations": hints}


def search(assistant: Assistant, given: SearchArguments, url: Url) -> dict[str, Any]:
    """Find passages; the shape is the one that clients of `search` and `fetch` expect."""
    hits = assistant.search(given.query, limit=HITS)
    titles = {document.id: document.title for document in assistant.documents()}
    results = [
        {
            "id": hit.passage.id,
            "title": titles.get(hit.passage.document_id, ""),
            "url": url(f"/documents/{hit.passage.document_id}#char={hit.passage.start},{hit.passage.end}"),
            "text": hit.passage.text,
        }
        for hit in hits
    ]
    return {"results": results}


def fetch(assistant: Assistant, given: FetchArguments, url: Url) -> dict[str, Any]:
    """Read a passage, or a document; of a long document its beginning."""
    found = assistant.catalogue.passages([given.id])
    document = assistant.document(found[0].document_id if found else given.id)
    start, end = (found[0].start, found[0].end) if found else (0, min(len(document.text), MAX_TEXT_CHARACTERS))
    return {
        "id": given.id,
        "title": document.title,
        "text": document.text[start:end],
        "url": url(f"/documents/{document.id}#char={start},{end}"),
        "metadata": {
            "document_id": document.id,
            "language": document.language,
            "start": start,
            "end": end,
            "characters": len(document.text),
            "text_sha256": document.text_sha256,
        },
    }


def answer(assistant: Assistant, given: AnswerArguments, url: Url) -> dict[str, Any]:
    """Answer a question with citations."""
    made = assistant.answer(given.question, history=given.history, document_ids=given.document_ids)
    citations = [citation for claim in made.claims for citation in claim.citations]
    return {
        "answer_id": made.id,
        "status": made.status,
        "reason": made.reason,
        "confidence": made.confidence,
        "text": made.text,
        "citations": [to_json(citation) | {"url": url(citation.permalink)} for citation in citations],
    }


def check(assistant: Assistant, given: QuotationArguments, url: Url) -> dict[str, Any]:
    """Check a quotation."""
    return to_json(check_quotation(given.quotation, assistant.catalogue, document_ids=given.document_ids))


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "Find passages of the user's own documents, by meaning and by keyword; Dutch and English.",
            SearchArguments,
            search,
        ),
        Tool("fetch", "Read a passage that was found, or a whole document, as it was printed.", FetchArguments, fetch),
        Tool(
            "answer",
            "Answer a question from the user's own documents, in sentences that are quoted and cited, or say that they "
            "do not tell. [n] in the text is the n-th of the citations: quote them as they are.",
            AnswerArguments,
            answer,
        ),
        Tool(
            "check_quotation",
            "Say whether a quotation stands in the user's own documents word for word, with the true passage and each "
            "word that differs.",
            QuotationArguments,
            check,
        ),
    )
}
