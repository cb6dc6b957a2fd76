"""Make questions that the passage nearly answers: its sentence is taken out, or the question asks of something else."""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from evals.training.changes import NAME, find_names
from evals.training.claim_sentences import split_sentences
from evals.training.examples import ReadingExample, from_reader, holds
from evals.training.records import AnswerSpan, ReaderRecord, Records

ANSWER_REMOVED = "answer_removed"
QUESTION_CHANGED = "question_changed"

_SETS = ("squad2", "xquad", "qed", "nq_open", "afriqa", "policyqa_nl", "fairytaleqa", "covid_qa")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_YEARS_AWAY = (-40, -12, -7, -2, -1, 1, 2, 7, 12, 40)
_NAMES_TRIED = 20


def near_misses(records: Records, *, random: Random) -> list[ReadingExample]:
    """Make the near misses of one part."""
    answered = [record for record in records.reader if record.source in _SETS and record.answers]
    names = find_names([record.question for record in answered if record.language_question == "en"])
    return [
        *filter(None, (_without_its_sentence(record) for record in answered)),
        *filter(None, (_of_something_else(record, names, random) for record in answered)),
    ]


def _without_its_sentence(record: ReaderRecord) -> ReadingExample | None:
    """Take the sentence of the answer out, unless the answer stands elsewhere too."""
    sentences = split_sentences(record.context)
    kept = [sentence for sentence in sentences if not _holds_any(sentence, record.answers)]
    passage = " ".join(kept)
    if len(kept) != len(sentences) - 1 or not kept or _holds_any(passage, record.answers):
        return None
    return _unanswerable(record, ANSWER_REMOVED, record.question, passage)


def _of_something_else(record: ReaderRecord, names: Sequence[str], random: Random) -> ReadingExample | None:
    """Put another year or another name in the place of one that the question shares with its passage."""
    years = [match for match in _YEAR.finditer(record.question) if match.group() in record.context]
    if years:
        return _with_year_moved(record, random.choice(years), random)
    if record.language_question != "en":
        return None
    found = [match for match in NAME.finditer(record.question) if match.group() in record.context]
    return _with_name_changed(record, random.choice(found), names, random) if found else None


def _with_year_moved(record: ReaderRecord, year: re.Match[str], random: Random) -> ReadingExample | None:
    moved = str(int(year.group()) + random.choice(_YEARS_AWAY))
    changed = record.question[: year.start()] + moved + record.question[year.end() :]
    return None if moved in record.context else _unanswerable(record, QUESTION_CHANGED, changed, record.context)


def _with_name_changed(
    record: ReaderRecord, name: re.Match[str], names: Sequence[str], random: Random
) -> ReadingExample | None:
    words = name.group().count(" ")
    for other in random.sample(names, min(_NAMES_TRIED, len(names))):
        if other.count(" ") == words and other not in record.context and other not in record.question:
            changed = record.question[: name.start()] + other + record.question[name.end() :]
            return _unanswerable(record, QUESTION_CHANGED, changed, record.context)
    return None


def _holds_any(text: str, answers: Sequence[AnswerSpan]) -> bool:
    return any(holds(text, answer.text) for answer in answers)


def _unanswerable(record: ReaderRecord, source: str, question: str, passage: str) -> ReadingExample:
    return replace(
        from_reader(record),
        id=f"{record.id}-{source}",
        source=source,
        question=question,
        passage=passage,
        answers=(),
        relevant=False,
    )
