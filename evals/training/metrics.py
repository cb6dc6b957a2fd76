"""Measures of reading, refusing, verifying and ranking; plain functions over plain numbers."""

import math
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures import BINS, bins_of
from evals.metrics.answers import token_f1 as shared_f1

# Thai, Japanese and Chinese do not part words by blanks: each character counts as a word, as in MLQA.
_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\s\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_ARTICLES = re.compile(r"\b(?:a|an|the|de|het|een)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "„“”‘’«»")


_SEED, _DRAWS = 20, 400

Figure = Callable[[np.ndarray], float]
"""A figure over the examples whose row numbers it is given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and its bootstrapped 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Probabilities near each other: how many, their share of the weight, their mean, and what share came true."""

    count: int
    share: float
    said: float
    true: float


def answer_tokens(text: str) -> list[str]:
    """Return the words that are compared: lower case, no punctuation, no articles."""
    return _TOKEN.findall(_ARTICLES.sub(" ", text.casefold().translate(_PUNCTUATION)))


def exact_match(said: str, answers: Sequence[str]) -> float:
    """Return 1 when what was said is one of the answers; no answers means that silence is right."""
    if not answers:
        return float(not said)
    return float(any(answer_tokens(said) == answer_tokens(answer) for answer in answers))


def token_f1(said: str, answers: Sequence[str]) -> float:
    """Return the F1 of the words with the answer that comes nearest; no answers means that silence is right."""
    if not answers:
        return float(not said)
    return max(shared_f1(answer_tokens(said), answer_tokens(answer)) for answer in answers)


def reliability(
    probabilities: Sequence[float], true: Sequence[bool], *, weights: Sequence[float]
) -> list[ReliabilityBin]:
    """Return the bins of equal width that hold any."""
    said, was, weight = (np.asarray(values, float) for values in (probabilities, true, weights))
    rows = [bins_of(said) == place for place in range(BINS)]
    return [
        ReliabilityBin(
            count=int(row.sum()),
            share=float(weight[row].sum() / weight.sum()),
            said=float(np.average(said[row], weights=weight[row])),
            true=float(np.average(was[row], weights=weight[row])),
        )
        for row in rows
        if row.any()
    ]


def gain_at_ten(order: Sequence[int], relevant: int) -> float:
    """Return nDCG@10 of an order with a single relevant item."""
    places = [place for place, item in enumerate(order[:10]) if item == relevant]
    return 1 / math.log2(places[0] + 2) if places else 0.0


def measure(figure: Figure, count: int) -> Measured:
    """Return a figure over rows 0 to `count`, and its interval."""
    return with_interval(figure(np.arange(count)), draws(figure, count)) if count else with_interval(math.nan, ())


def measure_mean(values: Sequence[float]) -> Measured:
    """Return a mean and its interval."""
    found = np.asarray(values, float)
    return measure(lambda rows: float(found[rows].mean()), len(found))


def draws(figure: Figure, count: int) -> np.ndarray:
    """Return the figure over rows drawn with replacement, many times."""
    random = np.random.default_rng(_SEED)
    return np.array([figure(random.integers(0, count, count)) for _ in range(_DRAWS)])


def with_interval(value: float, drawn: Sequence[float]) -> Measured:
    """Put beside a figure where 95 % of its draws lie; a draw that lacks a class says nothing."""
    known = np.asarray(drawn, float)
    known = known[~np.isnan(known)]
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (math.nan, math.nan)
    return Measured(float(value), float(low), float(high))
