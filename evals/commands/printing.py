"""What the commands write to the terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from evals.controls.prose_gate import RIGHT, GateCount
from evals.public.claims import Judged
from evals.report.comparison import Comparison
from evals.report.prose import prose_table
from evals.saved import SavedCase, SavedControl, SavedRun
from evals.sheet import SheetScore
from evals.types import Figure, Rate


def print_run(run: SavedRun, console: Console, *, failures: bool = False) -> None:
    """Print every rate of a run with its denominator and interval, and what went wrong on demand."""
    console.print(_rates(run))
    if run.prose:
        console.print(_prose(run))
    if run.variants:
        console.print(_variants(run))
    if failures and run.held_out:
        console.print(f"{run.set} is held out: what failed is not shown, so that nobody tunes on it", markup=False)
    elif failures:
        for case in run.cases:
            if not case.right:
                _print_failure(case, console)


def print_controls(controls: Sequence[SavedControl], console: Console) -> None:
    """Print how many planted corruptions of each kind were caught, and by which check."""
    table = _table("negative controls", "planted", "in a", "caught", "by")
    for control in controls:
        checks = ", ".join(f"{check} {count}" for check, count in control.caught_by.items() if count) or "nothing"
        table.add_row(control.kind, control.claim_kind, f"{control.caught}/{control.planted}", checks)
    console.print(table)


def print_gate_counts(counts: Sequence[GateCount], console: Console) -> None:
    """Print how many claims passed the gate on prose, by what was made wrong in them."""
    table = _table("claims before the gate on prose", "made wrong", "passed", "across languages passed")
    for kind in dict.fromkeys(one.kind for one in counts):
        of_kind = {one.across: f"{one.passed}/{one.tried}" for one in counts if one.kind == kind}
        table.add_row(kind, of_kind.get(False, "-"), of_kind.get(True, "-"))
    console.print(table)
    right = [one for one in counts if one.kind == RIGHT]
    wrong = [one for one in counts if one.kind != RIGHT]
    passed, held_back = sum(one.passed for one in right), sum(one.tried - one.passed for one in wrong)
    console.print(
        f"right claims passed: {passed}/{sum(one.tried for one in right)}; "
        f"wrong ones held back: {held_back}/{sum(one.tried for one in wrong)}",
        markup=False,
    )


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print the paired differences of two runs."""
    for warning in comparison.warnings:
        console.print(f"note: {warning}", markup=False)
    columns = ("cases", "before", "after", "difference", "95 %", "better", "worse", "p")
    table = _table("paired differences", "measure", *columns)
    for one in comparison.metrics:
        if one.difference is not None:
            shares = (number(one.before), number(one.after), f"{one.difference:+.3f}")
            bounds = f"{one.low:+.3f} to {one.high:+.3f}"
            table.add_row(one.name, str(one.cases), *shares, bounds, str(one.better), str(one.worse), f"{one.p:.3f}")
    console.print(table)


def print_judged(judged: Mapping[str, Judged], console: Console) -> None:
    """Print how a verifier of claims did on each set."""
    first = next(iter(judged.values()))
    columns = [one.name for one in (*first.rates, *first.figures)]
    table = _table("pairs of evidence and claim", "set", *columns)
    for name, of in judged.items():
        rates = [f"{number(rate.value)} ({fraction(rate)})" for rate in of.rates]
        table.add_row(name, *rates, *(number(figure.value) for figure in of.figures))
    console.print(table)


def print_sheet_score(score: SheetScore, console: Console) -> None:
    """Print what the labels of a sheet say of the gate."""
    table = _table("sentences labelled by hand", "sentences", "value", "of", "95 % interval (Wilson)")
    for rate in (score.shown, score.dropped):
        table.add_row(rate.name, number(rate.value), fraction(rate), interval(rate))
    console.print(table)


def number(value: float | None) -> str:
    """Write a share or a figure with three places, "-" when there is none."""
    return "-" if value is None else f"{value:.3f}"


def fraction(rate: Rate) -> str:
    """Write numerator and denominator."""
    return f"{round(rate.numerator, 2):g}/{rate.denominator}"


def interval(measured: Rate | Figure) -> str:
    """Write a 95 % interval."""
    return "-" if measured.value is None else f"{measured.low:.3f}-{measured.high:.3f}"


def _rates(run: SavedRun) -> Table:
    table = _table(f"{run.set}: {len(run.cases)} questions to {run.system}", "measure", "value", "of", "95 % interval")
    section = ""
    for rate in run.rates:
        if rate.section != section:
            section = rate.section
            table.add_section()
        table.add_row(rate.name, number(rate.value), fraction(rate), interval(rate))
    table.add_section()
    for figure in run.figures:
        table.add_row(figure.name, number(figure.value), f"over {figure.count}", interval(figure))
    times = run.speed
    table.add_row("seconds an answer", f"{times.median_seconds:.3f}", "median", f"p95 {times.p95_seconds:.3f}")
    table.add_row("peak memory, MB", f"{times.peak_memory_mb:.0f}", "", "")
    return table


def _prose(run: SavedRun) -> Table:
    prose = prose_table(run)
    table = _table(prose.caption, *prose.columns)
    for part in prose.parts:
        table.add_section()
        table.add_row(part.heading, style="bold")
        for row in part.rows:
            table.add_row(*(cell.text for cell in row))
    return table


def _variants(run: SavedRun) -> Table:
    names = [rate.name for rate in run.variants[0].rates]
    table = _table("baselines and ablations", "variant", *names)
    for variant in run.variants:
        rates = {rate.name: rate for rate in variant.rates}
        cells = [f"{number(rates[name].value)}\n{fraction(rates[name])}" for name in names]
        table.add_row(variant.name, *cells)
    return table


def _print_failure(case: SavedCase, console: Console) -> None:
    console.print(f"\n{case.id} ({case.kind}) {case.question}", markup=False, style="bold")
    gold = "; ".join(case.answers) or ("refuse" if not case.gold else "")
    told = case.error or f"{case.status} {case.reason or ''} {number(case.confidence)}"
    console.print(f"wanted: {gold}\n{told}\n{case.text}", markup=False)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title)
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table
