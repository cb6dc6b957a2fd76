"""A saved answer in the formats of others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from api.dependencies import ReadyAssistant, origin_of
from api.openapi import problems
from retriever.exports.annotations import to_annotations
from retriever.exports.bibliography import to_bibtex, to_csl_json, to_ris
from retriever.exports.docx import to_docx
from retriever.exports.markdown import to_markdown
from retriever.exports.sources import CitedAnswer
from retriever.types import Answer

router = APIRouter(tags=["answers"])

Format = Literal["markdown", "docx", "bibtex", "ris", "csl-json", "annotations"]
ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Export:
    """How a format is written, what it is called, and how its file ends."""

    write: Callable[[CitedAnswer], str | bytes]
    media_type: str
    ending: str


EXPORTS: dict[Format, Export] = {
    "markdown": Export(to_markdown, "text/markdown", "md"),
    "docx": Export(to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "bibtex": Export(to_bibtex, "application/x-bibtex", "bib"),
    "ris": Export(to_ris, "application/x-research-info-systems", "ris"),
    "csl-json": Export(to_csl_json, "application/vnd.citationstyles.csl+json", "json"),
    "annotations": Export(to_annotations, "application/ld+json", "jsonld"),
}
JSON = ["array", "object"]
DESCRIBED = {
    "description": "The file.",
    "content": {
        each.media_type: {"schema": {"type": JSON if each.media_type.endswith("json") else "string"}, "example": "..."}
        for each in EXPORTS.values()
    },
}


@router.get(
    "/answers/{answer_id}/export", response_class=Response, responses=problems(404, 422, 503) | {200: DESCRIBED}
)
def export_answer(answer_id: str, format: Format, request: Request, assistant: ReadyAssistant) -> Response:
    """Give a saved answer as a file: with footnotes (Markdown, Word), its documents as entries, its citations marked.

    `bibtex`, `ris` and `csl-json` hold the cited documents; `annotations` each citation (W3C).
    """
    answer = ANSWER.validate_json(assistant.saved_answer(answer_id))
    origin = origin_of(request)
    cited = CitedAnswer.read(answer, assistant.catalogue, lambda permalink: origin + permalink)
    export = EXPORTS[format]
    name = f'attachment; filename="answer-{answer.id[:12]}.{export.ending}"'
    return Response(export.write(cited), media_type=export.media_type, headers={"Content-Disposition": name})
