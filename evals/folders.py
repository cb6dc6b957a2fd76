"""Sets of small texts, each with its own questions: one folder a kind of text, with its files and `question.json`."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from evals.opening import open_assistant
from evals.sets import CASES, SHARED
from retriever.assistant import Assistant
from retriever.embedding.embeddings import Embedder
from retriever.evidence_model.evidence_models import EvidenceModels
from retriever.types import Answer, Claim

QUESTIONS = "question.json"
ASSERTED = ("answered", "partly")
MAX_BREAK = 4
"""White space between two sentences that are quoted as one."""


@dataclass(frozen=True, slots=True)
class FolderSet:
    """Folders below `root`; nobody may tune on a set that is `held_out`."""

    name: str
    root: Path
    held_out: bool = False


FOLDER_SETS = (
    FolderSet("reports", SHARED / "reports"),
    FolderSet("structured", CASES / "structured"),
    FolderSet("structured-held-out", CASES / "structured_held_out", held_out=True),
)


@dataclass(frozen=True, slots=True)
class FolderQuestion:
    """A question about the texts of one folder.

    `expected`: what the first quotation must have, or all of them where several things are expected. `never`: what the
    first may not have. Without anything expected the right answer is a refusal.
    """

    folder: str
    question: str
    history: tuple[str, ...]
    expected: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderOutcome:
    """What became of one question; `quoted` is what its first quotation says."""

    asked: FolderQuestion
    status: str
    confidence: float
    quoted: str
    right: bool
    pointers_right: bool

    @property
    def asserted(self) -> bool:
        """Tell whether something was given as the answer."""
        return self.status in ASSERTED


def run_folders(
    root: Path,
    embedder: Embedder,
    models: EvidenceModels,
    *,
    max_file_bytes: int,
    only: Callable[[str], bool] = lambda name: True,
    tell: Callable[[FolderOutcome], None] = lambda outcome: None,
) -> list[FolderOutcome]:
    """Ask the questions of each folder over its own texts alone."""
    outcomes = []
    for folder in sorted(path.parent for path in root.glob(f"*/{QUESTIONS}")):
        questions = list(read_questions(folder))
        if not questions or not only(folder.name):
            continue
        with TemporaryDirectory() as scratch:
            texts = copytree(folder, Path(scratch, "texts"), ignore=ignore_patterns(QUESTIONS))
            with open_assistant(texts, embedder, max_file_bytes=max_file_bytes, models=models) as assistant:
                for question in questions:
                    outcomes.append(_ask(question, assistant))
                    tell(outcomes[-1])
    return outcomes


def read_questions(folder: Path) -> Iterator[FolderQuestion]:
    """Read the questions of a folder; one that says neither what is expected nor `refuse` is none."""
    for fields in json.loads((folder / QUESTIONS).read_text(encoding="utf-8")):
        expected = _several(fields.get("expect", ()))
        if (expected or fields.get("refuse")) and not fields["question"].startswith("("):
            yield FolderQuestion(
                folder.name,
                fields["question"],
                tuple(fields.get("history", ())),
                expected,
                _several(fields.get("not", ())),
            )


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _ask(asked: FolderQuestion, assistant: Assistant) -> FolderOutcome:
    answer = assistant.answer(asked.question, history=asked.history, prose=False)
    quoted = _quoted(_first_quotation(answer.claims))
    return FolderOutcome(
        asked,
        answer.status,
        answer.confidence,
        quoted,
        right=_is_right(asked, answer, quoted),
        pointers_right=all(
            assistant.text(citation.document_id, citation.start, citation.end) == citation.quote
            for claim in answer.claims
            for citation in claim.citations
        ),
    )


def _is_right(asked: FolderQuestion, answer: Answer, quoted: str) -> bool:
    if not asked.expected:
        return answer.status not in ASSERTED
    words = quoted if len(asked.expected) == 1 else _quoted(answer.claims)
    return all(_folded(wanted) in _folded(words) for wanted in asked.expected) and not any(
        _folded(unwanted) in _folded(quoted) for unwanted in asked.never
    )


def _first_quotation(claims: Sequence[Claim]) -> list[Claim]:
    """Return the first claim and those that follow it at once in the text, as one that points back does."""
    quoted: list[Claim] = []
    for claim in claims:
        before, here = (quoted[-1].citations[-1] if quoted else None), claim.citations[0]
        if before and (before.document_id != here.document_id or not 0 <= here.start - before.end <= MAX_BREAK):
            break
        quoted.append(claim)
    return quoted


def _quoted(shown: Sequence[Claim]) -> str:
    """Return what claims quote, as it stands in the text and as it is shown."""
    citations = [citation for claim in shown for citation in claim.citations]
    labels = [citation.label.quote for citation in citations if citation.label]
    return "\n".join([*labels, *(citation.quote for citation in citations), *(claim.text for claim in shown)])


def _folded(text: str) -> str:
    return " ".join(text.split())
