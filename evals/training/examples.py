"""What is trained on: questions over passages and claims over evidence, before they become tokens."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from evals.training.records import (
    AnswerSpan,
    ReaderRecord,
    Records,
    RetrievalRecord,
    VerifierRecord,
)
from retriever.evidence_model.types import Label

HEADING_SETS = ("iot_for_beginners", "laws_nl", "libreoffice_help", "security_101")
"""Retrieval sets whose queries are headings: they teach relevance, and have no span to find."""

_MISMATCHED_SETS = ("squad2", "xquad", "policyqa_nl", "fairytaleqa", "covid_qa")


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question over a passage.

    `answers` are alternatives; none of them means "not here". `has_spans` is false where only relevance is known.
    """

    id: str
    source: str
    question: str
    passage: str
    answers: tuple[AnswerSpan, ...]
    relevant: bool
    has_spans: bool
    languages: str


@dataclass(frozen=True, slots=True)
class ClaimExample:
    """A claim over its evidence; `kind` names the rule of a minimal pair."""

    id: str
    source: str
    evidence: str
    claim: str
    label: Label
    languages: str
    kind: str = ""


Example = ReadingExample | ClaimExample


def reading_examples(records: Records, *, random: Random) -> list[ReadingExample]:
    """Make every reading example of one part: annotated ones, hard negatives, mismatched passages, headings."""
    return [
        *(from_reader(record) for record in records.reader),
        *_hard_negatives(records.retrieval, random),
        *_mismatched(records.reader, random),
        *_headings(records.retrieval, random),
        *_selected_sentences(records.retrieval, random),
    ]


def claim_examples(records: Records) -> list[ClaimExample]:
    """Make the claim examples of one part."""
    return [from_verifier(record) for record in records.verifier]


def from_reader(record: ReaderRecord) -> ReadingExample:
    """Take an annotated question over."""
    return ReadingExample(
        id=record.id,
        source=record.source,
        question=record.question,
        passage=record.context,
        answers=record.answers,
        relevant=bool(record.answers),
        has_spans=True,
        languages=f"{record.language_question}>{record.language_context}",
    )


def from_verifier(record: VerifierRecord) -> ClaimExample:
    """Take an annotated or rule-made pair over; languages are those of claim and evidence."""
    return ClaimExample(
        id=record.id,
        source=record.source,
        evidence=record.premise,
        claim=record.hypothesis,
        label=record.label,
        languages=f"{record.language_hypothesis}>{record.language_premise}",
        kind=record.kind,
    )


def best_answer(answers: Sequence[AnswerSpan]) -> AnswerSpan:
    """Return the answer that most annotators gave, the shortest one where they differ."""
    counts = Counter(answers)
    return min(counts, key=lambda answer: (-counts[answer], len(answer.text), answer.start))


def _hard_negatives(records: Sequence[RetrievalRecord], random: Random) -> Iterator[ReadingExample]:
    """Pair the question with a passage that looks like the right one."""
    for record in records:
        if record.source in HEADING_SETS or not record.negatives:
            continue
        passage = random.choice(record.negatives)
        yield _without_answer(f"{record.id}-negative", "hard_negatives", record, passage, has_spans=True)


def _headings(records: Sequence[RetrievalRecord], random: Random) -> Iterator[ReadingExample]:
    """Pair a heading with its section and with two others."""
    for record in records:
        if record.source in HEADING_SETS:
            yield _relevant(record, f"headings_{record.source}")
            for number, passage in enumerate(random.sample(record.negatives, k=min(2, len(record.negatives)))):
                source = f"headings_{record.source}"
                yield _without_answer(f"{record.id}-negative-{number}", source, record, passage, has_spans=False)


def _selected_sentences(records: Sequence[RetrievalRecord], random: Random) -> Iterator[ReadingExample]:
    for record in records:
        if record.source == "selqa":
            yield _relevant(record, "selqa")
            if record.negatives:
                passage = random.choice(record.negatives)
                yield _without_answer(f"{record.id}-negative", "selqa", record, passage, has_spans=False)


def _relevant(record: RetrievalRecord, source: str) -> ReadingExample:
    languages = f"{record.language_query}>{record.language_positive}"
    return ReadingExample(
        record.id, source, record.query, record.positive, (), relevant=True, has_spans=False, languages=languages
    )


def _without_answer(id: str, source: str, record: RetrievalRecord, passage: str, *, has_spans: bool) -> ReadingExample:
    languages = f"{record.language_query}>{record.language_positive}"
    return ReadingExample(
        id, source, record.query, passage, (), relevant=False, has_spans=has_spans, languages=languages
    )


def _mismatched(records: Sequence[ReaderRecord], random: Random) -> Iterator[ReadingExample]:
    """Pair a question with another passage of its document that does not hold the answer's words."""
    passages: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for record in records:
        if record.source in _MISMATCHED_SETS:
            passages[_document(record)].append(record.context)
    unique = {key: list(dict.fromkeys(found)) for key, found in passages.items()}
    for record in records:
        if record.source not in _MISMATCHED_SETS or not record.answers:
            continue
        passage = random.choice(unique[_document(record)])
        if passage != record.context and not any(holds(passage, answer.text) for answer in record.answers):
            languages = f"{record.language_question}>{record.language_context}"
            yield ReadingExample(
                f"{record.id}-elsewhere",
                "mismatched",
                record.question,
                passage,
                (),
                relevant=False,
                has_spans=True,
                languages=languages,
            )


def _document(record: ReaderRecord) -> tuple[str, str, str]:
    return record.source, record.title, record.language_context


def holds(passage: str, answer: str) -> bool:
    """Tell whether an answer stands in a passage, whatever the case and the signs between words."""
    return re.sub(r"\W+", " ", answer.casefold()).strip() in re.sub(r"\W+", " ", passage.casefold())
