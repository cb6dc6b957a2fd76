"""Read and judge with a trained network, batch by length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.training.examples import ClaimExample, ReadingExample
from retriever.evidence_model.calibration import Calibration
from retriever.evidence_model.network import EvidenceNetwork, Scores
from retriever.evidence_model.pairs import Pair, PairTokenizer
from retriever.evidence_model.spans import best_span


@dataclass(frozen=True, slots=True)
class SpanReading:
    """The best span of a passage for a question.

    `margin` is how far its logits are above those of "not here", `relevance` the logit of the relevance head.
    """

    start: int
    end: int
    text: str
    margin: float
    relevance: float


class Predictor:
    """Holds a network that no longer learns and its tokenizer."""

    def __init__(self, network: EvidenceNetwork, tokenizer: PairTokenizer) -> None:
        self._network = network.eval()
        self._tokenizer = tokenizer

    def read(self, examples: Sequence[ReadingExample]) -> list[SpanReading]:
        """Find the best span of each passage; of several windows the most certain one counts."""
        pairs: list[Pair] = []
        owners: list[int] = []
        for number, example in enumerate(examples):
            for window in self._tokenizer.reading_windows(example.question, example.passage):
                pairs.append(window)
                owners.append(number)
        best: dict[int, SpanReading] = {}
        for row, scores in self._network.score(pairs):
            owner = owners[row]
            found = _read_window(pairs[row], scores, examples[owner].passage)
            best[owner] = found if owner not in best else _better(best[owner], found)
        return [best[number] for number in range(len(examples))]

    def judge(self, examples: Sequence[ClaimExample]) -> np.ndarray:
        """Return the three logits of each claim, in the order of LABELS."""
        pairs = [self._tokenizer.claim_pair(example.claim, example.evidence) for example in examples]
        logits = np.zeros((len(pairs), 3))
        for row, scores in self._network.score(pairs):
            logits[row] = scores.label.numpy()
        return logits

    def relevance(self, question: str, passages: Sequence[str]) -> np.ndarray:
        """Return the relevance logit of each passage, by its first window."""
        pairs = [self._tokenizer.reading_windows(question, passage)[0] for passage in passages]
        logits = np.zeros(len(pairs))
        for row, scores in self._network.score(pairs):
            logits[row] = float(scores.relevant)
        return logits


def answered(calibration: Calibration, readings: Sequence[SpanReading]) -> np.ndarray:
    """Return the probability of each reading that its passage answers."""
    return calibration.answered([reading.margin for reading in readings], [reading.relevance for reading in readings])


def _read_window(window: Pair, scores: Scores, passage: str) -> SpanReading:
    inside = slice(window.first, window.first + len(window.offsets))
    relevance = float(scores.relevant)
    nothing = float(scores.start[0] + scores.end[0])
    best = best_span(scores.start[inside].numpy(), scores.end[inside].numpy(), window.offsets, passage)
    if best is None:
        return SpanReading(0, 0, "", float("-inf"), relevance)
    span, total = best
    return SpanReading(span.start, span.end, passage[span.start : span.end], total - nothing, relevance)


def _better(left: SpanReading, right: SpanReading) -> SpanReading:
    chosen = left if left.margin >= right.margin else right
    relevance = max(left.relevance, right.relevance)
    return SpanReading(chosen.start, chosen.end, chosen.text, chosen.margin, relevance)
