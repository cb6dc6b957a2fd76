"""The commands that look at what was saved: `report`, `compare`, `export`, `adopt`, `verifier`."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.adopt import adopt_flagged
from evals.commands.printing import print_comparison, print_judged
from evals.exports.inspect_ai import to_inspect
from evals.exports.ragas import to_ragas
from evals.metrics.support import quoth_support
from evals.public.claims import load_pairs, measure_support
from evals.public.trained_on import trained_on
from evals.report.comparison import compare as compare_runs
from evals.report.page import render_page
from evals.report.summary import render_summary
from evals.results import RESULTS, extractive_run, latest_runs, read_run, run_before, saved_runs
from evals.sets import DATA
from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from retriever.evidence_model.evidence_models import load_evidence_models
from retriever.settings import Settings

EXPORTS = {"ragas": to_ragas, "inspect": to_inspect}


def report(
    runs: Annotated[list[Path] | None, typer.Argument(help="Saved runs; without one, the last of every set.")] = None,
    *,
    results: Annotated[Path, typer.Option(help="Folder of the saved runs.")] = RESULTS,
) -> None:
    """Write a page (HTML) and a summary (Markdown) of saved runs, with what changed since the run before."""
    console = Console()
    saved = saved_runs(results)
    chosen = [read_run(path) for path in runs] if runs else list(latest_runs(saved).values())
    if not chosen:
        raise QuothError(f"There is no saved run in {results}. Make one with `quoth evals run`.")
    for run in chosen:
        others = {"before": run_before(run, saved), "extractive": extractive_run(run, saved)}
        stem = re.sub(r"[/: ]", "-", f"report-{run.set}-{run.system}")
        for ending, text in ((".html", render_page(run, **others)), (".md", render_summary(run, **others))):
            path = results / f"{stem}{ending}"
            path.write_text(text, encoding="utf-8")
            console.print(str(path), markup=False)


def compare(
    before: Annotated[Path, typer.Argument(help="A saved run.")],
    after: Annotated[Path, typer.Argument(help="Another one of the same set.")],
) -> None:
    """Print the differences of two runs case by case, with intervals."""
    print_comparison(compare_runs(read_run(before), read_run(after)), Console())


def export(
    run: Annotated[Path, typer.Argument(help="A saved run.")],
    *,
    to: Annotated[str, typer.Option(help="ragas or inspect.")],
    out: Annotated[Path, typer.Option(help="The JSON Lines file to write.")],
) -> None:
    """Write a saved run in the format of another eval suite."""
    if to not in EXPORTS:
        raise QuothError(f"Quoth exports to {' and '.join(EXPORTS)}, not to {to}.")
    rows = EXPORTS[to](read_run(run))
    out.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    Console().print(f"{len(rows)} rows written to {out}", markup=False)


def adopt(
    *, folder: Annotated[Path, typer.Option(help="Where drafts.jsonl is kept.")] = Path("evals") / "drafts"
) -> None:
    """Turn the answers that were flagged, on the page or by the API, into draft cases."""
    console = Console()
    with Catalogue.open(Settings.from_environment().home) as catalogue:
        adopted = adopt_flagged(catalogue.flagged_answers(), folder)
    for notice in adopted.notices:
        console.print(notice, markup=False, soft_wrap=True)
    told = f"{len(adopted.added)} drafts added to {adopted.path}, {len(adopted.skipped)} were there before"
    console.print(told, markup=False, soft_wrap=True)
    if adopted.added:
        console.print("Complete them (kind, answers, evidence) and move them to a set of questions.")


def verifier(
    names: Annotated[list[str] | None, typer.Argument(help="Files of shared/data/verifier, without endings.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="Pairs drawn from each.")] = 500,
) -> None:
    """Measure Quoth's verifier on pairs of evidence and claim that others labelled and it was not trained on."""
    folder = DATA / "verifier"
    if not folder.exists():
        raise QuothError("The sets of labelled claims are not on this machine.")
    judged_by = partial(quoth_support, model=load_evidence_models(Settings.from_environment()).verifier)
    seen = trained_on(DATA)
    files = [folder / f"{name}.jsonl.gz" for name in names] if names else sorted(folder.glob("*.jsonl.gz"))
    drawn = {path.name.partition(".")[0]: load_pairs(path, limit=limit, without=seen) for path in files}
    judged = {name: measure_support(pairs, judged_by) for name, pairs in drawn.items()}
    print_judged(judged, Console())
