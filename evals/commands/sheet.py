"""The commands for labelling by hand: `sheet`, `sheet-score`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.commands.printing import print_sheet_score
from evals.results import read_run
from evals.sheet import draw_sheet, read_sheet, score_sheet, write_sheet


def sheet(
    run: Annotated[Path, typer.Argument(help="A saved run with prose.")],
    *,
    sentences: Annotated[int, typer.Option(min=1, help="How many to draw, half shown and half dropped.")] = 60,
    out: Annotated[Path, typer.Option(help="The JSON Lines file to write.")],
) -> None:
    """Draw sentences of a language model for a person to label: does the evidence carry the sentence?"""
    console = Console()
    saved = read_run(run)
    lines = draw_sheet(saved, sentences)
    write_sheet(lines, out)
    told = f'{len(lines)} sentences written to {out}. Put true or false in the place of null behind "supported".'
    console.print(told, markup=False, soft_wrap=True)
    if saved.held_out:
        console.print(f"{saved.set} is held out: whoever labels must not tune.", markup=False, soft_wrap=True)


def sheet_score(labelled: Annotated[Path, typer.Argument(help="A sheet with a label on every line.")]) -> None:
    """Print how many of the shown sentences are supported, and how many of the dropped ones rightly fell out."""
    print_sheet_score(score_sheet(read_sheet(labelled)), Console())
