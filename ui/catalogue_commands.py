"""The commands that keep a catalogue: `quoth backup` and `quoth restore`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

console = Console()


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy all documents, vectors, answers and flags to one file; a server may be running meanwhile."""
    from ingest.catalogue.backup import back_up

    with console.status("copying the catalogue and reading the copy"):
        copied = back_up(_home(), file)
    console.print(
        f"{copied.documents} document(s) are in {escape(str(file))} ({copied.size / 1e6:,.1f} MB)", soft_wrap=True
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `quoth backup` wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the catalogue is replaced.")] = False,
) -> None:
    """Put a backup in the place of the catalogue, once it was found whole; no server may be running."""
    from ingest.catalogue.backup import restore

    home = _home()
    if not yes and any(home.glob("catalogue.*")):
        typer.confirm(f"Everything in the catalogue of {home} is replaced by the backup. Go on?", abort=True)
    with console.status("reading the backup"):
        copied = restore(home, file)
    console.print(f"{copied.documents} document(s) are back from {escape(str(file))}", soft_wrap=True)


def _home() -> Path:
    from retriever.settings import Settings

    return Settings.from_environment().home
