"""The citations of an answer as annotations (W3C Web Annotation Data Model)."""

import json
from typing import Any

from retriever.exports.sources import AROUND, CitedAnswer
from retriever.types import Citation, Claim


def to_annotations(cited: CitedAnswer) -> str:
    """Write a page of annotations: each claim on the words that it rests on, by quote and by position."""
    items = [_annotation(claim, one, cited) for claim in cited.answer.claims for one in claim.citations]
    page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": items}
    return json.dumps(page, ensure_ascii=False, indent=1)


def _annotation(claim: Claim, citation: Citation, cited: CitedAnswer) -> dict[str, Any]:
    text = cited.documents[citation.document_id].text
    start, end = citation.start, citation.end
    quote = {
        "type": "TextQuoteSelector",
        "prefix": text[max(0, start - AROUND) : start],
        "exact": citation.quote,
        "suffix": text[end : end + AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {
        "id": f"urn:quoth:{cited.answer.id}:{citation.document_id}:{start}-{end}",
        "type": "Annotation",
        "motivation": "commenting",
        "body": {"type": "TextualBody", "value": claim.text, "format": "text/plain"},
        "target": {"source": cited.url(f"/documents/{citation.document_id}"), "selector": [quote, position]},
    }
