"""The command that measures the check of quotations: `quotations`."""

from statistics import quantiles
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.quotations.planting import COUNTS
from evals.quotations.scoring import SEED, run_quotations
from evals.sets import SAMPLES

MIN_RIGHT = 0.98


def quotations(
    *,
    seed: Annotated[int, typer.Option(help="Another number makes other quotations.")] = SEED,
    failures: Annotated[bool, typer.Option(help="Print what was said wrongly.")] = False,
) -> None:
    """Check 200 quotations of the sample texts, right ones and altered ones, among 1,000 passages; fails below 0.98."""
    checked = run_quotations(SAMPLES, seed=seed)
    table = Table("quotation", "right", "of")
    for kind in COUNTS:
        own = [one for one in checked if one.planted.kind == kind]
        table.add_row(kind, str(sum(one.fault is None for one in own)), str(len(own)))
    right = sum(one.fault is None for one in checked)
    table.add_row("all", str(right), str(len(checked)), style="bold")
    console = Console()
    console.print(table)
    cuts = quantiles([one.milliseconds for one in checked], n=20)
    console.print(f"milliseconds: p50 {cuts[9]:.0f}, p95 {cuts[18]:.0f}")
    for one in checked if failures else ():
        if one.fault:
            console.print(f"{one.planted.kind}: {one.fault}: {one.planted.text!r}", markup=False, highlight=False)
    if right < MIN_RIGHT * len(checked):
        raise typer.Exit(1)
