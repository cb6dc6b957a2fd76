"""`quoth evals`: how good are the answers, in numbers."""

import sys

import typer
from rich.console import Console

from evals.commands import controls as command_controls
from evals.commands import run as command_run
from evals.commands import sheet as command_sheet
from evals.commands import show as command_show
from evals.commands.bench import bench
from evals.commands.quotations import quotations
from evals.commands.sentence_ends import sentence_ends
from evals.commands.speed import speed
from ingest.errors import QuothError

app = typer.Typer(
    help="How good are the answers, citations and refusals, in numbers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    command_run.run,
    command_show.report,
    command_show.compare,
    command_run.regressions,
    command_run.baseline,
    command_controls.controls,
    command_controls.prose_gate,
    command_run.scorecard,
    command_show.verifier,
    command_show.adopt,
    command_show.export,
    command_sheet.sheet,
    command_sheet.sheet_score,
    speed,
    sentence_ends,
    bench,
    quotations,
):
    app.command()(command)
# the names that these had before
app.command("gate", hidden=True)(command_run.regressions)
app.command("judge", hidden=True)(command_show.verifier)


def main() -> None:
    """Run the evals; an error of Quoth's is one line on standard error."""
    try:
        app()
    except QuothError as error:
        Console(stderr=True).print(f"quoth evals: {error}", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
