"""Measures over plain numbers that several evals share."""

import math
from collections.abc import Sequence

import numpy as np

BINS = 10


def balanced_accuracy(wanted: Sequence[int], given: Sequence[int]) -> float:
    """Return the mean share of right ones over the classes that occur: K. H. Brodersen et al., ICPR 2010."""
    right, said = np.asarray(wanted), np.asarray(given)
    shares = [np.mean(said[right == label] == label) for label in np.unique(right)]
    return float(np.mean(shares)) if shares else math.nan


def area_under_curve(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return how often a positive scores above a negative, ties counting half; nan where either is missing.

    J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29-36.
    """
    from scipy.stats import rankdata

    flags = np.asarray(positive, bool)
    count, others = int(flags.sum()), int((~flags).sum())
    if not count or not others:
        return math.nan
    return float((rankdata(scores)[flags].sum() - count * (count + 1) / 2) / (count * others))


def calibration_error(
    probabilities: Sequence[float], true: Sequence[bool], *, weights: Sequence[float] | None = None
) -> float:
    """Return the expected calibration error over bins of equal width: M. P. Naeini et al., AAAI 2015."""
    said, weight = np.asarray(probabilities, float), np.ones(len(probabilities)) if weights is None else weights
    if not len(said):
        return math.nan
    gaps = np.bincount(bins_of(said), weights=weight * (said - np.asarray(true, float)), minlength=BINS)
    return float(np.abs(gaps).sum() / np.sum(weight))


def bins_of(probabilities: np.ndarray) -> np.ndarray:
    """Return the bin of each probability; an edge belongs to the bin below it."""
    return np.searchsorted(np.arange(1, BINS) / BINS, probabilities)
