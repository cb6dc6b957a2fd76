"""The blend: signs and networks weighed together to the probability that a sentence answers."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from retriever.reading.reader import Borders

SHIPPED = Path(__file__).parent / "blend.json"
MAX_LEAD = 5.0
USUAL_LEAD = 2.0
"""Of a sentence that stands alone: about the mean over the questions of the fit, as nothing is known."""

MAX_LOGIT = 30.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """The probability that each sentence of a question answers, and the confidence that one of them does."""

    probabilities: list[float]
    confidence: float


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights of what is known of a sentence, and how the sums become probabilities.

    Logistic functions (J. Platt, 1999) of what is known of the best sentence: `right` gives the probability that it
    answers, `present` that the texts do. The odds of the other sentences stand to those of the best as a softmax over
    the sums has it.
    """

    weights: Mapping[str, float]
    right: Mapping[str, float]
    present: Mapping[str, float]
    borders: Borders

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Read a blend."""
        return cls(fields["weights"], fields["right"], fields["present"], Borders(**fields["borders"]))

    def totals(self, features: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Weigh what is known of each sentence."""
        names = list(self.weights)
        rows = np.array([[one[name] for name in names] for one in features]).reshape(len(features), len(names))
        return rows @ np.array([self.weights[name] for name in names])

    def weigh(self, features: Sequence[Mapping[str, float]], passages: Sequence[str]) -> Weighed:
        """Turn what is known of all sentences of a question into probabilities; `passages` are their passages."""
        if not features:
            return Weighed([], 0.0)
        totals = self.totals(features)
        known = known_of_best(totals, features, passages)
        return Weighed(
            [_logistic(one) for one in _sum(self.right, known) + totals - totals.max()],
            _logistic(_sum(self.present, known)),
        )


def known_of_best(
    totals: np.ndarray, features: Sequence[Mapping[str, float]], passages: Sequence[str]
) -> dict[str, float]:
    """Return what is known of the best sentence, and how it stands to the others.

    `total`: its sum; `second`: how far that is above the next best; `lead`: above the best in another passage, where
    there is one; `share`: the logarithm of its share in a softmax over all. `likest`, `selected`: 1 when late
    interaction, or the network, would have put it first too; `selected_passage`: when the network's first is in its
    passage. `best_score`: the highest score that the network gave; `score_lead`: how far its own is above the others.
    """
    best = int(totals.argmax())
    scores, likeness = (np.array([one[name] for one in features]) for name in ("score", "likeness"))
    others = np.delete(totals, best)
    elsewhere = totals[[passage != passages[best] for passage in passages]]
    first = int(scores.argmax())
    return dict(features[best]) | {
        "bias": 1.0,
        "total": float(totals[best]),
        "second": _above(totals[best], others),
        "lead": _above(totals[best], elsewhere if len(elsewhere) else others),
        "share": -float(np.log(np.exp(totals - totals[best]).sum())),
        "likest": float(likeness.argmax() == best),
        "selected": float(first == best),
        "selected_passage": float(passages[first] == passages[best]),
        "best_score": float(scores[first]),
        "score_lead": _above(scores[best], np.delete(scores, best)),
    }


def _above(value: float, others: np.ndarray) -> float:
    """Return how far a value is above the highest of the others."""
    return min(float(value - others.max()), MAX_LEAD) if len(others) else USUAL_LEAD


def _sum(weights: Mapping[str, float], known: Mapping[str, float]) -> float:
    return sum(weight * known[name] for name, weight in weights.items())


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -MAX_LOGIT), MAX_LOGIT)))


@lru_cache(maxsize=1)
def shipped_blends() -> dict[str, Blend]:
    """Return the blends that come with Quoth: of the `signs` alone, with `spans`, and with the `selector`."""
    fields = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {name: Blend.from_json(one) for name, one in fields["blends"].items()}
