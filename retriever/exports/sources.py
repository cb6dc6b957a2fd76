"""What an export needs beside the answer: the cited documents, addresses, and the words around each quote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from ingest.catalogue import Catalogue
from ingest.types import Document
from retriever.types import Answer, Citation

AROUND = 32


@dataclass(frozen=True, slots=True)
class CitedAnswer:
    """An answer with its cited documents by id; `url` makes an address of a permalink."""

    answer: Answer
    documents: dict[str, Document]
    url: Callable[[str], str]

    @classmethod
    def read(cls, answer: Answer, catalogue: Catalogue, url: Callable[[str], str]) -> Self:
        """Read the cited documents; raises UnknownDocumentError when one is gone."""
        cited = [citation for claim in answer.claims for citation in claim.citations]
        ids = dict.fromkeys(citation.document_id for citation in cited)
        return cls(answer, {document_id: catalogue.document(document_id) for document_id in ids}, url)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations: the n-th is the one that `[n]` points at."""
        return tuple(citation for claim in self.answer.claims for citation in claim.citations)

    def note(self, citation: Citation) -> str:
        """Write a citation as a note: the quote on one line, whose and what, and the address."""
        document = self.documents[citation.document_id]
        said = f"“{' '.join(citation.quote.split())}”"
        page = f"p. {citation.page}" if citation.page else ""
        place = f"characters {citation.start}-{citation.end}"
        parts = (document.author, document.title, document.date, page, place)
        return f"{said} {', '.join(part for part in parts if part)}. {self.url(citation.permalink)}"
