"""The shapes that a file becomes: document, sentences, passages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np  # the command line starts without it

ASKS = re.compile(r"\?[\"'”’»)\]*_]*$")
DocumentPart = Literal["document", "passages", "passage_vectors", "token_states"]

BlockKind = Literal[
    "paragraph", "heading", "item", "row", "header", "entry", "label", "mail", "verse", "contents", "code"
]
"""What a sentence is part of; `header` names the columns of a table, `label` says of whom or when what follows is."""
MarkKind = BlockKind | Literal["aside"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in `document.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document that has pages; `number` counts from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file says of a stretch of its text: that it is a heading of a level, a row under a header, a list item.

    `aside`: it belongs to the page and not to the text.
    """

    kind: MarkKind
    start: int
    end: int
    level: int = 0
    header: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the user: `text` is exactly what was read and is never altered.

    `id` is the sha256 of the file's bytes, `text_sha256` that of the text encoded as UTF-8. `media_type` carries the
    encoding that was found, as in `text/plain; charset=windows-1252`. `language` is an ISO 639-1 code. `date` and
    `author` are what the file says of itself, `date` as far as it is known: 1953, 1953-03 or 1953-03-05. `word_boxes`
    say where the words stand on the pages of a file that has pages to be shown; see `ingest.pages.word_boxes`.
    """

    id: str
    title: str
    path: str
    media_type: str
    language: str
    text: str
    text_sha256: str
    pages: tuple[Page, ...] = ()
    author: str = ""
    date: str = ""
    marks: tuple[Mark, ...] = ()
    word_boxes: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list of documents shows; `passages` is a count, `characters` counts code points."""

    id: str
    title: str
    path: str
    media_type: str
    language: str
    text_sha256: str
    characters: int
    passages: int
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous slice of a document; `text == document.text[start:end]`, `search_text` is its cleaned copy."""

    id: str
    document_id: str
    start: int
    end: int
    text: str
    search_text: str
    language: str
    page: int | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one passage; offsets count from the start of the document, not of the passage.

    `block` numbers the blocks of a document; what stands in another one is no context of the sentence, but for its
    `trail`: the headings, labels, lead-in and column names that it stands under (document offsets), highest first.
    `context` is each part of the trail as it is searched.
    """

    document_id: str
    passage_id: str
    start: int
    end: int
    search_text: str
    kind: BlockKind = "paragraph"
    block: int = 0
    trail: tuple[Span, ...] = ()
    context: tuple[str, ...] = ()

    @property
    def above(self) -> str:
        """What it stands under, in a row."""
        return " ".join(self.context)

    @property
    def asks(self) -> bool:
        """Tell whether it is a question."""
        return ASKS.search(self.search_text) is not None


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between a text and its search view: `text[start:end]` reads `replacement` there."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document with the edits that lead to its search view, its sentences and its passages, in reading order."""

    document: Document
    edits: tuple[Edit, ...]
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DocumentVectors:
    """What a model made of the passages of a split document: a float32 array of shape (passages, d), and token states.

    See `EmbeddedTexts`; `cut` counts the passages whose end was too far for the model.
    """

    passages: "np.ndarray"
    states: tuple[bytes, ...]
    cut: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class NewDocument:
    """A document on its way into the catalogue.

    With `same_path`, documents read earlier from the same path go as it comes: the file has changed. So do those
    that it `replaces`. `file` are the bytes that it was read from, for a document whose pages are shown.
    """

    split: SplitDocument
    vectors: DocumentVectors
    same_path: bool = True
    file: bytes = field(default=b"", repr=False)
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much the catalogue holds at a sequence; `languages` counts the passages in each.

    `texts_sha256` is a sum of hashes over the ids and texts of all documents: equal for equal documents.
    """

    sequence: int
    documents: int
    passages: int
    languages: Mapping[str, int]
    texts_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedTexts:
    """What a model made of some texts in one reading.

    `vectors` is a float32 array of shape (texts, d); `states` holds for each text what is kept of its tokens, in a form
    that only the reader of them knows; `cut` holds the positions of the texts whose end was too far for the model.
    """

    vectors: "np.ndarray"
    states: tuple[bytes, ...]
    cut: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """Vectors of passages, sorted by passage id; row n of `matrix` (float32, read-only) is `passage_ids[n]`."""

    passage_ids: tuple[str, ...]
    document_ids: tuple[str, ...]
    languages: tuple[str, ...]
    matrix: "np.ndarray"


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What an earlier state of the catalogue lacks of the present one, and what it had that is gone.

    Take the `removed` ids away first: a passage that went and came again is in both. `sequence` names the present.
    """

    sequence: int
    added: PassageVectors
    removed: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """A document of which parts are not what was written; all but "document" can be made again from its text."""

    id: str
    title: str
    parts: tuple[DocumentPart, ...]


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage found by one search; a higher score is better, and scores of two searches do not compare."""

    passage_id: str
    score: float
