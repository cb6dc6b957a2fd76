"""The tables of a report as values, so that the page and the Markdown say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from evals.report.comparison import flattened
from evals.saved import SavedRun
from evals.scores import HEADLINES
from evals.types import Figure, Rate

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: a text, a smaller one below it, and whether it is good or bad news."""

    text: str
    note: str = ""
    mark: Literal["", "good", "bad", "zero"] = ""


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows under one heading; the first cell of a row names it."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the columns at the positions `words` hold words, the others numbers."""

    caption: str
    columns: tuple[str, ...]
    parts: tuple[TableRows, ...]
    words: tuple[int, ...] = (0,)

    @property
    def empty(self) -> bool:
        """Tell whether there is no row."""
        return not any(part.rows for part in self.parts)


def share(value: float | None) -> str:
    """Return a share with three decimals, or a dash."""
    return NOTHING if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """Return a difference with its sign and three decimals, or a dash."""
    if value is None:
        return NOTHING
    rounded = f"{abs(value):.3f}"
    sign = "" if float(rounded) == 0 else "+" if value > 0 else "\u2212"
    return sign + rounded


def fraction(one: Rate) -> str:
    """Return numerator and denominator; sums of shares keep one decimal."""
    whole = abs(one.numerator - round(one.numerator)) < 1e-9
    return f"{one.numerator:.{0 if whole else 1}f}/{one.denominator}"


def interval(low: float, high: float) -> str:
    """Return an interval of shares."""
    return f"{low:.3f}–{high:.3f}"


def rate_in_words(one: Rate) -> str:
    """Return the value with numerator and denominator, or a dash."""
    return f"{share(one.value)} ({fraction(one)})" if one.denominator else NOTHING


def main_rates(rates: Sequence[Rate]) -> list[Rate]:
    """Return the rates that a wide table shows: the headlines, or the first rates of a run without them."""
    return [one for one in rates if one.name in HEADLINES] or list(rates[: len(HEADLINES)])


def facts(run: SavedRun) -> dict[str, str]:
    """Return what a reader must know to place the numbers."""
    speed = run.speed
    return {
        "Question set": f"{run.set}, {'held out' if run.held_out else 'not held out'}",
        "Questions": str(len(run.cases)),
        "System": run.system,
        "Version": run.version,
        "Commit": run.commit or NOTHING,
        "Made": run.made,
        "Machine": "; ".join(f"{name} {value}" for name, value in flattened(run.machine).items()) or NOTHING,
        "Seconds an answer": f"median {speed.median_seconds:.2f}, 95th percentile {speed.p95_seconds:.2f}, "
        f"over {speed.questions} questions",
        "Peak memory": f"{speed.peak_memory_mb:.0f} MB",
    }


def rates_table(run: SavedRun) -> Table:
    """Return every rate, by section."""
    return Table(
        caption="Every rate with its numerator and denominator, and a 95 % interval",
        columns=("Rate", "Value", "Of", "95 % interval", "Method"),
        parts=tuple(
            TableRows(section, tuple(_rate_row(one) for one in rates))
            for section, rates in groupby(run.rates, key=lambda one: one.section)
        ),
        words=(0, 4),
    )


def figures_table(run: SavedRun) -> Table:
    """Return every number that is no share."""
    return Table(
        caption="Numbers that are no share, with a 95 % bootstrap interval",
        columns=("Number", "Value", "Over", "95 % interval", "Better is"),
        parts=(TableRows("", tuple(_figure_row(figure) for figure in run.figures)),),
        words=(0, 4),
    )


def variants_table(run: SavedRun) -> Table:
    """Return the main rates of every variant, each with its difference to the first variant."""
    first = run.variants[0].rates if run.variants else ()
    shown = main_rates(first)
    rows = tuple(
        (
            Cell(variant.name, variant.meaning),
            *(_variant_cell(variant.rates, one, difference=place > 0) for one in shown),
        )
        for place, variant in enumerate(run.variants)
    )
    return Table(
        caption="Baselines and ablations over the same cases; below each value its difference to the first row",
        columns=("Variant", *(one.name for one in shown)),
        parts=(TableRows("", rows),),
    )


def _rate_row(one: Rate) -> tuple[Cell, ...]:
    if not one.denominator:
        return (Cell(one.name), Cell(NOTHING), Cell("no case", mark="bad"), Cell(NOTHING), Cell(NOTHING))
    return (
        Cell(one.name),
        Cell(share(one.value)),
        Cell(fraction(one)),
        Cell(interval(one.low, one.high)),
        Cell(one.interval),
    )


def _figure_row(figure: Figure) -> tuple[Cell, ...]:
    limits = NOTHING if figure.value is None else interval(figure.low, figure.high)
    better = "lower" if figure.lower_is_better else "higher"
    return (Cell(figure.name), Cell(share(figure.value)), Cell(str(figure.count)), Cell(limits), Cell(better))


def _variant_cell(rates: Sequence[Rate], first: Rate, *, difference: bool) -> Cell:
    one = next((own for own in rates if own.name == first.name), None)
    if one is None or one.value is None:
        return Cell(NOTHING)
    compared = difference and first.value is not None
    return Cell(rate_in_words(one), signed(one.value - first.value) if compared else "")
