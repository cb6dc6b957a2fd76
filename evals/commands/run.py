"""The commands that ask questions: `run`, `regressions`, `baseline`, `scorecard`."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from evals.bench import Bench, MakeSystem
from evals.commands.controls import planted_controls
from evals.commands.folders import print_folders
from evals.commands.printing import print_controls, print_run
from evals.folders import FOLDER_SETS, FolderSet, run_folders
from evals.regressions import Baseline, find_regressions
from evals.remembering import RememberingEmbedder
from evals.results import RESULTS, save_run
from evals.saved import SavedControl, SavedRun
from evals.scorecard import SCORED_SETS, render_scorecard, write_scorecard
from evals.sets import OWN_SETS, QUICK_SETS, SET_NAMES, LoadedSet
from evals.systems.chat_model import OpenAISystem
from evals.systems.function import load_callable
from evals.systems.http_api import HttpSystem
from evals.systems.quoth import file_names
from evals.variants import VARIANTS
from ingest.errors import QuothError
from retriever.assistant import Assistant
from retriever.embedding.model_loading import load_embedder
from retriever.evidence_model.evidence_models import load_evidence_models
from retriever.language_model.types import LanguageModel
from retriever.settings import Settings

BASELINE = Path(__file__).parent.parent / "baseline.json"

FOLDER_SET_NAMES = tuple(known.name for known in FOLDER_SETS)
Results = Annotated[Path, typer.Option(help="Folder for the saved results.")]


def run(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Question sets: {', '.join((*SET_NAMES, *FOLDER_SET_NAMES))}.")
    ] = None,
    *,
    variants: Annotated[bool, typer.Option("--variants", help="Run the baselines and ablations too.")] = False,
    prose: Annotated[bool, typer.Option("--prose", help="Let the language model of the settings write.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Print what went wrong.")] = False,
    url: Annotated[str | None, typer.Option(help="Ask a Quoth server at this address instead.")] = None,
    openai: Annotated[str | None, typer.Option(help="Ask an OpenAI-compatible endpoint (base URL).")] = None,
    model: Annotated[str, typer.Option(help="The model of that endpoint.")] = "default",
    api_key: Annotated[str | None, typer.Option(envvar="QUOTH_EVALS_API_KEY", help="Key of the server.")] = None,
    function: Annotated[str | None, typer.Option("--callable", help="Ask a function: package.module:name.")] = None,
    results: Results = RESULTS,
) -> None:
    """Ask every question of the sets and print how many answers, citations and refusals were right."""
    console = Console()
    make_system = _other_system(url=url, openai=openai, model=model, api_key=api_key, function=function)
    if prose and (variants or make_system):
        raise QuothError("--prose is about Quoth's own answers: leave out --variants, --url, --openai and --callable.")
    of_folders = {known.name: known for known in FOLDER_SETS}
    with _bench(console, prose=prose) as bench:
        for name in names or [known.name for known in OWN_SETS]:
            if name in of_folders:
                _run_folders(of_folders[name], bench, console, failures=failures)
                continue
            if name not in SET_NAMES:
                raise QuothError(f"No set is called {name}; there are {', '.join((*SET_NAMES, *of_folders))}.")
            with bench.load(name) as loaded:
                if loaded is None:
                    console.print(f"{name}: skipped, its files are not on this machine", markup=False)
                    continue
                if make_system:
                    measured = bench.run_system(loaded, make_system)
                else:
                    measured = bench.run(loaded, variants=VARIANTS if variants else ())
            print_run(measured, console, failures=failures)
            console.print(f"saved as {save_run(measured, results)}\n", markup=False)
        print_controls(bench.controls, console)


def _run_folders(chosen: FolderSet, bench: Bench, console: Console, *, failures: bool) -> None:
    if not chosen.root.exists():
        console.print(f"{chosen.name}: skipped, its files are not on this machine", markup=False)
        return
    outcomes = run_folders(chosen.root, bench.embedder, bench.models, max_file_bytes=bench.max_file_bytes)
    print_folders(chosen.name, outcomes, console, failures=failures and not chosen.held_out)


def regressions(*, results: Results = RESULTS) -> None:
    """Run the quick sets and the negative controls; fail when anything is worse than in the committed baseline."""
    console = Console()
    runs, controls = _run_quick(console)
    for measured in runs:
        save_run(measured, results)
    if not BASELINE.exists():
        raise QuothError("There is no baseline. Make one with `quoth evals baseline --write`.")
    found = find_regressions(Baseline.read(BASELINE), runs, controls)
    for regression in found:
        console.print(f"worse: {regression}", markup=False, soft_wrap=True)
    questions = sum(len(measured.cases) for measured in runs)
    planted = sum(control.planted for control in controls)
    console.print(f"{questions} questions, {planted} negative controls, {len(found)} regressions", markup=False)
    if found:
        raise typer.Exit(1)


def baseline(
    *, write: Annotated[bool, typer.Option("--write", help="Replace the committed baseline.")] = False
) -> None:
    """Print what a new baseline would change, and write it on demand; CI never does this."""
    console = Console()
    runs, controls = _run_quick(console)
    new = Baseline.from_runs(runs, controls)
    old = Baseline.read(BASELINE) if BASELINE.exists() else None
    for line in new.changes_from(old):
        console.print(line, markup=False, soft_wrap=True)
    if write:
        new.write(BASELINE)
        console.print(f"written to {BASELINE.name}", markup=False)
    else:
        console.print("nothing is written without --write", markup=False)


def scorecard(
    *,
    write: Annotated[Path | None, typer.Option(help="Put it between the marks of this file.")] = None,
    results: Results = RESULTS,
) -> None:
    """Run every set of our own and the controls, and print the scorecard of the README."""
    console = Console()
    runs = []
    with _bench(console) as bench:
        for name in SCORED_SETS:
            with bench.load(name) as loaded:
                if loaded is None:
                    raise QuothError(f"The files of the set {name} are not on this machine; the scorecard needs them.")
                runs.append(bench.run(loaded))
                save_run(runs[-1], results)
    text = render_scorecard(runs)
    if write is None:
        console.print(text, markup=False, soft_wrap=True)
    else:
        write_scorecard(text, write)


def _run_quick(console: Console) -> tuple[list[SavedRun], Sequence[SavedControl]]:
    runs = []
    with _bench(console) as bench:
        for name in QUICK_SETS:
            with bench.load(name) as loaded:
                if loaded:
                    runs.append(bench.run(loaded))
                    print_run(runs[-1], console)
        print_controls(bench.controls, console)
    return runs, bench.controls


@contextmanager
def _bench(console: Console, *, prose: bool = False) -> Iterator[Bench]:
    settings = Settings.from_environment()
    # Whatever the settings say, nothing but --prose asks a language model, or needs one that can be loaded.
    settings = settings.model_copy(update={"rewrite_follow_ups": False} | ({} if prose else {"language_model": None}))
    # What fails is in the outcomes; a traceback for each case would hide the numbers.
    logging.getLogger("evals.run").setLevel(logging.CRITICAL)
    embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
    with closing(load_evidence_models(settings)) as loaded, Progress(console=console, transient=True) as bars:
        models = replace(loaded, language_model=None)
        tasks: dict[str, int] = {}

        def tell(name: str, _outcome: object) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.advance(tasks[name])

        yield Bench(
            RememberingEmbedder(embedder),
            settings.max_file_bytes,
            models=models,
            controls=planted_controls(models),
            progress=tell,
            language_model=_checked(loaded.language_model) if prose else None,
        )


def _checked(language_model: LanguageModel | None) -> LanguageModel:
    """Return the model, or say that it is missing or not there before the first of many questions is asked."""
    if language_model is None:
        raise QuothError(
            "There is no language model to write prose. Set QUOTH_LANGUAGE_MODEL; `quoth models` shows what there is."
        )
    language_model.check()
    return language_model


def _other_system(
    *, url: str | None, openai: str | None, model: str, api_key: str | None, function: str | None
) -> MakeSystem | None:
    makers: list[MakeSystem] = []
    if url:
        makers.append(lambda loaded, _assistant: HttpSystem.from_url(url, loaded.texts, api_key=api_key))
    if openai:
        makers.append(lambda loaded, assistant: _chat_model(openai, model, loaded, assistant, api_key))
    if function:
        makers.append(lambda loaded, _assistant: load_callable(function, loaded.texts))
    if len(makers) > 1:
        raise QuothError("Name one system: --url, --openai or --callable.")
    return makers[0] if makers else None


def _chat_model(url: str, model: str, loaded: LoadedSet, assistant: Assistant, api_key: str | None) -> OpenAISystem:
    files = file_names(assistant)
    return OpenAISystem(url, model, assistant.search, loaded.texts, files=files, api_key=api_key)
