"""The tables that say what changed since an earlier run."""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from evals.report.comparison import Comparison, FigureChange, RateChange
from evals.report.groups import grouped
from evals.report.tables import NOTHING, Cell, Table, TableRows, rate_in_words, share, signed
from evals.saved import SavedCase
from evals.types import Rate

CLEAR_P = 0.05


def changes_table(comparison: Comparison, *, moved_only: bool = False) -> Table:
    """Return the rates before and after, with the difference over the cases that have a value in both runs."""
    shown = [change for change in comparison.metrics if _moved(change) or not moved_only]
    return Table(
        caption="Rates before and after; the difference is over the cases that have a value in both runs (paired)",
        columns=("Rate", "Before", "After", "Pairs", "Difference", "95 % interval", "Better", "Worse", "Sign test p"),
        parts=tuple(
            TableRows(section, tuple(_change_row(change) for change in changes))
            for section, changes in groupby(shown, key=lambda change: change.section)
        ),
    )


def figure_changes_table(comparison: Comparison) -> Table:
    """Return every number that is no share before and after, and the speed."""
    before, after = comparison.speed_before, comparison.speed_after
    speed = (
        ("median seconds", f"{before.median_seconds:.2f}", f"{after.median_seconds:.2f}"),
        ("95th percentile of seconds", f"{before.p95_seconds:.2f}", f"{after.p95_seconds:.2f}"),
        ("peak memory, MB", f"{before.peak_memory_mb:.0f}", f"{after.peak_memory_mb:.0f}"),
    )
    rows = tuple((Cell(name), Cell(old), Cell(new), Cell("lower")) for name, old, new in speed)
    return Table(
        caption="Other numbers before and after",
        columns=("Number", "Before", "After", "Better is"),
        parts=(TableRows("", (*(_figure_row(change) for change in comparison.figures), *rows)),),
        words=(0, 3),
    )


def changed_counts_table(comparison: Comparison) -> Table:
    """Return how many cases became right or wrong, by kind and language."""
    right = grouped(comparison.became_right, _kind_and_language)
    wrong = grouped(comparison.became_wrong, _kind_and_language)
    rows = tuple(
        (Cell(name), Cell(str(len(right.get(name, ())))), Cell(str(len(wrong.get(name, ())))))
        for name in sorted(right.keys() | wrong.keys())
    )
    return Table(
        "Cases that changed, by kind and language", ("Cases", "Became right", "Became wrong"), (TableRows("", rows),)
    )


def remarks(comparison: Comparison) -> list[str]:
    """Return what a reader must know before the numbers: all warnings, and cases that are in one run only."""
    return [
        *comparison.warnings,
        *_missing("before", "in this one", comparison.only_before, held_out=comparison.held_out),
        *_missing("in this run", "before", comparison.only_after, held_out=comparison.held_out),
    ]


def _missing(here: str, there: str, case_ids: Sequence[str], *, held_out: bool) -> list[str]:
    if not case_ids:
        return []
    named = "" if held_out else f": {', '.join(case_ids)}"
    return [f"Cases that were asked {here} and not {there}: {len(case_ids)}{named}."]


def _kind_and_language(case: SavedCase) -> str:
    return f"{case.kind}, {case.language}"


def _change_row(change: RateChange) -> tuple[Cell, ...]:
    whole = (Cell(_whole(change.rate_before)), Cell(_whole(change.rate_after)))
    pairs = Cell(str(change.cases), f"{change.unpaired} in one run only" if change.unpaired else "")
    if change.difference is None:
        return (Cell(change.name), *whole, pairs, *(Cell(NOTHING) for _ in range(5)))
    return (
        Cell(change.name),
        *whole,
        pairs,
        Cell(signed(change.difference), _over_pairs(change), _mark(change)),
        Cell(f"{signed(change.low)} to {signed(change.high)}"),
        Cell(str(change.better)),
        Cell(str(change.worse)),
        Cell(f"{change.p:.3f}" if change.p >= 0.001 else "< 0.001"),
    )


def _mark(change: RateChange) -> Literal["", "good", "bad"]:
    """Mark a difference that both interval and sign test tell from none: over few cases either alone is rash."""
    if change.p >= CLEAR_P:
        return ""
    return "good" if change.low > 0 else "bad" if change.high < 0 else ""


def _moved(change: RateChange) -> bool:
    """Tell whether a pair moved, or a run as a whole: what is measured on answers only moves with what is answered."""
    before, after = (
        (one.numerator, one.denominator) if one else None for one in (change.rate_before, change.rate_after)
    )
    return bool(change.better or change.worse) or before != after


def _over_pairs(change: RateChange) -> str:
    """Return both means over the pairs where they are not those of the whole runs."""
    whole = [share(one.value) if one else NOTHING for one in (change.rate_before, change.rate_after)]
    paired = [share(change.before), share(change.after)]
    return "" if whole == paired else f"{paired[0]} to {paired[1]}"


def _whole(one: Rate | None) -> str:
    return rate_in_words(one) if one else NOTHING


def _figure_row(change: FigureChange) -> tuple[Cell, ...]:
    either = change.after or change.before
    better = "lower" if either.lower_is_better else "higher"
    values = (figure.value if figure else None for figure in (change.before, change.after))
    return (Cell(change.name), *(Cell(share(value)) for value in values), Cell(better))
