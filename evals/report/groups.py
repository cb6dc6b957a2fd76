"""Rates over some of the cases of a run: by kind, by language, and those that went wrong."""

from collections.abc import Callable, Sequence

from evals.rates import rate, wilson_interval
from evals.report.tables import NOTHING, Cell, Table, TableRows, interval, main_rates, rate_in_words
from evals.saved import SavedCase, SavedRun
from evals.types import Metric, Rate

SAME_IN_A_GROUP = ("refusal precision",)
"""Rates that say nothing within a kind: all questions of a kind should be refused, or none."""


def right_rate(cases: Sequence[SavedCase], name: str = "right") -> Rate:
    """Return the share of the cases that went right."""
    right = sum(case.right for case in cases)
    return Rate(name, "cases", right, len(cases), *wilson_interval(right, len(cases)), "Wilson")


def grouped(cases: Sequence[SavedCase], key: Callable[[SavedCase], str | None]) -> dict[str, list[SavedCase]]:
    """Group cases in alphabetical order; a case without a key is in no group."""
    groups: dict[str, list[SavedCase]] = {}
    for case in cases:
        name = key(case)
        if name is not None:
            groups.setdefault(name, []).append(case)
    return dict(sorted(groups.items()))


def rate_of(cases: Sequence[SavedCase], like: Rate, name: str = "") -> Rate:
    """Return a rate of the run over some of its cases."""
    values = {case.id: case.values[like.name] for case in cases if like.name in case.values}
    return rate(Metric(name or like.name, like.section, lambda _: values), values)


def groups_tables(run: SavedRun) -> list[Table]:
    """Return the main rates by kind, by language and by sort of refusal, where there are any."""
    tables = (
        _groups_table(run, "The main rates by kind", "Kind", lambda case: case.kind),
        _groups_table(run, "The main rates by language", "Language", lambda case: case.language),
        _groups_table(run, "The main rates of unanswerable questions by sort", "Sort", lambda case: case.refusal),
    )
    return [table for table in tables if not table.empty]


def failing(cases: Sequence[SavedCase]) -> list[SavedCase]:
    """Return the cases that went wrong or ended in an error."""
    return [case for case in cases if case.error or not case.right]


def failures_table(run: SavedRun) -> Table:
    """Return how many cases of each kind and language went wrong."""
    languages = sorted({case.language for case in run.cases})
    rows = tuple(
        (
            Cell(kind),
            *(_failed([case for case in cases if case.language == language]) for language in languages),
            _failed(cases),
        )
        for kind, cases in grouped(run.cases, lambda case: case.kind).items()
    )
    return Table(
        "Cases that went wrong, by kind and language of the question",
        ("Kind", *languages, "all"),
        (TableRows("", rows),),
    )


def _groups_table(run: SavedRun, caption: str, first: str, key: Callable[[SavedCase], str | None]) -> Table:
    """Return the main rates by group of cases; a rate that no group has, or that a group gives away, is left out."""
    groups = grouped(run.cases, key)
    shown = [
        one
        for one in main_rates(run.rates)
        if one.name not in SAME_IN_A_GROUP and any(rate_of(cases, one).denominator for cases in groups.values())
    ]
    rows = tuple(
        (Cell(name), _rate_cell(right_rate(cases)), *(_rate_cell(rate_of(cases, one)) for one in shown))
        for name, cases in groups.items()
    )
    return Table(caption, (first, "right", *(one.name for one in shown)), (TableRows("", rows),))


def _rate_cell(one: Rate) -> Cell:
    return Cell(rate_in_words(one), interval(one.low, one.high) if one.denominator else "")


def _failed(cases: Sequence[SavedCase]) -> Cell:
    return Cell(f"{len(failing(cases))}/{len(cases)}" if cases else NOTHING)
