"""Turn logits into probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become probabilities.

    That a passage answers: the logistic function of `bias + margin * margin_weight + relevance * relevance_weight`.
    Verdicts: logits over a temperature, one `within` a language and one `across` two.
    """

    margin_weight: float
    relevance_weight: float
    bias: float
    temperature: Mapping[str, float]
    threshold: float

    def answered(self, margins: Sequence[float], relevances: Sequence[float]) -> np.ndarray:
        """Return the probability of each reading that its passage answers."""
        weights = np.array([self.margin_weight, self.relevance_weight, self.bias])
        return logistic(answered_features(margins, relevances) @ weights)

    def verdicts(self, logits: np.ndarray, languages: Sequence[str]) -> np.ndarray:
        """Return the three probabilities of each claim; `languages` as in "nl>en", the claim's first."""
        heat = np.array([self.temperature[crossing(pair)] for pair in languages])
        return softmax(logits / heat[:, None])


def crossing(languages: str) -> str:
    """Tell whether a pair such as "nl>en" stays within a language."""
    first, _, second = languages.partition(">")
    return "within" if first == second else "across"


def answered_features(margins: Sequence[float], relevances: Sequence[float]) -> np.ndarray:
    """Return the three columns that the probability of an answer is made of."""
    return np.stack([np.maximum(margins, -50.0), np.asarray(relevances, float), np.ones(len(margins))], axis=1)


def logistic(values: np.ndarray) -> np.ndarray:
    """Return the logistic function of each value."""
    return 1 / (1 + np.exp(-np.clip(values, -50, 50)))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return each row as probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
