"""The signs that a sentence answers a question, read without a trained network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np

from ingest.types import Passage, Sentence
from retriever.questions.question_type import QuestionType, holds_answer, type_asked_for
from retriever.reading.late_interaction import Likeness
from retriever.types import Question
from retriever.words.patterns import WORD
from retriever.words.terms import Term, Vocabulary, covered_terms, question_terms, total_weight, vocabulary_of

MAX_WORDS = 25
"""Beyond so many words the length of a sentence says nothing."""

_POINTING = ("label", "header", "contents", "heading")
_WITHOUT_STOPS = ("item", "row", "entry", "verse", "mail")
_FINISHED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_ASKS = re.compile(r"\?[\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True, eq=False)
class ComparedPassage:
    """A passage that was read: its sentences in reading order, and how like the question they are."""

    passage: Passage
    sentences: tuple[Sentence, ...]
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against a sentence.

    `likeness` to the question by late interaction; `lead`: how far that is above the median of all sentences; `before`:
    the same for the sentence before; `passage`: of the passage as a whole; `best`: of the best sentence in the passage.
    `cover`: the share of the question's words, by rarity, in the sentence and the one before it; `near`: in the
    passage; both counted apart for a `foreign` passage, where words can only be alike by sound. `names`: the share of
    names and numbers in the passage. `fits`: 1 when the sentence holds the kind of answer asked for, other than the
    question's own words; `lacks_value`: 1 when that is a number or a date and there is none. `unfinished`: 1 for a
    heading or a scrap among whole sentences; `asks`: 1 for a question; `words`: the logarithm of the length.
    """

    likeness: float
    lead: float
    before: float
    passage: float
    best: float
    cover: float
    cover_foreign: float
    near: float
    near_foreign: float
    names: float
    fits: float
    lacks_value: float
    foreign: float
    unfinished: float
    asks: float
    words: float


def read_signs(question: Question, read: Sequence[ComparedPassage]) -> list[list[Signs]]:
    """Read the signs of every sentence, by passage in the order given."""
    terms = question_terms(question.resolved, question.language)
    median = float(np.median(np.concatenate([one.likeness.sentences for one in read])))
    return [_passage_signs(question, one, terms, type_asked_for(question), median) for one in read]


def _passage_signs(
    question: Question, read: ComparedPassage, terms: Sequence[Term], kind: QuestionType, median: float
) -> list[Signs]:
    language, foreign = question.language, read.passage.language != question.language
    texts = [sentence.search_text for sentence in read.sentences]
    likeness = read.likeness.sentences
    near, names = _near(read.passage, terms, language)
    has_finished = any(map(_FINISHED.search, texts))
    signs = []
    for index, text in enumerate(texts):
        sentence = read.sentences[index]
        follows = index > 0 and read.sentences[index - 1].block == sentence.block
        words = f"{sentence.above} {texts[index - 1] if follows else ''} {text}"
        cover = _cover(terms, language, vocabulary_of(words, read.passage.language))
        fits = holds_answer(kind, text, question.asked) or _label_fits(kind, sentence, question)
        signs.append(
            Signs(
                likeness=float(likeness[index]),
                lead=float(likeness[index]) - median,
                before=float(likeness[index - 1]) - median if follows else 0.0,
                passage=read.likeness.passage,
                best=float(likeness.max()),
                cover=0.0 if foreign else cover,
                cover_foreign=cover if foreign else 0.0,
                near=0.0 if foreign else near,
                near_foreign=near if foreign else 0.0,
                names=names,
                fits=float(fits),
                lacks_value=float(not fits and kind in ("when", "how_many")),
                foreign=float(foreign),
                unfinished=float(_answers_nothing(sentence, has_finished=has_finished)),
                asks=float(bool(_ASKS.search(text))),
                words=log1p(min(len(WORD.findall(text)), MAX_WORDS)),
            )
        )
    return signs


def _label_fits(kind: QuestionType, sentence: Sentence, question: Question) -> bool:
    """Tell whether what a sentence stands right under says who it was, or when or where."""
    return (
        kind in ("who", "when", "where")
        and bool(sentence.context)
        and holds_answer(kind, sentence.context[-1], question.asked)
    )


def _answers_nothing(sentence: Sentence, *, has_finished: bool) -> bool:
    """Tell whether a sentence is a question, or a label, or a scrap among whole sentences of prose."""
    if sentence.asks or sentence.kind in _POINTING:
        return True
    return has_finished and not _FINISHED.search(sentence.search_text) and sentence.kind not in _WITHOUT_STOPS


def _near(passage: Passage, terms: Sequence[Term], language: str) -> tuple[float, float]:
    """Return how much of a question its passage covers: of all words, and of names and numbers."""
    vocabulary = vocabulary_of(f"{passage.heading or ''} {passage.search_text}", passage.language)
    names = [term for term in terms if term.is_name]
    # A question without names has none that the passage could lack.
    return _cover(terms, language, vocabulary), _cover(names, language, vocabulary) if names else float(bool(terms))


def _cover(terms: Sequence[Term], language: str, vocabulary: Vocabulary) -> float:
    return total_weight(covered_terms(terms, language, vocabulary)) / total_weight(terms) if terms else 0.0
