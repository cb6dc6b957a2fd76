"""What the selector should say of a window: which of its sentences answer, and where in them the answer stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from evals.selection.sentences import split_passage
from evals.training.examples import ReadingExample, best_answer, holds
from evals.training.records import AnswerSpan
from evals.training.targets import IGNORED, target_tokens
from ingest.types import Span
from retriever.evidence_model.pairs import Pair, PairTokenizer
from retriever.evidence_model.sentence_tokens import tokens_of_sentences
from retriever.evidence_model.types import PassageText

_TYPED_SHARE = 0.12
_MIN_REPEATED = 4  # characters of an answer from which on it is no chance that another sentence holds it too
_CHARACTERS_PER_TOKEN = 3.6


@dataclass(frozen=True, slots=True)
class SelectionLesson:
    """A window with its targets.

    `inside`: which of its tokens are in which sentence. `gold` are the sentences that answer: none where it is empty.
    `ignored` are those of which nobody knows. `start` and `end` are the token positions of the short answer, and
    `holder` is the sentence that it stands in.
    """

    pair: Pair
    inside: np.ndarray
    gold: tuple[int, ...]
    ignored: tuple[int, ...] = ()
    start: int = IGNORED
    end: int = IGNORED
    holder: int = IGNORED


@dataclass(frozen=True, slots=True)
class _Marked:
    """A passage in sentences, those that answer, and the answers in it."""

    passage: PassageText
    gold: tuple[int, ...]
    answers: tuple[AnswerSpan, ...]


def selection_lessons(example: ReadingExample, tokenizer: PairTokenizer, *, random: Random) -> list[SelectionLesson]:
    """Return what is learned from one example: one window, cut around an answer where there is one."""
    marked = _cropped(_marked(example), most=_room(example.question, tokenizer), random=random)
    question = as_typed(example.question) if random.random() < _TYPED_SHARE else example.question
    window = tokenizer.reading_windows(question, marked.passage.text)[0]
    inside = tokens_of_sentences(window, marked.passage.sentences)
    gold = tuple(number for number in marked.gold if inside[number].any())
    if (marked.gold and not gold) or not inside.any():
        return []
    return [_with_span(SelectionLesson(window, inside, gold, _unknown(marked, example)), marked)]


def as_typed(question: str) -> str:
    """Return a question as people type it in haste: no capitals, no question mark."""
    return question.rstrip(" ?？").lower() or question


def touched(sentences: Sequence[Span], span: Span | AnswerSpan) -> list[int]:
    """Return the numbers of the sentences that a span stands in."""
    return [
        number for number, sentence in enumerate(sentences) if sentence.start < span.end and span.start < sentence.end
    ]


def _marked(example: ReadingExample) -> _Marked:
    passage = PassageText(example.passage, split_passage(example.passage, example.languages.partition(">")[2]))
    if example.relevant and not example.answers:
        return _Marked(passage, tuple(range(len(passage.sentences))), ())
    gold = sorted({number for answer in example.answers for number in touched(passage.sentences, answer)})
    return _Marked(passage, tuple(gold), example.answers)


def _unknown(marked: _Marked, example: ReadingExample) -> tuple[int, ...]:
    """Return the sentences that hold the words of an answer elsewhere: whether they answer was not annotated."""
    texts = {answer.text for answer in example.answers if len(answer.text) >= _MIN_REPEATED}
    passage = marked.passage
    return tuple(
        number
        for number, sentence in enumerate(passage.sentences)
        if number not in marked.gold and any(holds(passage.text[sentence.start : sentence.end], text) for text in texts)
    )


def _room(question: str, tokenizer: PairTokenizer) -> int:
    """Return about how many characters of a passage fit beside a question."""
    tokens = tokenizer.max_tokens - min(tokenizer.count(question), 64) - 8
    return int(tokens * _CHARACTERS_PER_TOKEN)


def _cropped(marked: _Marked, *, most: int, random: Random) -> _Marked:
    """Keep a run of sentences of at most so many characters, with one that answers somewhere in it."""
    sentences = marked.passage.sentences
    if len(marked.passage.text) <= most or not sentences:
        return marked
    first = last = random.choice(marked.gold) if marked.gold else random.randrange(len(sentences))
    while True:
        grown = [
            (start, end)
            for start, end in ((first - 1, last), (first, last + 1))
            if start >= 0 and end < len(sentences) and sentences[end].end - sentences[start].start <= most
        ]
        if not grown:
            break
        first, last = random.choice(grown)
    begin, finish = sentences[first].start, sentences[last].end
    kept = tuple(Span(span.start - begin, span.end - begin) for span in sentences[first : last + 1])
    answers = tuple(
        AnswerSpan(answer.text, answer.start - begin)
        for answer in marked.answers
        if begin <= answer.start and answer.end <= finish
    )
    gold = tuple(number - first for number in marked.gold if first <= number <= last)
    return _Marked(PassageText(marked.passage.text[begin:finish], kept), gold, answers)


def _with_span(lesson: SelectionLesson, marked: _Marked) -> SelectionLesson:
    """Add the tokens of the short answer, where it stands whole in one sentence of the window."""
    if not marked.answers:
        return lesson
    answer = best_answer(marked.answers)
    holders = touched(marked.passage.sentences, answer)
    tokens = target_tokens(lesson.pair, answer.start, answer.end)
    if len(holders) != 1 or tokens is None or not lesson.inside[holders[0], [tokens.first, tokens.last]].all():
        return lesson
    return replace(lesson, start=tokens.first, end=tokens.last, holder=holders[0])
