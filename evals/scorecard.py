"""The scorecard of the README: what was measured, on what, and where Quoth does badly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.commands.printing import fraction, number
from evals.controls.planting import WITHOUT_GOLD
from evals.regressions import UNCHANGED
from evals.saved import SavedCase, SavedControl, SavedRun
from ingest.errors import QuothError

SCORED_SETS = ("dev", "samples", "samples-held-out", "real")
SCORED_RATES = (
    "recall@5",
    "recall@10",
    "nDCG@10",
    "evidence hit",
    "contains gold",
    "citation precision (gold)",
    "refusal precision",
    "refusal recall",
    "pointer validity (API)",
    "quotes verbatim",
    "citation recall (ALCE)",
    "same evidence as rewritten",
    "same evidence in both languages",
)
SCORED_FIGURES = (
    "area under risk-coverage (AURC)",
    "confidence AUC (ROC)",
    "calibration error of confidence (ECE)",
)
BEGIN = "<!-- scorecard: written by `quoth evals scorecard --write README.md` -->"
END = "<!-- end of scorecard -->"
WEAKEST_SHOWN = 8
MIN_CASES = 5


@dataclass(frozen=True, slots=True)
class _Group:
    """The cases of one kind in one set and how many went right."""

    set: str
    kind: str
    right: int
    count: int


def render_scorecard(runs: Sequence[SavedRun]) -> str:
    """Write the scorecard as Markdown."""
    first = runs[0]
    made = f"Quoth {first.version}, commit {first.commit or 'unknown'}, {first.made[:10]}"
    machine = f"{first.machine['platform']}, {first.machine['cores']} cores, Python {first.machine['python']}"
    settings = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in first.settings.items())
    parts = [
        f"Measured by `quoth evals scorecard`: {made}; {machine}; {settings}.",
        "\n".join(_table(runs)),
        "Where it does badly (kinds of questions with the smallest share of right outcomes):",
        "\n".join(f"- {group.kind}, {group.set}: {group.right} of {group.count}" for group in weakest_groups(runs)),
        "Negative controls, planted in right answers (`quoth evals controls`): caught / planted. What is caught only\n"
        "by comparison with the right answer is told apart:",
        "\n".join(_controls(first.controls)),
    ]
    return "\n\n".join(parts)


def weakest_groups(runs: Iterable[SavedRun]) -> list[_Group]:
    """Return the kinds of questions, by set, that went wrong most; small groups are left out."""
    groups = []
    for run in runs:
        kinds: dict[str, list[SavedCase]] = {}
        for case in run.cases:
            kinds.setdefault(f"{case.kind}: {case.refusal}" if case.refusal else case.kind, []).append(case)
        groups += [_Group(run.set, kind, sum(case.right for case in of), len(of)) for kind, of in sorted(kinds.items())]
    counted = [group for group in groups if group.count >= MIN_CASES]
    return sorted(counted, key=lambda group: group.right / group.count)[:WEAKEST_SHOWN]


def write_scorecard(text: str, path: Path) -> None:
    """Put the scorecard between its marks; raises QuothError when the file does not have them."""
    before, found, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise QuothError(f"{path} does not hold the marks of a scorecard. Add the lines {BEGIN} and {END}.")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _table(runs: Sequence[SavedRun]) -> list[str]:
    heads = [f"{run.set} ({len(run.cases)}{', **held out**' if run.held_out else ''})" for run in runs]
    rows = [["", *heads], ["---", *("---" for _ in runs)]]
    for name in SCORED_RATES:
        rates = [run.rate(name) for run in runs]
        cells = [f"{number(rate.value)} ({fraction(rate)})" if rate.denominator else "-" for rate in rates]
        rows.append([name, *cells])
    for name in SCORED_FIGURES:
        figures = [{figure.name: figure for figure in run.figures}[name] for run in runs]
        rows.append([name, *(number(figure.value) for figure in figures)])
    speeds = [f"{run.speed.median_seconds:.2f}, {run.speed.p95_seconds:.2f}" for run in runs]
    rows.append(["seconds an answer, median and p95", *speeds])
    return [f"| {' | '.join(row)} |" for row in rows]


def _controls(controls: Sequence[SavedControl]) -> list[str]:
    lines = ["| planted | in a quotation | in a paraphrase | in a refusal |", "|---|---|---|---|"]
    kinds = dict.fromkeys(control.kind for control in controls)
    counts = {(control.kind, control.claim_kind): _caught(control) for control in controls}
    for kind in kinds:
        label = "nothing (false alarms)" if kind == UNCHANGED else kind
        cells = [counts.get((kind, claim_kind), "-") for claim_kind in ("quotation", "paraphrase", "refusal")]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def _caught(control: SavedControl) -> str:
    without = control.caught_by.get(WITHOUT_GOLD, control.caught)
    apart = "" if without == control.caught else f" ({without} without gold)"
    return f"{control.caught}/{control.planted}{apart}"
