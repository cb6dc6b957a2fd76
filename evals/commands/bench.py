"""The command that compares in one run how fast texts go in and are found: `bench`."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.benchmark.serving import Serving, measure_serving
from evals.benchmark.stacks import CHARACTERS, OVERLAP, IngestTime, compare_ingest, made_texts
from retriever.settings import Settings

MEANINGS = {
    "first_index": "first index built, s",
    "healthy": "start to alive, s",
    "ready": "start to ready, s",
    "p50": "search p50, ms",
    "p95": "search p95, ms",
    "added": "one file added and found, s",
    "memory_at_start": "memory at start, MB",
    "memory": "memory after the questions, MB",
    "disk": "disk, MB",
}


def bench(
    *,
    texts: Annotated[int, typer.Option(min=0, help="Made texts that both stacks take in; 0 for none.")] = 300,
    words: Annotated[int, typer.Option(min=1, help="Words of each.")] = 150,
    passages: Annotated[list[int], typer.Option(min=100, help="Sizes that are served; repeat it.")] = [  # noqa: B006
        1_000,
        10_000,
        100_000,
    ],
    questions: Annotated[int, typer.Option(min=20, help="Searches at each size.")] = 200,
    keep: Annotated[Path | None, typer.Option(help="Keep the made catalogues here, and use those that are.")] = None,
) -> None:
    """Compare ingest with a LangChain stack, and measure start, search, memory and disk as passages grow tenfold."""
    console, cache = Console(), Settings.from_environment().home
    if texts:
        console.print(_ingest_table(compare_ingest(made_texts(texts, words=words), cache), texts, words))
    with TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        served = []
        for count in sorted(passages):
            served.append(measure_serving(count, folder / str(count), cache, questions=questions))
            console.print(_serving_table(served))


def _ingest_table(times: dict[str, IngestTime], texts: int, words: int) -> Table:
    title = f"{texts} texts of {words} words; LangChain: {CHARACTERS}/{OVERLAP}, float32, Chroma.from_texts"
    columns = ("seconds", "until Chroma holds all", "processor seconds", "parts")
    table = Table("stack", *columns, "times as fast", "per processor second", title=title)
    first = next(iter(times.values()))
    for name, time in times.items():
        numbers = (f"{time.seconds:.1f}", f"{time.indexed:.1f}", f"{time.processor:.1f}", str(time.parts))
        table.add_row(name, *numbers, f"{first.seconds / time.seconds:.2f}", f"{first.processor / time.processor:.2f}")
    return table


def _serving_table(served: Sequence[Serving]) -> Table:
    """Show each size beside how much more it takes than the one before."""
    table = Table("made passages", title="quoth serve")
    for number, one in enumerate(served):
        table.add_column(f"{one.passages:,}", justify="right")
        if number:
            table.add_column("times", justify="right")
    for field in fields(Serving)[1:]:
        numbers = [getattr(one, field.name) for one in served]
        cells = [f"{numbers[0]:.2f}"]
        for before, number in pairwise(numbers):
            cells += [f"{number:.2f}", f"{number / before:.1f}"]
        table.add_row(MEANINGS[field.name], *cells)
    return table
