"""`python -m evals`: how good are the answers, in numbers."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import ingest
from evals.cases import CaseError, load_cases, load_texts
from evals.report import print_report, save_report
from evals.run import run_cases
from ingest.catalogue import Catalogue
from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.dense_index import DenseIndex
from retriever.model_loading import load_embedder
from retriever.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).parent / "cases"
SHARED = PROJECT.parent / "shared"
SAMPLES = Path(ingest.__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions and the folder of the texts that they are about."""

    cases: Path
    texts: Path


QUESTION_SETS = {
    "dev": QuestionSet(SHARED / "questions" / "dev.jsonl", SHARED / "sources"),
    "real": QuestionSet(CASES / "real_texts.jsonl", SHARED / "sources"),
    "samples": QuestionSet(CASES / "samples.jsonl", SAMPLES),
}

app = typer.Typer(add_completion=False)


@app.command()
def evals(
    names: Annotated[list[str] | None, typer.Argument(help="Question sets: dev, real, samples. All, if none.")] = None,
    *,
    failures: Annotated[bool, typer.Option("--failures", help="Print every question that went wrong.")] = False,
    results: Annotated[Path, typer.Option(help="Folder for the saved results.")] = Path("evals") / "results",
) -> None:
    """Ask every question of the sets and print how many answers, citations and refusals were right."""
    console = Console()
    settings = Settings.from_environment()
    for name in names or QUESTION_SETS:
        if name not in QUESTION_SETS:
            raise typer.BadParameter(f"no set is called {name}; there are {', '.join(QUESTION_SETS)}")
        chosen = QUESTION_SETS[name]
        if not (chosen.cases.exists() and chosen.texts.exists()):
            console.print(f"{name}: skipped, {chosen.cases} and {chosen.texts} are not both there", markup=False)
            continue
        _run_set(name, chosen, settings, results, console, failures=failures)


def _run_set(
    name: str, chosen: QuestionSet, settings: Settings, results: Path, console: Console, *, failures: bool
) -> None:
    texts = load_texts(chosen.texts)
    try:
        cases = load_cases(chosen.cases, texts)
    except CaseError as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from error
    with tempfile.TemporaryDirectory() as folder, _assistant(Path(folder), settings) as assistant:
        assistant.add_files([chosen.texts])
        assistant.dense_index.refresh(wait=True)
        outcomes = run_cases(cases, assistant, texts)
        used = {"embedding_model": assistant.embedder.fingerprint, "reader": assistant.reader.name,
                "threshold": assistant.reader.threshold}  # fmt: skip
    print_report(name, outcomes, console, failures=failures)
    console.print(f"saved as {save_report(name, outcomes, used, results)}\n", markup=False)


def _assistant(home: Path, settings: Settings) -> Assistant:
    """Open an assistant on an empty catalogue of its own; only the unpacked model is shared with the user's."""
    embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
    catalogue = Catalogue.open(home)
    catalogue.bind_model(embedder.fingerprint)
    return Assistant(catalogue, embedder, DenseIndex(catalogue, home / "index"), max_file_bytes=settings.max_file_bytes)


def main() -> None:
    """Run the evals; an error of Quoth's is one line on standard error."""
    try:
        app()
    except QuothError as error:
        Console(stderr=True).print(f"quoth evals: {error}", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
