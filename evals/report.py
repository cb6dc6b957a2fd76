"""Print the rates of a run and save them with settings and commit."""

import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.metrics import all_rates, evidence_hit, grouped, seconds
from evals.types import Outcome, Rate
from retriever.types import to_json


def print_report(name: str, outcomes: Sequence[Outcome], console: Console, *, failures: bool = False) -> None:
    """Print every rate with its denominator, in all and by kind and language."""
    table = Table(title=f"{name}: {len(outcomes)} questions")
    for column in ("rate", "value", "of", "95 % interval"):
        table.add_column(column, justify="left" if column == "rate" else "right")
    for item in all_rates(outcomes):
        table.add_row(
            item.name, _value(item), f"{item.numerator:g}/{item.denominator}", f"{item.low:.2f}-{item.high:.2f}"
        )
    times = seconds(outcomes)
    table.add_row("seconds an answer", f"{times['median']:.3f}", "median", f"p95 {times['p95']:.3f}")
    console.print(table)
    console.print(_by_group("kind", grouped(outcomes, lambda outcome: outcome.case.kind)))
    console.print(_by_group("language", grouped(outcomes, lambda outcome: outcome.case.language)))
    if failures:
        _print_failures(outcomes, console)


def _by_group(title: str, groups: dict[str, list[Outcome]]) -> Table:
    names = ("retrieval recall@1", "retrieval recall@5", "evidence hit", "answer contains gold", "refusal recall")
    table = Table(title=f"by {title}")
    for column in (title, "questions", "answered", *names):
        table.add_column(column, justify="left" if column == title else "right")
    for group, outcomes in groups.items():
        rates = {item.name: item for item in all_rates(outcomes)}
        answered = sum(outcome.status != "refused" for outcome in outcomes)
        cells = [f"{rates[name].numerator:g}/{rates[name].denominator}" for name in names]
        table.add_row(group, str(len(outcomes)), str(answered), *cells)
    return table


def _print_failures(outcomes: Sequence[Outcome], console: Console) -> None:
    for outcome in outcomes:
        right = bool(evidence_hit(outcome)) if outcome.case.answerable else outcome.status == "refused"
        if not right:
            console.print(
                f"\n{outcome.case.id} ({outcome.case.kind}) {outcome.case.question}", markup=False, style="bold"
            )
            console.print(
                f"{outcome.status} {outcome.reason or ''} {outcome.confidence:.2f}\n{outcome.text}", markup=False
            )


def _value(item: Rate) -> str:
    return "-" if item.value is None else f"{item.value:.3f}"


def save_report(name: str, outcomes: Sequence[Outcome], settings: dict[str, object], folder: Path) -> Path:
    """Save a run as JSON; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    made = datetime.now(UTC)
    report = {
        "set": name,
        "made": made.isoformat(timespec="seconds"),
        "version": version("quoth"),
        "commit": _commit(),
        "machine": {"platform": platform.platform(), "python": platform.python_version()},
        "settings": settings,
        "rates": [asdict(item) | {"value": item.value} for item in all_rates(outcomes)],
        "seconds": seconds(outcomes),
        "outcomes": to_json(list(outcomes)),
    }
    path = folder / f"{name}-{made:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _commit() -> str | None:
    """Return the commit of the project this runs from, None outside a checkout."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
