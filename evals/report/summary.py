"""A run as a short Markdown summary."""

import re
from collections.abc import Iterable, Sequence

from evals.report.cases import HELD_OUT
from evals.report.changes import changed_counts_table, changes_table, figure_changes_table, remarks
from evals.report.comparison import Comparison, compare
from evals.report.controls import blind_spots, controls_table
from evals.report.groups import failures_table, grouped, groups_tables, right_rate
from evals.report.prose import BESIDE, prose_table
from evals.report.tables import (
    NOTHING,
    Cell,
    Table,
    facts,
    figures_table,
    interval,
    rate_in_words,
    rates_table,
    variants_table,
)
from evals.saved import SavedCase, SavedRun
from ui.markup import invisible

WORST_SHOWN = 3
NO_CASES = "The run has no cases."


def render_summary(run: SavedRun, *, before: SavedRun | None = None, extractive: SavedRun | None = None) -> str:
    """Return the report of a run in Markdown, with what changed since an earlier run where one is given.

    A run with prose may be put beside the `extractive` answers to the same questions.
    """
    parts = [
        f"# Quoth evals: {escaped(run.set)}",
        _headline(run),
        _list(f"{name}: {value}" for name, value in facts(run).items()),
        *([f"## What changed\n\n{render_comparison(compare(before, run))}"] if before else []),
        *([f"## {BESIDE}\n\n{render_comparison(compare(extractive, run))}"] if extractive else []),
        f"## Rates\n\n{_tables(rates_table(run), figures_table(run))}",
        *([f"## Prose\n\n{_tables(prose_table(run))}"] if run.prose else []),
        f"## By kind, language and sort of refusal\n\n{_groups(run)}",
        f"## Negative controls\n\n{_controls(run)}",
        f"## Baselines and ablations\n\n{_tables(variants_table(run), nothing='This run has no variants.')}",
        f"## Cases that went wrong\n\n{_failures(run)}",
    ]
    return "\n\n".join(parts) + "\n"


def render_comparison(comparison: Comparison) -> str:
    """Return two runs side by side in Markdown; the cases that changed are named unless they are held out."""
    parts = [
        escaped(f"Before: {comparison.before}. After: {comparison.after}. Pairs: {comparison.pairs}."),
        _list(remarks(comparison)),
        _tables(changes_table(comparison, moved_only=True), nothing="No rate moved."),
        _tables(figure_changes_table(comparison)),
        _tables(changed_counts_table(comparison), nothing="No case became right or wrong."),
    ]
    if not comparison.held_out:
        parts += [
            _named("Became wrong", comparison.became_wrong),
            _named("Became right", comparison.became_right),
        ]
    return "\n\n".join(part for part in parts if part)


def escaped(text: str) -> str:
    """Escape what means something to Markdown or HTML, on one line; characters that do not show are named."""
    plain = "".join(f"U+{ord(one):04X}" if invisible(one) else one for one in " ".join(text.split()))
    plain = re.sub(r"([\\`*_\[\]|~#])", r"\\\1", plain)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _headline(run: SavedRun) -> str:
    right, errors = right_rate(run.cases), sum(bool(case.error) for case in run.cases)
    if not right.denominator:
        return NO_CASES
    words = f"Right: **{rate_in_words(right)}**, 95 % interval {interval(right.low, right.high)} (Wilson)."
    return f"{words} Cases that ended in an error: {errors}."


def _groups(run: SavedRun) -> str:
    if not run.cases:
        return NO_CASES
    return "\n\n".join([_worst(run), *(_table(table) for table in groups_tables(run))])


def _worst(run: SavedRun) -> str:
    """Name the kinds with the smallest share of right cases."""
    rates = [right_rate(cases, kind) for kind, cases in grouped(run.cases, lambda case: case.kind).items()]
    worst = sorted(rates, key=lambda one: (one.value or 0.0, one.name))[:WORST_SHOWN]
    return "Worst kinds: " + "; ".join(f"{escaped(one.name)} {rate_in_words(one)} right" for one in worst) + "."


def _controls(run: SavedRun) -> str:
    if not run.controls:
        return "This run planted no corruptions."
    return "\n\n".join([*map(escaped, blind_spots(run)), _tables(controls_table(run))])


def _failures(run: SavedRun) -> str:
    if not run.cases:
        return NO_CASES
    counts = _tables(failures_table(run))
    return f"{HELD_OUT}\n\n{counts}" if run.held_out else counts


def _named(heading: str, cases: Sequence[SavedCase]) -> str:
    return f"{heading}: {', '.join(escaped(case.id) for case in cases)}." if cases else ""


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(line)}" for line in lines)


def _tables(*tables: Table, nothing: str = "The run has nothing to show here.") -> str:
    return "\n\n".join(_table(table) for table in tables if not table.empty) or nothing


def _table(table: Table) -> str:
    align = ["---" if at in table.words else "---:" for at in range(len(table.columns))]
    lines = [_row(escaped(name) for name in table.columns), _row(align)]
    for part in table.parts:
        if part.heading:
            lines.append(_row([f"**{escaped(part.heading)}**", *("" for _ in table.columns[1:])]))
        lines += [_row(_cell(cell) for cell in row) for row in part.rows]
    return f"{escaped(table.caption)}:\n\n" + "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = ", ".join(escaped(part) for part in (cell.text, cell.note) if part) or NOTHING
    return f"**{text}**" if cell.mark == "bad" else text
