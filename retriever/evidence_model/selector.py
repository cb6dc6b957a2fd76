"""The sentence selector at work: which sentences of each passage answer a question, and with which words."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ingest.types import Span
from retriever.evidence_model.pairs import PairTokenizer
from retriever.evidence_model.selector_network import SelectorNetwork, SentenceWindow, WindowMargins
from retriever.evidence_model.sentence_tokens import tokens_of_sentences
from retriever.evidence_model.spans import best_span
from retriever.evidence_model.types import PassageSelection, PassageText, SelectedSentence

LOWEST_SCORE = -50.0
"""Of a sentence of which no token was read."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sentence in one window: how many of its tokens stand there, and what the network says of it."""

    tokens: int
    selected: SelectedSentence


class TrainedSelector:
    """A `SentenceSelector`; any thread may call it, one thread works."""

    def __init__(self, network: SelectorNetwork, tokenizer: PairTokenizer, *, name: str) -> None:
        self.name = name
        self._network = network.eval()
        self._tokenizer = tokenizer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="selector")

    def select(self, question: str, passages: Sequence[PassageText]) -> list[PassageSelection]:
        """Read each passage for a question.

        A long passage is read in windows; a sentence has the score of the window that shows most of it.
        """
        return self._thread.submit(self._select, question, passages).result()

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a passage has."""
        return self._thread.submit(self._tokenizer.count, text).result()

    def _select(self, question: str, passages: Sequence[PassageText]) -> list[PassageSelection]:
        found: list[dict[int, _Seen]] = [{} for _ in passages]
        for scores in self._network.score(self._windows(question, passages)):
            owner = scores.window.owner
            for number, seen in _seen(scores, passages[owner].text):
                known = found[owner].get(number)
                if known is None or seen.tokens > known.tokens:
                    found[owner][number] = seen
        return [
            PassageSelection(tuple(_selected(seen.get(number), span) for number, span in enumerate(passage.sentences)))
            for passage, seen in zip(passages, found, strict=True)
        ]

    def _windows(self, question: str, passages: Sequence[PassageText]) -> list[SentenceWindow]:
        return [
            SentenceWindow(owner, pair, tokens_of_sentences(pair, passage.sentences))
            for owner, passage in enumerate(passages)
            for pair in self._tokenizer.reading_windows(question, passage.text)
        ]


def _seen(scores: WindowMargins, text: str) -> Iterator[tuple[int, _Seen]]:
    """Yield what a window says of each sentence of which it shows a word, with the number of the sentence."""
    window = scores.window
    for number in np.flatnonzero(window.inside.any(axis=1)).tolist():
        tokens = np.flatnonzero(window.inside[number])
        inside = slice(int(tokens[0]), int(tokens[-1]) + 1)
        offsets = window.pair.offsets[inside.start - window.pair.first : inside.stop - window.pair.first]
        start, end = scores.start[inside], scores.end[inside]
        best = best_span(start, end, offsets, text)
        if best is None:
            continue
        span, total = best
        certainty = float(total - _log_sum(start) - _log_sum(end))
        yield number, _Seen(len(tokens), SelectedSentence(float(scores.margins[number]), span, certainty))


def _selected(seen: _Seen | None, sentence: Span) -> SelectedSentence:
    return seen.selected if seen else SelectedSentence(LOWEST_SCORE, sentence, 0.0)


def _log_sum(logits: np.ndarray) -> float:
    most = logits.max()
    return float(most + np.log(np.exp(logits - most).sum()))
