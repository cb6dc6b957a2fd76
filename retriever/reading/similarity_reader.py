"""The untrained reader: sentence similarity, covered words and the kind of answer asked for, weighed together."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np

from ingest.types import Passage, Sentence, SentenceVectors
from retriever.reading.question_type import QuestionType, holds_answer, type_asked_for
from retriever.types import Hit, Question, Reading
from retriever.words.terms import Term, Vocabulary, covered_terms, question_terms, total_weight, vocabulary_of

_POINTING = ("label", "header", "contents")
_WITHOUT_STOPS = ("item", "row", "entry", "verse", "mail")
_FINISHED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against a sentence.

    Cosines are taken from the usual 0.85 and counted in tenths, so that all signs are of one size. `lead`: how far the
    cosine is above the background of the others; `before`: the same for the sentence before; `passage`: the cosine of
    the best sentence in the passage. `cover`: the share of the question's words, by rarity, in the sentence and the one
    before it; `near`: in the passage; both counted apart for a `foreign` passage, where words can only be alike by
    sound. `names`: the share of names and numbers in the passage. `fits`: 1 when the sentence holds the kind of answer
    asked for, other than the question's own words; `lacks_value`: 1 when that is a number or a date and there is none.
    `unfinished`: 1 for a heading or a scrap among whole sentences, which answers nothing.
    """

    similarity: float
    lead: float
    before: float
    passage: float
    cover: float
    cover_foreign: float
    near: float
    near_foreign: float
    names: float
    fits: float
    lacks_value: float
    foreign: float
    unfinished: float


# Fitted on the dev questions and the questions on the sample texts: a softmax over the sentences of a question, and a
# logistic loss on whether the best of them answers; then scaled (Platt) so that the score of the best sentence is the
# share of questions at that score that have an answer. The weight of `unfinished` is set by hand.
WEIGHTS = Signs(
    similarity=1.91,
    lead=1.72,
    before=0.32,
    passage=1.15,
    cover=0.63,
    cover_foreign=0.65,
    near=0.68,
    near_foreign=0.7,
    names=1.23,
    fits=1.38,
    lacks_value=-0.67,
    foreign=1.24,
    unfinished=-2.78,
)
_values = attrgetter(*(field.name for field in fields(Signs)))
_WEIGHTS = _values(WEIGHTS)
BIAS = -1.7

USUAL_BACKGROUND = 0.75
"""The median cosine of a question and sentences about other things, with multilingual-e5-small."""

FEW_SENTENCES = 20


class SimilarityReader:
    """Scores sentences without a trained model: a logistic combination of a few signs."""

    name = "similarity-1"
    threshold = 0.61  # balances the two kinds of wrong refusal on the dev questions and those on the sample texts

    def __init__(
        self,
        sentences_of: Callable[[Sequence[str]], SentenceVectors],
        embed_question: Callable[[str], np.ndarray],
    ) -> None:
        self._sentences_of = sentences_of
        self._embed_question = embed_question

    def read(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """Score every sentence of the hits, best first; ties in reading order."""
        passages = {hit.passage.id: hit.passage for hit in hits}
        found = self._sentences_of(list(passages))
        if not found.sentences:
            return []
        signs = read_signs(question, found, passages, self._embed_question(question.resolved))
        readings = [
            Reading(sentence, passages[sentence.passage_id], weigh(sign))
            for sentence, sign in zip(found.sentences, signs, strict=True)
        ]
        return sorted(
            readings, key=lambda reading: (-reading.score, reading.sentence.document_id, reading.sentence.start)
        )


def weigh(signs: Signs) -> float:
    """Bring the signs together to a score between 0 and 1."""
    total = BIAS + sum(weight * sign for weight, sign in zip(_WEIGHTS, _values(signs), strict=True))
    return float(1 / (1 + np.exp(-total)))


def read_signs(
    question: Question, found: SentenceVectors, passages: Mapping[str, Passage], vector: np.ndarray
) -> list[Signs]:
    """Read the signs of every sentence, in the order given."""
    similarities = (found.matrix @ vector).astype(float)
    leads = similarities - _background(similarities) + USUAL_BACKGROUND
    kind = type_asked_for(question)
    terms = question_terms(question.resolved, question.language)
    near = {key: _near(passage, terms, question.language) for key, passage in passages.items()}
    best = _best_of_passages(found, similarities)
    of_sentences = {sentence.passage_id for sentence in found.sentences if _FINISHED.search(sentence.search_text)}
    signs = []
    for index, sentence in enumerate(found.sentences):
        passage = passages[sentence.passage_id]
        previous = _previous(found.sentences, index)
        words = f"{sentence.above} {previous.search_text if previous else ''} {sentence.search_text}"
        cover = _cover(terms, question.language, vocabulary_of(words, passage.language)) if terms else 0.0
        foreign = passage.language != question.language
        fits = holds_answer(kind, sentence.search_text, question.asked) or _label_fits(kind, sentence, question)
        signs.append(
            Signs(
                similarity=_tenths(similarities[index]),
                lead=_tenths(leads[index]),
                before=_tenths(leads[index - 1]) if previous else 0.0,
                passage=_tenths(best[sentence.passage_id]),
                cover=0.0 if foreign else cover,
                cover_foreign=cover if foreign else 0.0,
                near=0.0 if foreign else near[sentence.passage_id].all_terms,
                near_foreign=near[sentence.passage_id].all_terms if foreign else 0.0,
                names=near[sentence.passage_id].names,
                fits=float(fits),
                lacks_value=float(not fits and kind in ("when", "how_many")),
                foreign=float(foreign),
                unfinished=float(_answers_nothing(sentence, of_sentences)),
            )
        )
    return signs


@dataclass(frozen=True, slots=True)
class _Near:
    """How much of a question its passage covers."""

    all_terms: float
    names: float


def _near(passage: Passage, terms: Sequence[Term], language: str) -> _Near:
    vocabulary = vocabulary_of(f"{passage.heading or ''} {passage.search_text}", passage.language)
    names = [term for term in terms if term.is_name]
    return _Near(
        _cover(terms, language, vocabulary) if terms else 0.0,
        # A question without names has none that the passage could lack.
        _cover(names, language, vocabulary) if names else float(bool(terms)),
    )


def _cover(terms: Sequence[Term], language: str, vocabulary: Vocabulary) -> float:
    return total_weight(covered_terms(terms, language, vocabulary)) / total_weight(terms)


def _background(similarities: np.ndarray) -> float:
    """Return the median cosine, drawn towards the usual one where few sentences are read: they may all be near."""
    count = len(similarities)
    return (float(np.median(similarities)) * count + USUAL_BACKGROUND * FEW_SENTENCES) / (count + FEW_SENTENCES)


def _previous(sentences: Sequence[Sentence], index: int) -> Sentence | None:
    """Return the sentence before, in the same passage and block."""
    before, sentence = sentences[index - 1], sentences[index]
    if index == 0 or (before.passage_id, before.block) != (sentence.passage_id, sentence.block):
        return None
    return before


def _label_fits(kind: QuestionType, sentence: Sentence, question: Question) -> bool:
    """Tell whether what a sentence stands right under says who it was, or when or where."""
    return (
        kind in ("who", "when", "where")
        and bool(sentence.context)
        and holds_answer(kind, sentence.context[-1], question.asked)
    )


def _answers_nothing(sentence: Sentence, of_sentences: Collection[str]) -> bool:
    """Tell whether a sentence is a question, or a label, or a scrap among whole sentences of prose."""
    if sentence.asks or sentence.kind in _POINTING:
        return True
    unfinished = sentence.passage_id in of_sentences and not _FINISHED.search(sentence.search_text)
    return unfinished and sentence.kind not in _WITHOUT_STOPS


def _best_of_passages(found: SentenceVectors, similarities: np.ndarray) -> dict[str, float]:
    best: dict[str, float] = {}
    for sentence, similarity in zip(found.sentences, similarities, strict=True):
        best[sentence.passage_id] = max(best.get(sentence.passage_id, 0.0), float(similarity))
    return best


def _tenths(cosine: float) -> float:
    return (float(cosine) - 0.85) * 10
