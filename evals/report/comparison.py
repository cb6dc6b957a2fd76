"""What changed between two runs: the same cases, side by side."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.rates import resampled
from evals.saved import SavedCase, SavedRun, Speed
from evals.types import Figure, Rate

SAME = 1e-9


@dataclass(frozen=True, slots=True)
class RateChange:
    """A metric over the cases that have a value for it in both runs; a case's value is the mean of its numbers.

    `low` and `high`: the 95 % interval of the difference. `better`, `worse`: cases whose value rose or fell; `p`: the
    chance of a split at least as uneven if both were equally likely. `unpaired`: cases with a value in one run only,
    which is why the runs' own rates, `rate_before` and `rate_after`, can move when no pair does.
    """

    name: str
    section: str
    cases: int
    before: float | None
    after: float | None
    low: float
    high: float
    better: int
    worse: int
    p: float
    unpaired: int
    rate_before: Rate | None
    rate_after: Rate | None

    @property
    def difference(self) -> float | None:
        """The mean after less the mean before, or None where no case has both."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of either run; None where a run does not have it."""

    name: str
    section: str
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `altered`: cases of one id that ask something else now, so they are in no pair.

    `held_out`: one of the runs is over questions that nobody may look at; show counts only.
    """

    before: str
    after: str
    held_out: bool
    warnings: tuple[str, ...]
    pairs: int
    metrics: tuple[RateChange, ...]
    figures: tuple[FigureChange, ...]
    speed_before: Speed
    speed_after: Speed
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    altered: tuple[str, ...]
    became_right: tuple[SavedCase, ...]
    became_wrong: tuple[SavedCase, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    before: SavedCase
    after: SavedCase


def compare(before: SavedRun, after: SavedRun) -> Comparison:
    """Compare two runs case by case; what makes them hard to compare is in `warnings`."""
    earlier = {case.id: case for case in before.cases}
    later = {case.id: case for case in after.cases}
    shared = [_Pair(earlier[case_id], later[case_id]) for case_id in sorted(earlier.keys() & later.keys())]
    altered = tuple(pair.after.id for pair in shared if not _asks_the_same(pair))
    pairs = [pair for pair in shared if pair.after.id not in altered]
    return Comparison(
        before=_label(before),
        after=_label(after),
        held_out=before.held_out or after.held_out,
        warnings=tuple(_warnings(before, after, pairs=len(pairs), altered=len(altered))),
        pairs=len(pairs),
        metrics=_rate_changes(before, after, pairs),
        figures=_figure_changes(before, after),
        speed_before=before.speed,
        speed_after=after.speed,
        only_before=tuple(sorted(earlier.keys() - later.keys())),
        only_after=tuple(sorted(later.keys() - earlier.keys())),
        altered=altered,
        became_right=tuple(pair.after for pair in pairs if pair.after.right and not pair.before.right),
        became_wrong=tuple(pair.after for pair in pairs if pair.before.right and not pair.after.right),
    )


def paired_interval(differences: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean difference, resampling cases; (-1, 1) for no case.

    The paired bootstrap: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; for the
    comparison of two systems over the same items P. Koehn, EMNLP 2004, 388-395. The seed is fixed.
    """
    if not differences:
        return -1.0, 1.0
    means = np.array(differences)[resampled(len(differences))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def sign_test(better: int, worse: int) -> float:
    """Return the exact two-sided p of a split; cases that did not change are left out.

    W. J. Dixon and A. M. Mood, The Statistical Sign Test, JASA 41 (1946) 557-566.
    """
    count = better + worse
    tail = sum(math.comb(count, k) for k in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / 2**count)


def flattened(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return settings as one line each; a setting within a setting gets a dotted name."""
    lines: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            lines |= flattened(value, f"{prefix}{name}.")
        else:
            lines[f"{prefix}{name}"] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return lines


def _label(run: SavedRun) -> str:
    return f"{run.system}, {run.set}, {run.commit or 'no commit'}, {run.made}"


def _asks_the_same(pair: _Pair) -> bool:
    fields = ("question", "history", "answers", "gold", "refusal")
    return all(getattr(pair.before, name) == getattr(pair.after, name) for name in fields)


def _warnings(before: SavedRun, after: SavedRun, *, pairs: int, altered: int) -> Iterator[str]:
    if before.set != after.set:
        yield f"The question sets differ: {before.set} before, {after.set} after."
    if before.system != after.system:
        yield f"The systems differ: {before.system} before, {after.system} after."
    if altered:
        yield (
            f"Cases with the same id but another question, history, right answer or text: {altered}. "
            "They are left out of the pairs."
        )
    if not pairs:
        yield "The runs have no case in common: nothing can be compared."
    yield from _differences("Settings", before.settings, after.settings)
    yield from _differences("Machines", before.machine, after.machine)


def _differences(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old, new = flattened(before), flattened(after)
    changed = [
        f"{name} ({old.get(name, 'not set')} before, {new.get(name, 'not set')} after)"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    if changed:
        yield f"{what} differ: {'; '.join(changed)}."


def _rate_changes(before: SavedRun, after: SavedRun, pairs: Sequence[_Pair]) -> tuple[RateChange, ...]:
    old = {rate.name: rate for rate in before.rates}
    new = {rate.name: rate for rate in after.rates}
    return tuple(_rate_change(rate, old.get(name), new.get(name), pairs) for name, rate in (new | old).items())


def _rate_change(either: Rate, before: Rate | None, after: Rate | None, pairs: Sequence[_Pair]) -> RateChange:
    values = [(_value(pair.before, either.name), _value(pair.after, either.name)) for pair in pairs]
    both = [(old, new) for old, new in values if old is not None and new is not None]
    differences = [new - old for old, new in both]
    low, high = paired_interval(differences)
    better = sum(difference > SAME for difference in differences)
    worse = sum(difference < -SAME for difference in differences)
    return RateChange(
        name=either.name,
        section=either.section,
        cases=len(both),
        before=_mean([old for old, _ in both]),
        after=_mean([new for _, new in both]),
        low=low,
        high=high,
        better=better,
        worse=worse,
        p=sign_test(better, worse),
        unpaired=sum((old is None) != (new is None) for old, new in values),
        rate_before=before,
        rate_after=after,
    )


def _value(case: SavedCase, name: str) -> float | None:
    return _mean(case.values.get(name, ()))


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _figure_changes(before: SavedRun, after: SavedRun) -> tuple[FigureChange, ...]:
    old = {figure.name: figure for figure in before.figures}
    new = {figure.name: figure for figure in after.figures}
    return tuple(
        FigureChange(name, figure.section, old.get(name), new.get(name)) for name, figure in (new | old).items()
    )
