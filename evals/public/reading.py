"""Public reading sets as question sets: each context is a text, each question a case."""

import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.cases import CaseError, check_together
from evals.rates import SEED
from evals.types import Case, Place, RefusalSort
from ingest.types import Span

MAX_CONTEXTS = 60
SHARED_WORDS = 12
BYTE_ORDER_MARK = "\ufeff"

Languages = tuple[str, str]  # of a question, and of the text it is asked of


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The cases of a set, the texts by file name, the licence of both and where they come from."""

    texts: Mapping[str, str]
    cases: tuple[Case, ...]
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class ReaderSet:
    """A set that is known; `refusal` is why its texts do not answer the questions marked as impossible."""

    source: str
    languages: tuple[Languages, ...]
    refusal: RefusalSort | None = None
    parallel: bool = False


READER_SETS = {
    "xquad": ReaderSet(
        "XQuAD (google-deepmind/xquad): ten articles of SQuAD, translated by people",
        (("en", "en"), ("de", "en"), ("de", "de"), ("en", "de")),
        parallel=True,
    ),
    "squad2": ReaderSet("SQuAD 2.0 dev, ten articles (rajpurkar/SQuAD-explorer)", (("en", "en"),), "near-miss"),
    "policyqa_nl": ReaderSet(
        "Dutch questions on pages of Rijksoverheid.nl (berryxmas/domain-adaptation-transformers-forQA)",
        (("nl", "nl"),),
    ),
    "covid_qa": ReaderSet("COVID-QA (deepset-ai/COVID-QA)", (("en", "en"),), "topic-absent"),
} | {name: ReaderSet(name, (("en", "en"),)) for name in ("qed", "fairytaleqa", "nq_open")}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a set: a question of one context; `matter` is the same for a question and its translations."""

    id: str
    matter: str
    language: str
    question: str
    context: str
    context_language: str
    answers: tuple[tuple[str, int], ...]


def reader_set(
    name: str,
    data_folder: Path,
    *,
    languages: Sequence[Languages] | None = None,
    limit: int = 200,
    seed: int = SEED,
    without: Collection[str] = (),
) -> PublicSet:
    """Draw texts and questions from one of READER_SETS, the same ones for the same seed.

    A question has as evidence every place that the set marks as its answer in the texts that were drawn; where it marks
    none and says that a text does not answer, it is unanswerable: nobody checked whether another text drawn does.
    Parallel texts are drawn in one language each, in turn. Lines with an id in `without` are passed over.

    Raises:
        CaseError: there is no such set, it has no such languages, or an answer does not stand where the set says.
    """
    if name not in READER_SETS:
        raise CaseError(f"No public set is called {name}; there are {', '.join(READER_SETS)}.")
    known = READER_SETS[name]
    pairs = tuple(languages or known.languages)
    fields = _read_fields(data_folder / "reader" / f"{name}.jsonl.gz", without)
    lines = [_line(one, parallel=known.parallel) for one in fields]
    drawing = random.Random(seed)
    files = {context: f"{name}-{n:03}.txt" for n, context in enumerate(_draw_contexts(lines, pairs, drawing), start=1)}
    cases = _draw_cases(_cases(lines, files, pairs, known.refusal), limit, drawing)
    if not cases:
        raise CaseError(f"{name} has no questions in {', '.join('>'.join(pair) for pair in pairs)}.")
    check_together(cases, name)
    return PublicSet(
        texts={file: context for context, file in files.items()},
        cases=tuple(cases),
        licence="; ".join(sorted({one["licence"] for one in fields})),
        source=known.source,
    )


def _read_fields(path: Path, without: Collection[str]) -> list[dict[str, Any]]:
    if not path.exists():
        raise CaseError(f"The public set {path.name} is not in {path.parent.name}/ of the data folder.")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [fields for fields in map(json.loads, file) if fields["id"] not in without]


def _line(fields: Mapping[str, Any], *, parallel: bool) -> _Line:
    # A byte order mark is no part of a text once it has been in a file.
    moved = len(BYTE_ORDER_MARK) if fields["context"].startswith(BYTE_ORDER_MARK) else 0
    context = fields["context"][moved:]
    answers = tuple((answer["text"], answer["start"] - moved) for answer in fields["answers"])
    for text, start in answers:
        if not text or context[max(start, 0) : start + len(text)] != text:
            raise CaseError(f"{fields['id']}: {text!r} does not stand at {start + moved} of its context")
    if bool(answers) == fields["impossible"]:
        raise CaseError(f"{fields['id']}: it has {len(answers)} answers and impossible is {fields['impossible']}")
    question, language = fields["question"], fields["lang_question"]
    matter = fields["id"].rsplit("-", 2)[0] if parallel else _folded(question)
    return _Line(fields["id"], matter, language, question, context, fields["lang_context"], answers)


def _draw_contexts(lines: Sequence[_Line], pairs: Sequence[Languages], drawing: random.Random) -> list[str]:
    """Draw paragraphs, each in one language, the languages in turn; none that repeats words of another."""
    wanted = sorted({context_language for _, context_language in pairs})
    paragraphs = [one for one in _paragraphs(lines) if one.keys() & set(wanted)]
    drawing.shuffle(paragraphs)
    drawn: list[str] = []
    taken: set[tuple[str, ...]] = set()
    for paragraph in paragraphs:
        context = paragraph.get(wanted[len(drawn) % len(wanted)])
        if context and len(drawn) < MAX_CONTEXTS and not taken & _stretches(context):
            drawn.append(context)
            taken |= _stretches(context)
    return drawn


def _paragraphs(lines: Iterable[_Line]) -> list[dict[str, str]]:
    """Group contexts that are each other's translation, by language: the same questions are asked of them."""
    paragraphs: list[dict[str, str]] = []
    of_context: dict[str, dict[str, str]] = {}
    of_matter: dict[str, dict[str, str]] = {}
    for line in lines:
        if line.context not in of_context:
            paragraph = of_matter.get(line.matter, {})
            if not paragraph or line.context_language in paragraph:
                paragraph = {}
                paragraphs.append(paragraph)
            paragraph[line.context_language] = line.context
            of_context[line.context] = paragraph
        of_matter.setdefault(line.matter, of_context[line.context])
    return paragraphs


def _cases(
    lines: Sequence[_Line], files: Mapping[str, str], pairs: Sequence[Languages], refusal: RefusalSort | None
) -> list[list[Case]]:
    """Make the cases of the texts that were drawn, those together that ask the same in several languages."""
    of_matter: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        of_matter[line.matter].append(line)
    drawn = {stretch for context in files for stretch in _stretches(context)}
    matters = dict.fromkeys(line.matter for line in lines if line.context in files)
    groups = [
        _cases_of_matter(of_matter[matter], files, pairs, refusal)
        for matter in matters
        if not _may_be_answered_elsewhere(of_matter[matter], files, drawn)
    ]
    # One question that is asked of two texts would have a right answer that counts as wrong.
    asked = Counter((case.language, _folded(case.question)) for group in groups for case in group)
    alone = ([case for case in group if asked[case.language, _folded(case.question)] == 1] for group in groups)
    return [_with_twins(group) for group in alone if group]


def _may_be_answered_elsewhere(lines: Sequence[_Line], files: Mapping[str, str], drawn: set[tuple[str, ...]]) -> bool:
    """Tell whether a question without an answer in these texts has one in words that they share with another text."""
    if any(line.answers and line.context in files for line in lines):
        return False
    return any(line.answers and _stretches(line.context) & drawn for line in lines)


def _cases_of_matter(
    lines: Sequence[_Line], files: Mapping[str, str], pairs: Sequence[Languages], refusal: RefusalSort | None
) -> list[Case]:
    here = sorted((line for line in lines if line.context in files), key=lambda line: not line.answers)
    asked_of = here[0]
    places = dict.fromkeys(
        Place(files[line.context], Span(start, start + len(text))) for line in here for text, start in line.answers
    )
    cases = []
    for language, context_language in pairs:
        wording = next((line for line in lines if line.language == language), None)
        if wording is None or context_language != asked_of.context_language:
            continue
        # A right answer may be in the words of the text or in the language of the question.
        spoken = [line for line in lines if line.context_language == language and language != context_language]
        right = dict.fromkeys(text for line in (*here, *spoken) for text, _ in line.answers)
        cases.append(
            Case(
                id=next(
                    (line.id for line in here if line.language == language),
                    f"{asked_of.matter}-{language}-{context_language}",
                ),
                kind="unanswerable" if not places else "fact" if language == context_language else "cross",
                language=language,
                question=wording.question,
                history=(),
                answers=tuple(right) if places else (),
                evidence=tuple(places),
                needs_all_evidence=False,
                refusal=None if places else refusal,
            )
        )
    return cases


def _with_twins(group: list[Case]) -> list[Case]:
    if len(group) != 2:
        return group
    return [replace(case, twin=twin.id) for case, twin in zip(group, reversed(group), strict=True)]


def _draw_cases(groups: Sequence[list[Case]], limit: int, drawing: random.Random) -> list[Case]:
    """Draw groups at random until the limit, and give their cases in the order of the set."""
    kept: set[int] = set()
    count = 0
    for number in drawing.sample(range(len(groups)), len(groups)):
        if count + len(groups[number]) <= limit:
            kept.add(number)
            count += len(groups[number])
    return [case for number in sorted(kept) for case in groups[number]]


def _stretches(context: str) -> set[tuple[str, ...]]:
    """Return every stretch of SHARED_WORDS words; a shorter text is one."""
    words = context.casefold().split()
    return {tuple(words[start : start + SHARED_WORDS]) for start in range(max(1, len(words) - SHARED_WORDS + 1))}


def _folded(question: str) -> str:
    return " ".join(question.casefold().split())
