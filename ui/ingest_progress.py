"""Long work on documents, with a progress bar on the terminal."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.prompt import Prompt

from ingest.catalogue import Catalogue
from ingest.errors import NameTakenError
from ingest.incoming.conflicts import OnConflict
from ingest.pipeline import Ingested, IngestProgress
from retriever.assistant import Assistant
from retriever.embedding.model_loading import load_embedder
from retriever.embedding.reindexing import reindex
from retriever.settings import Settings
from ui.terminal import printable

_CHOICES: dict[str, OnConflict] = {"replace": "replace", "keep": "keep", "leave": "refuse"}

Choose = Callable[[NameTakenError], OnConflict]
"""Asks a person what becomes of a file whose name is taken."""


def add_with_progress(
    assistant: Assistant,
    paths: Sequence[Path],
    console: Console,
    *,
    go_on: Callable[[], None] = lambda: None,
    on_conflict: OnConflict = "keep",
    choose: Choose | None = None,
) -> list[Ingested]:
    """Add files and folders, print what became of each, and return those that failed.

    `go_on` is called between two steps, and raises to stop there. Files whose name is taken are added again as `choose`
    says, after the others.
    """
    failed = _add(assistant, paths, console, go_on, on_conflict)
    for taken in [one for one in failed if choose and isinstance(one.error, NameTakenError)]:
        chosen = choose(taken.error)
        if chosen != "refuse":
            failed.remove(taken)
            failed += _add(assistant, [Path(taken.path)], console, go_on, chosen)
    return failed


def ask_on_conflict(console: Console) -> Choose:
    """Return who asks on the terminal."""

    def choose(error: NameTakenError) -> OnConflict:
        console.print(escape(printable(str(error))), highlight=False, soft_wrap=True)
        answer = Prompt.ask("replace it, keep both, or leave the file out?", console=console, choices=list(_CHOICES))
        return _CHOICES[answer]

    return choose


def _add(
    assistant: Assistant, paths: Sequence[Path], console: Console, go_on: Callable[[], None], on_conflict: OnConflict
) -> list[Ingested]:
    with _bar(console) as bar:
        task = bar.add_task("", total=None)

        def show(progress: IngestProgress) -> None:
            go_on()
            name = f"{Path(progress.path).name} ({min(progress.files_done + 1, progress.files)} of {progress.files})"
            share = progress.embedded / progress.to_embed if progress.to_embed else 0.0
            done = progress.files_done + progress.in_hand * share
            bar.update(task, description=escape(printable(name)), completed=done, total=progress.files)

        outcomes = assistant.add_files(
            paths,
            progress=show,
            on_file=lambda outcome: bar.console.print(describe(outcome), highlight=False, soft_wrap=True),
            on_conflict=on_conflict,
        )
    return [outcome for outcome in outcomes if outcome.status == "failed"]


def describe(outcome: Ingested) -> str:
    """Say in one line of rich markup what became of a file."""
    if outcome.document is None:
        return f"[red]failed[/] {escape(printable(f'{outcome.path}: {outcome.error}'))}"
    notice = f" [yellow]({escape(outcome.notice)})[/]" if outcome.notice else ""
    title = escape(printable(outcome.document.title))
    return f"[green]{outcome.status}[/] {title}: {outcome.document.passages} passages{notice}"


def reindex_with_progress(settings: Settings, console: Console) -> None:
    """Embed all documents with the model that is set; the index is rebuilt when Quoth next starts."""
    with Catalogue.open(settings.home) as catalogue, _bar(console) as bar:
        task = bar.add_task("loading the model", total=None)
        embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
        count = reindex(
            catalogue,
            embedder,
            progress=lambda done, total: bar.update(task, description="documents", completed=done, total=total),
        )
    console.print(f"embedded {count} documents with {escape(embedder.fingerprint)}", highlight=False)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)
