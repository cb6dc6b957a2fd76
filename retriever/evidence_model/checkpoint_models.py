"""Checkpoints that others trained, as readers of spans and verifiers of claims."""

from collections.abc import Mapping, Sequence

import numpy as np

from retriever.evidence_model.calibration import softmax
from retriever.evidence_model.pair_scoring import PairScorer, TextPair
from retriever.evidence_model.spans import LOWEST_MARGIN, best_spans_of_sentences, better, or_nothing
from retriever.evidence_model.types import (
    LABELS,
    ClaimPair,
    FoundSpan,
    Judgement,
    Label,
    PassageReading,
    PassageText,
)

UNKNOWN_RELEVANCE = 0.0


class SpanCheckpoint:
    """A `SpanReader` that marks the answer itself; it says nothing of relevance."""

    def __init__(self, scorer: PairScorer, *, name: str) -> None:
        self.name = name
        self._scorer = scorer

    def find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read each passage for a question; a long one in windows, of which the most certain counts."""
        spans: list[list[FoundSpan | None]] = [[None] * len(passage.sentences) for passage in passages]
        pairs = [TextPair(question, passage.text) for passage in passages]
        for scores in self._scorer.score(pairs, long_half=1):
            window, begin, end = scores.window, scores.begin, scores.end
            assert begin is not None and end is not None
            passage = passages[window.owner]
            inside = slice(window.start, window.start + len(window.offsets))
            # By custom the first token stands for "not here".
            found = best_spans_of_sentences(
                begin[inside],
                end[inside],
                float(begin[0] + end[0]),
                window.offsets,
                passage.text,
                passage.sentences,
            )
            spans[window.owner] = list(map(better, spans[window.owner], found))
        return [
            PassageReading(tuple(map(or_nothing, row, passage.sentences)), UNKNOWN_RELEVANCE)
            for row, passage in zip(spans, passages, strict=True)
        ]


class CrossEncoderCheckpoint:
    """A `SpanReader` that says how well a text fits a question: each sentence is a span as a whole."""

    def __init__(self, scorer: PairScorer, *, name: str) -> None:
        self.name = name
        self._scorer = scorer

    def find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Score every sentence and every passage; of a long one the window that fits best."""
        sentences = [passage.text[span.start : span.end] for passage in passages for span in passage.sentences]
        texts = [*sentences, *(passage.text for passage in passages)]
        best = [LOWEST_MARGIN] * len(texts)
        for scores in self._scorer.score([TextPair(question, text) for text in texts], long_half=1):
            assert scores.logits is not None
            owner = scores.window.owner
            best[owner] = max(best[owner], float(scores.logits[0]))
        margins, relevances = iter(best[: len(sentences)]), best[len(sentences) :]
        return [
            PassageReading(tuple(FoundSpan(span, next(margins)) for span in passage.sentences), relevance)
            for passage, relevance in zip(passages, relevances, strict=True)
        ]


class EntailmentCheckpoint:
    """A `Verifier` that was trained on entailment; `places` says which of its outputs mean what.

    Its probabilities are not calibrated. One that knows no contradiction refutes nothing.
    """

    def __init__(self, scorer: PairScorer, places: Mapping[Label, int], *, name: str) -> None:
        self.name = name
        self._scorer = scorer
        self._places = places

    def verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge each claim by its evidence; long evidence in windows, of which the one that says most decides."""
        judged: list[list[Judgement]] = [[] for _ in pairs]
        texts = [TextPair(pair.evidence, pair.claim) for pair in pairs]  # premise first, as such models are trained
        for scores in self._scorer.score(texts, long_half=0):
            assert scores.logits is not None
            judged[scores.window.owner].append(self._judgement(scores.logits))
        return [min(windows, key=lambda judgement: judgement.not_enough) for windows in judged]

    def _judgement(self, logits: np.ndarray) -> Judgement:
        probabilities = softmax(logits[None])[0]
        return Judgement(
            *(float(probabilities[self._places[label]]) if label in self._places else 0.0 for label in LABELS)
        )
