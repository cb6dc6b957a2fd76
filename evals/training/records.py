"""Read the files of a data folder, .jsonl or .jsonl.gz; one file is one original set under one licence."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.errors import QuothError
from retriever.evidence_model.types import Label

KINDS = ("reader", "verifier", "retrieval", "plain")
"""The folders of a data folder."""

COPYLEFT = ("aptitude", "debian_faq", "debian_edu", "gimp_help")
"""Sets whose licences may reach what is trained on them: their files are never opened."""


HISTORY = "_history"
"""What ends the name of a set whose questions lean on earlier turns: it is neither learned from nor measured."""


class TrainingDataError(QuothError):
    """The data folder cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """An answer as it stands in the context; `start` counts code points."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the offset behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """A question over a context; no answers means that the context does not answer it."""

    id: str
    source: str
    title: str
    question: str
    context: str
    language_question: str
    language_context: str
    answers: tuple[AnswerSpan, ...]


@dataclass(frozen=True, slots=True)
class VerifierRecord:
    """A premise and a hypothesis; `kind` names the rule for those made by rule."""

    id: str
    source: str
    premise: str
    hypothesis: str
    label: Label
    language_premise: str
    language_hypothesis: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RetrievalRecord:
    """A query, the passage that belongs to it and passages that look like it."""

    id: str
    source: str
    query: str
    positive: str
    negatives: tuple[str, ...]
    language_query: str
    language_positive: str


@dataclass(frozen=True, slots=True)
class ParallelPage:
    """A page in Dutch and English as aligned paragraphs (Dutch first)."""

    id: str
    source: str
    paragraphs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Records:
    """All that a data folder holds, or one part of it."""

    reader: tuple[ReaderRecord, ...] = ()
    verifier: tuple[VerifierRecord, ...] = ()
    retrieval: tuple[RetrievalRecord, ...] = ()
    pages: tuple[ParallelPage, ...] = ()


def read_records(folder: Path, *, lines: int | None = None) -> Records:
    """Read every file of the folder except those under copyleft, or the first lines of each."""
    found = Records(
        reader=tuple(_reader_record(line, source) for line, source in _lines(folder / "reader", lines)),
        verifier=tuple(_verifier_record(line, source) for line, source in _lines(folder / "verifier", lines)),
        retrieval=tuple(
            _retrieval_record(line, source, number)
            for number, (line, source) in enumerate(_lines(folder / "retrieval", lines))
        ),
        pages=tuple(_page(line, source) for line, source in _lines(folder / "plain", lines)),
    )
    if not found.reader or not found.verifier:
        raise TrainingDataError(f"{folder} holds no reader/*.jsonl.gz or no verifier/*.jsonl.gz; name the data folder.")
    return found


def read_licences(folder: Path) -> dict[str, str]:
    """Return the licence of each file that is read, such as "reader/squad2", as its first line states it."""
    return {
        f"{kind}/{source}": line.get("licence", "not stated")
        for kind in KINDS
        for line, source in _lines(folder / kind, 1)
    }


def is_copyleft(source: str) -> bool:
    """Tell whether a set is one of those that are left out."""
    return any(name in source for name in COPYLEFT)


def _lines(folder: Path, max_lines: int | None) -> Iterator[tuple[dict[str, Any], str]]:
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")]):
        source = path.name.partition(".jsonl")[0]
        if is_copyleft(source):
            continue
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(islice(file, max_lines), start=1):
                try:
                    yield json.loads(line), source
                except ValueError as error:
                    raise TrainingDataError(f"{path}, line {number} is no JSON object: {error}") from error


def _reader_record(line: dict[str, Any], source: str) -> ReaderRecord:
    title = line["title"] if not line["history"] else f"{line['title']} (dialogue)"
    return ReaderRecord(
        id=line["id"],
        source=source if not line["history"] else f"{source}{HISTORY}",
        title=title,
        question=line["question"],
        context=line["context"],
        language_question=line["lang_question"],
        language_context=line["lang_context"],
        answers=tuple(AnswerSpan(answer["text"], answer["start"]) for answer in line["answers"]),
    )


def _verifier_record(line: dict[str, Any], source: str) -> VerifierRecord:
    return VerifierRecord(
        id=line["id"],
        source=source,
        premise=line["premise"],
        hypothesis=line["hypothesis"],
        label=line["label"],
        language_premise=line["lang_premise"],
        language_hypothesis=line["lang_hypothesis"],
    )


def _retrieval_record(line: dict[str, Any], source: str, number: int) -> RetrievalRecord:
    return RetrievalRecord(
        id=f"retrieval-{source}-{number}",
        source=source,
        query=line["query"],
        positive=line["positive"],
        negatives=tuple(line["negatives"]),
        language_query=line["lang_query"],
        language_positive=line["lang_positive"],
    )


def _page(line: dict[str, Any], source: str) -> ParallelPage:
    return ParallelPage(line["id"], source, tuple((dutch, english) for dutch, english in line["paragraphs"]))
