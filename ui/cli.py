"""The command line: `quoth` add, ask, check-claim, documents, remove, backup, restore, serve, reindex, and so on."""

import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.errors import CatalogueDamagedError, CatalogueInUseError, ModelError, QuothError
from retriever.logs import set_up_logging
from ui.catalogue_commands import backup, restore
from ui.documents import find_document
from ui.mcp_command import mcp
from ui.models_command import models_app
from ui.quotation_command import check

if TYPE_CHECKING:
    from ingest.catalogue import Catalogue
    from retriever.assistant import Assistant
    from retriever.evidence_model.types import Verifier
    from retriever.settings import Settings

app = typer.Typer(
    help="Ask your own texts a question; every sentence of the answer points at the words it rests on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app, name="models")
for command in (backup, restore, check, mcp):
    app.command()(command)
console = Console()
errors = Console(stderr=True)

EXIT_CODES = {CatalogueInUseError: 3, ModelError: 4, CatalogueDamagedError: 5}
"""What a command exits with; any other error of Quoth's is 1, wrong usage 2."""
VERDICTS = {"supported": "supported", "refuted": "refuted", "not_enough": "not enough to say"}


def main() -> None:
    """Run the command line; an error of Quoth's is one line on standard error and an exit code."""
    set_up_logging()
    try:
        app()
    except QuothError as error:
        errors.print(f"[bold red]quoth:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1))
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders (.txt, .md).")],
    *,
    on_conflict: Annotated[
        Literal["ask", "replace", "keep", "refuse"],
        typer.Option(help="What becomes of a file under whose name another was uploaded; asked on a terminal only."),
    ] = "ask",
) -> None:
    """Add documents; a bad file is reported and the others still go in."""
    with console.status("looking for texts"):
        from ingest.incoming.folders import find_files

        skipped = find_files(paths).skipped
    if skipped:
        console.print(f"{skipped} file(s) in these folders are passed over: Quoth reads .txt and .md")
    with _assistant(answers=False) as assistant:
        from ui.ingest_progress import add_with_progress, ask_on_conflict

        choose = ask_on_conflict(console) if on_conflict == "ask" and sys.stdin.isatty() else None
        refuse = "refuse" if on_conflict == "ask" else on_conflict
        failed = add_with_progress(assistant, paths, console, on_conflict=refuse, choose=choose)
        with console.status("building the index"):
            assistant.dense_index.refresh(wait=True)
    if failed:
        raise typer.Exit(1)


@app.command()
def documents(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the documents."""
    from retriever.types import to_json

    with _catalogue() as catalogue:
        listed = catalogue.documents()
    if as_json:
        print(json.dumps(to_json(listed), ensure_ascii=False, indent=1))
        return
    table = Table("id", "title", "language", "characters", "passages")
    for document in listed:
        table.add_row(
            document.id[:12],
            escape(document.title),
            document.language,
            f"{document.characters:,}",
            str(document.passages),
        )
    console.print(table)


@app.command()
def remove(document_id: Annotated[str, typer.Argument(help="The id, or its first characters.")]) -> None:
    """Remove a document, its index and the saved answers that mention it."""
    with _catalogue() as catalogue:
        document = find_document(document_id, catalogue.documents())
        catalogue.remove(document.id)
        with console.status("erasing its words"):
            catalogue.erase_removed()
    console.print(f"removed {escape(document.title)}")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in Dutch or English.")],
    *,
    after: Annotated[list[str] | None, typer.Option(help="An earlier question that this one follows up.")] = None,
    document: Annotated[
        list[str] | None, typer.Option(help="Ask this document only (its id, or the first characters).")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Use passages in this language only.")] = None,
    prose: Annotated[bool, typer.Option(help="Let the language model write, where one is set.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
) -> None:
    """Ask a question and print the answer with its citations."""
    from ingest.words.language import detect_question_language
    from retriever.types import to_json
    from ui.terminal import print_answer, print_fallback, show_growing

    with _assistant() as assistant:
        ids = None if document is None else [find_document(part, assistant.documents()).id for part in document]
        choices = {"history": after or (), "document_ids": ids, "language": language, "prose": prose}
        if prose and assistant.models.language_model:
            answer = show_growing(
                assistant.stream_answer(question, **choices), errors, detect_question_language(question)
            )
        else:
            answer = assistant.answer(question, **choices)
    if as_json:
        print(json.dumps(to_json(answer), ensure_ascii=False, indent=1))
    else:
        print_answer(answer, console)
        print_fallback(answer, errors)


@app.command("check-claim")
def check_claim(
    claim: Annotated[str, typer.Argument(help="A sentence that says something.")],
    *,
    evidence: Annotated[str | None, typer.Option(help="The text that it is held against.")] = None,
    evidence_file: Annotated[Path | None, typer.Option(help="A file (.txt, .md) with that text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Say whether a text supports a claim, refutes it, or says not enough; the languages may differ."""
    if (evidence is None) == (evidence_file is None):
        raise typer.BadParameter("give the evidence either as --evidence or as --evidence-file")
    from ingest.readers import read_document
    from retriever import claim_check
    from retriever.types import to_json

    text = read_document(evidence_file).text if evidence_file else evidence or ""
    checked = claim_check.check_claim(claim, text, _verifier())
    if as_json:
        print(json.dumps(to_json(checked), ensure_ascii=False, indent=1))
    else:
        console.print(f"{VERDICTS[checked.verdict]} (support {checked.support:.2f})", highlight=False)


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 if not given.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 8000 if not given.")] = None,
    samples: Annotated[bool, typer.Option("--samples", help="Add the sample texts if there are no documents.")] = False,
) -> None:
    """Serve the page and the API."""
    settings = _settings()  # before Gradio is loaded, so that a wrong setting is told at once
    from ui.server import run_server

    changes = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    run_server(settings.model_copy(update=changes), console, samples=samples)


@app.command()
def reindex() -> None:
    """Embed every document again, after a change of embedding model, and rebuild the index."""
    from ui.ingest_progress import reindex_with_progress

    reindex_with_progress(_settings(), console)


@app.command()
def doctor(
    *, repair: Annotated[bool, typer.Option("--repair", help="First make again all that the texts tell.")] = False
) -> None:
    """Check the installation, the models, the catalogue and the index, and say what is wrong."""
    from ui.doctor import examine, make_whole

    whole = not repair or make_whole(_settings(), console)
    if not examine(_settings(), console) or not whole:
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def evals(context: typer.Context) -> None:
    """Measure answers, citations and refusals on question sets (`quoth evals --help`)."""
    if find_spec("ir_measures") is None:
        raise QuothError('Measuring takes a few packages more: pip install "quoth[evals]"')
    sys.argv = ["quoth evals", *context.args]
    runpy.run_module("evals", run_name="__main__")


def _settings() -> "Settings":
    from retriever.settings import Settings

    return Settings.from_environment()


def _verifier() -> "Verifier | None":
    """Load the verifier alone: no catalogue is opened, and no reader wanted."""
    from retriever.evidence_model.evidence_models import NO_MODEL, load_evidence_models

    return load_evidence_models(_settings().model_copy(update={"reader_model": NO_MODEL})).verifier


@contextmanager
def _catalogue() -> Iterator["Catalogue"]:
    from ingest.catalogue import Catalogue

    with Catalogue.open(_settings().home) as catalogue:
        yield catalogue


@contextmanager
def _assistant(*, answers: bool = True) -> Iterator["Assistant"]:
    with console.status("opening the catalogue"):  # before the import, which takes most of it
        from retriever.assistant import Assistant

        assistant = Assistant.from_settings(_settings(), answers=answers)
    with assistant:
        yield assistant
