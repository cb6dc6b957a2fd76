"""What is said of a quotation: a verdict, the true passages, and each word that differs."""

from dataclasses import dataclass
from typing import Literal

from ingest.types import Span
from retriever.types import Citation

QuotationVerdict = Literal["exact", "altered", "stitched", "elsewhere", "not_found"]
"""`stitched`: its parts stand in several places; `elsewhere`: it stands in none of the documents that were named."""

ChangeKind = Literal["replaced", "left_out", "added"]
ChangeFlag = Literal["number", "negation"]
Difference = Literal[
    "spacing",
    "broken_words",
    "quotation_marks",
    "punctuation",
    "capitals",
    "letters",
    "note_marks",
    "scan",
    "omission",
    "insertion",
]
"""What may differ while the words are the same.

`letters`: accents, ligatures and the like; `omission`, `insertion`: one that the quotation itself marks.
"""


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words of the source that a quotation changed, left out or added to.

    `start` and `end` are offsets in the quotation, `source_start` and `source_end` in `document.text`.
    """

    kind: ChangeKind
    quoted: str
    source: str
    start: int
    end: int
    source_start: int
    source_end: int
    flags: tuple[ChangeFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotedPart:
    """A part of a quotation (offsets in it) and the true passage that it stands in."""

    start: int
    end: int
    citation: Citation
    changes: tuple[WordChange, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotationCheck:
    """Whether a quotation stands in the texts: `found` is the share of its words that do.

    `parts` are the places that it stands in, in its own order: one, or several when it is stitched together or leaves
    words out and marks that. `missing` are the stretches of it that stand nowhere (offsets in the quotation).
    """

    quotation: str
    verdict: QuotationVerdict
    found: float
    parts: tuple[QuotedPart, ...] = ()
    missing: tuple[Span, ...] = ()
