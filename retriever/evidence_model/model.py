"""The trained model at work: spans for the reader, judgements for the verifier."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from retriever.evidence_model.calibration import Calibration
from retriever.evidence_model.network import EvidenceNetwork
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.spans import best_spans_of_sentences, better, or_nothing
from retriever.evidence_model.types import ClaimPair, FoundSpan, Judgement, PassageReading, PassageText

READ_TOKENS = 384

Result = TypeVar("Result")


class EvidenceModel:
    """A `SpanReader` and a `Verifier` in one; any thread may call it, one thread works."""

    def __init__(
        self, network: EvidenceNetwork, tokenizer: PairTokenizer, calibration: Calibration, *, name: str
    ) -> None:
        self.name = name
        self._network = network.eval()
        self._tokenizer = tokenizer
        self._calibration = calibration
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="evidence-model")

    def find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """Read each passage for a question; a long one in windows, of which the most certain counts."""
        return self._alone(lambda: self._find_spans(question, passages))

    def verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        """Judge each claim by its evidence, with calibrated probabilities."""
        return self._alone(lambda: self._verify(pairs))

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a passage has."""
        return self._alone(lambda: self._tokenizer.count(text))

    def _alone(self, work: Callable[[], Result]) -> Result:
        return self._thread.submit(work).result()

    def _find_spans(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        windows, owners = [], []
        for number, passage in enumerate(passages):
            cut = self._tokenizer.reading_windows(question, passage.text)
            windows += cut
            owners += [number] * len(cut)
        spans: list[list[FoundSpan | None]] = [[None] * len(passage.sentences) for passage in passages]
        relevance = [float("-inf")] * len(passages)
        for row, scores in self._network.score(windows):
            owner, window = owners[row], windows[row]
            inside = slice(window.first, window.first + len(window.offsets))
            found = best_spans_of_sentences(
                scores.start[inside].numpy(),
                scores.end[inside].numpy(),
                float(scores.start[0] + scores.end[0]),
                window.offsets,
                passages[owner].text,
                passages[owner].sentences,
            )
            spans[owner] = list(map(better, spans[owner], found))
            relevance[owner] = max(relevance[owner], float(scores.relevant))
        return [
            PassageReading(tuple(map(or_nothing, row, passage.sentences)), score)
            for row, passage, score in zip(spans, passages, relevance, strict=True)
        ]

    def _verify(self, pairs: Sequence[ClaimPair]) -> list[Judgement]:
        tokens = [self._tokenizer.claim_pair(pair.claim, pair.evidence) for pair in pairs]
        logits = np.zeros((len(pairs), 3))
        for row, scores in self._network.score(tokens):
            logits[row] = scores.label.numpy()
        languages = [f"{pair.claim_language}>{pair.evidence_language}" for pair in pairs]
        return [Judgement(*map(float, row)) for row in self._calibration.verdicts(logits, languages)]
