"""What the selector learns from: questions over passages, sections in company, and passages that answer nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from evals.selection.sentences import split_passage
from evals.training.cloze import CLOZE, cloze_examples
from evals.training.examples import HEADING_SETS, ReadingExample, holds, reading_examples
from evals.training.near_misses import ANSWER_REMOVED, QUESTION_CHANGED, near_misses
from evals.training.records import AnswerSpan, Records, RetrievalRecord

SECTIONS = "sections_"
"""What begins the name of a source whose passages are put together from several sections or sentences."""

NEAR_LANGUAGES = "xquad_near"
"""Questions and passages of XQuAD in languages that are near to Dutch and English, or one of them."""

_NEAR = frozenset({"en", "de", "es", "ro"})

# How often each source is drawn, in about a thousand: running prose first, where there is something to choose.
SHARES: Mapping[str, int] = {
    "squad2": 130, "xquad": 80, NEAR_LANGUAGES: 130, "qed": 70, "nq_open": 25, "fairytaleqa": 60, "afriqa": 60,
    "policyqa_nl": 25, "policyqa_en": 15, "covid_qa": 25, "doc2dial": 6, CLOZE: 50,
    "hard_negatives": 110, "mismatched": 40, ANSWER_REMOVED: 60, QUESTION_CHANGED: 50,
    f"{SECTIONS}qamr": 30, f"{SECTIONS}selqa": 15, f"{SECTIONS}libreoffice_help": 55, f"{SECTIONS}laws_nl": 40,
    f"{SECTIONS}iot_for_beginners": 15, f"{SECTIONS}security_101": 4,
}  # fmt: skip

_MAX_COMPANY = 3
_MAX_CHARACTERS = 320


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a passage that is put together; `answers` are the answers in it."""

    text: str
    answers: tuple[AnswerSpan, ...] = ()


def selection_examples(records: Records, *, random: Random) -> list[ReadingExample]:
    """Make every example of one part."""
    plain = [
        *reading_examples(records, random=random),
        *near_misses(records, random=random),
        *cloze_examples(records, random=random),
    ]
    made = [*_sections(records.retrieval, random), *_sentences_in_company(records, random)]
    return [_by_language(example) for found in (*plain, *made) for example in (found, *_with_capitals(found))]


def _by_language(example: ReadingExample) -> ReadingExample:
    """Put the questions of XQuAD in near languages apart, so that they can be drawn more often."""
    near = example.source == "xquad" and _NEAR.issuperset(example.languages.split(">"))
    return replace(example, source=NEAR_LANGUAGES) if near else example


def _sections(records: Sequence[RetrievalRecord], random: Random) -> Iterator[ReadingExample]:
    """Put a section, or a selected sentence, among others of which each has another heading or answers nothing."""
    for record in records:
        if record.source not in (*HEADING_SETS, "selqa") or not record.negatives:
            continue
        own = _beginning(record.positive, record.language_positive, random)
        others = random.sample(record.negatives, min(random.randint(1, _MAX_COMPANY), len(record.negatives)))
        pieces = [_Piece(own, (AnswerSpan(own, 0),))]
        pieces += [_Piece(_beginning(text, record.language_positive, random)) for text in others]
        languages = f"{record.language_query}>{record.language_positive}"
        yield _together(record.id, record.source, record.query, pieces, languages, random)


def _sentences_in_company(records: Records, random: Random) -> Iterator[ReadingExample]:
    """Put the single sentences of QAMR among others of the same set."""
    single = [record for record in records.reader if record.source == "qamr" and record.answers]
    contexts = sorted({record.context for record in single})
    for record in single:
        company = [text for text in random.sample(contexts, min(len(contexts), 5)) if text != record.context]
        kept = [text for text in company if not any(holds(text, answer.text) for answer in record.answers)]
        pieces = [_Piece(record.context, record.answers), *(_Piece(text) for text in kept[: random.randint(2, 4)])]
        languages = f"{record.language_question}>{record.language_context}"
        yield _together(record.id, record.source, record.question, pieces, languages, random)


def _together(
    id: str, source: str, question: str, pieces: list[_Piece], languages: str, random: Random
) -> ReadingExample:
    random.shuffle(pieces)
    passage, answers = "", []
    for piece in pieces:
        start = len(passage) + bool(passage)
        passage = f"{passage} {piece.text}" if passage else piece.text
        answers += [AnswerSpan(answer.text, answer.start + start) for answer in piece.answers]
    name = f"{SECTIONS}{source}"
    return ReadingExample(
        f"{id}-company", name, question, passage, tuple(answers), relevant=True, has_spans=True, languages=languages
    )


def _beginning(text: str, language: str, random: Random) -> str:
    """Return the first sentences of a section, as many as it takes to reach a length that varies."""
    most = random.randint(_MAX_CHARACTERS // 2, 2 * _MAX_CHARACTERS)
    kept = [span.end for span in split_passage(text, language) if span.end <= most]
    return text[: kept[-1]] if kept else text[:most]


def _with_capitals(example: ReadingExample) -> Iterator[ReadingExample]:
    """Yield a passage that lost its capitals once more, with one at the head of each sentence."""
    if example.passage != example.passage.lower() or example.languages != "nl>nl":
        return
    letters = list(example.passage)
    for span in split_passage(example.passage, "nl"):
        letters[span.start] = letters[span.start].upper()
    passage = "".join(letters)
    if len(passage) == len(example.passage):
        answers = tuple(AnswerSpan(passage[answer.start : answer.end], answer.start) for answer in example.answers)
        yield replace(example, id=f"{example.id}-capitals", passage=passage, answers=answers)
