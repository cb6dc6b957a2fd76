"""A run as one HTML page that needs nothing else: no script, no link to anywhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.report.cases import failing_cases
from evals.report.changes import changed_counts_table, changes_table, figure_changes_table, remarks
from evals.report.comparison import Comparison, compare, flattened
from evals.report.controls import blind_spots, controls_table
from evals.report.groups import failures_table, grouped, groups_tables, rate_of, right_rate
from evals.report.plots import bar_chart, reliability, risk_coverage, time_histogram
from evals.report.prose import BESIDE, prose_table
from evals.report.tables import (
    Cell,
    Table,
    TableRows,
    facts,
    figures_table,
    interval,
    rate_in_words,
    rates_table,
    variants_table,
)
from evals.saved import SavedCase, SavedRun
from evals.types import Curve, Rate
from ui.markup import Html, element, together

STYLE = Path(__file__).parent / "assets" / "report.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
CHARTED = ("recall@5", "evidence hit")


def render_page(run: SavedRun, *, before: SavedRun | None = None, extractive: SavedRun | None = None) -> str:
    """Return the report of a run as a page, with what changed since an earlier run where one is given.

    A run with prose may be put beside the `extractive` answers to the same questions.
    """
    sections: dict[str, Sequence[Html]] = {
        "This run": [_definitions(facts(run)), element("h3", "Settings"), _definitions(flattened(run.settings))],
        **({"What changed": _changes(compare(before, run))} if before else {}),
        **({BESIDE: _changes(compare(extractive, run))} if extractive else {}),
        "Rates": [_table(rates_table(run)), _table(figures_table(run), nothing="")],
        **({"Prose": [_table(prose_table(run))]} if run.prose else {}),
        "By kind, language and sort of refusal": [*map(_table, groups_tables(run))] or [_nothing()],
        "Plots": [_plots(run)],
        "Negative controls": _controls(run),
        "Baselines and ablations": [_table(variants_table(run), nothing="This run has no variants.")],
        "Cases that went wrong": [_table(failures_table(run), nothing=""), failing_cases(run)],
    }
    title = f"Quoth evals: {run.set}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("title", title),
        element("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    body = element(
        "body",
        element("header", element("h1", title), _headline(run), _contents(list(sections))),
        element("main", *(_section(heading, *content) for heading, content in sections.items())),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _section(heading: str, *content: Html) -> Html:
    return element("section", element("h2", heading, id=_anchor(heading)), *content)


def _anchor(heading: str) -> str:
    return heading.casefold().replace(",", "").replace(" ", "-")


def _contents(headings: Sequence[str]) -> Html:
    links = (element("li", element("a", heading, href=f"#{_anchor(heading)}")) for heading in headings)
    return element("nav", element("ul", *links), aria_label="Contents")


def _headline(run: SavedRun) -> Html:
    right, errors = right_rate(run.cases), sum(bool(case.error) for case in run.cases)
    if not right.denominator:
        return element("p", "The run has no cases.", class_="notice")
    words = f"Right: {rate_in_words(right)}, 95 % interval {interval(right.low, right.high)} (Wilson)."
    meaning = "A case is right when a cited span overlaps the gold evidence, or an unanswerable question was refused."
    failed = [element("p", f"Cases that ended in an error: {errors}.", class_="notice")] if errors else []
    return together((element("p", words, class_="headline"), *failed, element("p", meaning, class_="quiet")))


def _definitions(facts: Mapping[str, str]) -> Html:
    if not facts:
        return element("p", "none")
    rows = (element("div", element("dt", name), element("dd", value, dir="auto")) for name, value in facts.items())
    return element("dl", *rows, class_="facts")


def _plots(run: SavedRun) -> Html:
    plots = [
        *((f"{one.name} by kind", _by_kind(run, one)) for one in run.rates if one.name in CHARTED),
        ("right by kind", _by_kind(run, None)),
        *((curve.name, _curve(curve)) for curve in run.curves),
        ("time", time_histogram("time", run.speed.seconds)),
    ]
    drawn = [element("figure", plot, element("figcaption", title)) for title, plot in plots if plot]
    return element("div", *drawn, class_="plots") if drawn else _nothing()


def _by_kind(run: SavedRun, like: Rate | None) -> Html:
    """Draw a rate by kind, or the share that went right where none is given."""
    kinds = grouped(run.cases, lambda case: case.kind).items()
    rates = [rate_of(cases, like, kind) if like else right_rate(cases, kind) for kind, cases in kinds]
    return bar_chart(f"{like.name if like else 'right'} by kind", rates)


def _curve(curve: Curve) -> Html:
    return risk_coverage(curve) if "coverage" in curve.name else reliability(curve)


def _controls(run: SavedRun) -> list[Html]:
    if not run.controls:
        return [element("p", "This run planted no corruptions.")]
    legend = (
        "Right answers were made wrong on purpose, and every check was asked. The columns on the right count by check; "
        "one fault can be caught by several. A kind counts as missed when the checks speak no more often than they do "
        "over right answers (false alarms)."
    )
    spots = [element("p", spot, class_="notice") for spot in blind_spots(run)]
    return [element("p", legend), *spots, _table(controls_table(run))]


def _changes(comparison: Comparison) -> list[Html]:
    notices = [element("p", remark, class_="notice") for remark in remarks(comparison)]
    legend = (
        "Before and after are the rates of the whole runs. The difference, its bootstrap interval, and the exact sign "
        "test are over pairs; where these are not all cases, their means stand below it. A difference is marked where "
        "the interval leaves out zero and p is below 0.05; "
        f"of {len(comparison.metrics)} rates up to one in twenty does so by chance."
    )
    return [
        element("p", f"Before: {comparison.before}. After: {comparison.after}. Pairs: {comparison.pairs}."),
        *notices,
        element("p", legend),
        _table(changes_table(comparison)),
        _table(figure_changes_table(comparison)),
        *_changed_cases(comparison),
    ]


def _changed_cases(comparison: Comparison) -> list[Html]:
    counts = _table(changed_counts_table(comparison), nothing="No case became right or wrong.")
    if comparison.held_out:
        return [counts]
    return [
        counts,
        *_case_list("Cases that became wrong", comparison.became_wrong),
        *_case_list("Cases that became right", comparison.became_right),
    ]


def _case_list(heading: str, cases: Sequence[SavedCase]) -> list[Html]:
    if not cases:
        return []
    items = (
        element("li", element("bdi", case.question), " ", element("bdi", case.id, class_="quiet")) for case in cases
    )
    return [element("h3", f"{heading}: {len(cases)}"), element("ul", *items)]


def _nothing() -> Html:
    return element("p", "The run has nothing to show here.")


def _table(table: Table, *, nothing: str = "The run has nothing to show here.") -> Html:
    if table.empty:
        return element("p", nothing) if nothing else Html("")
    head = element(
        "tr", *(element("th", name, scope="col", class_=_column(table, at)) for at, name in enumerate(table.columns))
    )
    inner = element(
        "table",
        element("caption", table.caption),
        element("thead", head),
        *(_part(table, part) for part in table.parts),
    )
    return element("div", inner, class_="scroll", role="region", aria_label=table.caption, tabindex=0)


def _part(table: Table, part: TableRows) -> Html:
    heading = element("tr", element("th", part.heading, scope="rowgroup", colspan=len(table.columns), class_="part"))
    rows = (
        element(
            "tr",
            element("th", *_content(row[0]), scope="row"),
            *(element("td", *_content(cell), class_=f"{_column(table, at)} {cell.mark}".strip())
              for at, cell in enumerate(row[1:], start=1)),
        )
        for row in part.rows
    )  # fmt: skip
    return element("tbody", *([heading] if part.heading else []), *rows)


def _column(table: Table, at: int) -> str:
    return "words" if at in table.words else "number"


def _content(cell: Cell) -> list[str]:
    return [cell.text, element("small", cell.note)] if cell.note else [cell.text]
