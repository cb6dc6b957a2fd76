"""Measures of reading, refusing, verifying and ranking; plain functions over plain numbers."""

import math
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

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
    return max(_f1(answer_tokens(said), answer_tokens(answer)) for answer in answers)


def _f1(said: list[str], wanted: list[str]) -> float:
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted)) if shared else 0.0


def balanced_accuracy(wanted: Sequence[int], given: Sequence[int]) -> float:
    """Return the mean share of right ones over the classes that occur."""
    right, said = np.asarray(wanted), np.asarray(given)
    shares = [np.mean(said[right == label] == label) for label in np.unique(right)]
    return float(np.mean(shares)) if shares else math.nan


def area_under_curve(positive: Sequence[bool], scores: Sequence[float]) -> float:
    """Return how often a positive scores above a negative; ties count half."""
    flags = np.asarray(positive, bool)
    count = int(flags.sum())
    if count in (0, len(flags)):
        return math.nan
    values, places = np.unique(np.asarray(scores, float), return_inverse=True)
    sizes = np.bincount(places, minlength=len(values))
    ranks = np.cumsum(sizes) - (sizes - 1) / 2
    return float((ranks[places][flags].sum() - count * (count + 1) / 2) / (count * (len(flags) - count)))


def calibration_error(
    probabilities: Sequence[float], true: Sequence[bool], *, bins: int = 10, weights: Sequence[float] | None = None
) -> float:
    """Return the expected calibration error over bins of equal width."""
    found = reliability(probabilities, true, bins=bins, weights=weights)
    return sum(row.share * abs(row.said - row.true) for row in found) if found else math.nan


def reliability(
    probabilities: Sequence[float], true: Sequence[bool], *, bins: int = 10, weights: Sequence[float] | None = None
) -> list[ReliabilityBin]:
    """Return the bins of equal width that hold any."""
    said, was = np.asarray(probabilities, float), np.asarray(true, float)
    weight = np.ones(len(said)) if weights is None else np.asarray(weights, float)
    places = np.minimum((said * bins).astype(int), bins - 1)
    rows = [places == place for place in range(bins)]
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
