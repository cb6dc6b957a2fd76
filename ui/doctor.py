"""Examine an installation: packages, models, catalogue, index."""

from collections.abc import Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version

import numpy as np
from packaging.requirements import Requirement
from rich.console import Console
from rich.markup import escape

from ingest.cleaning.search_view import SearchView
from ingest.errors import CatalogueError, LanguageModelError, QuothError
from ingest.repair import RepairModel, find_damage, repair
from ingest.types import DocumentSummary, SplitDocument
from retriever.assistant import Assistant
from retriever.claim_check import check_claim
from retriever.embedding.model_loading import load_embedder
from retriever.settings import Settings

MAX_TOLD = 5
EVIDENCE = "The king died in the winter of 1956."
CLAIM = "De koning stierf in 1956."
WRONG_CLAIM = "De koning stierf in 1948."


def make_whole(settings: Settings, console: Console) -> bool:
    """Repair the catalogue, print what was found and done, and return whether nothing was lost."""

    def tell(sentence: str) -> None:
        console.print(escape(sentence), highlight=False, soft_wrap=True)

    with console.status("loading the model"):
        embedder = load_embedder(settings.embedding_model, cache=settings.home, threads=settings.threads)
    with console.status("repairing the catalogue"):
        return repair(settings.home, RepairModel(embedder.read_passages, embedder.fingerprint), tell)


def examine(settings: Settings, console: Console) -> bool:
    """Print a line for each part, and return whether all of them are well."""
    console.print(f"data folder: {escape(str(settings.home))}", highlight=False)
    well = [_report("packages", _check_packages(), console)]
    try:
        assistant = Assistant.from_settings(settings)
    except QuothError as error:
        return _report("catalogue and model", str(error), console)
    checks = [
        ("embedding model", _check_embedder, None),
        ("reader", partial(_check_reader, settings=settings), assistant.reader.name),
        ("verifier", partial(_check_verifier, settings=settings), _name_of_verifier(assistant)),
        ("catalogue", _check_catalogue, None),
        ("texts", _check_texts, None),
        ("index", _check_index, None),
    ]
    if assistant.models.language_model:
        checks.append(("language model", _check_language_model, assistant.models.language_model.name))
    with assistant:
        for name, check, model in checks:
            well.append(_report(name, check(assistant), console, model=model))
    return all(well)


def _name_of_verifier(assistant: Assistant) -> str:
    """Return which model judges claims."""
    return assistant.models.verifier.name if assistant.models.verifier else "none"


def _report(name: str, trouble: str | None, console: Console, *, model: str | None = None) -> bool:
    """Print what a check found: None when all is well, else what is wrong and what to do."""
    well = "well" if model is None else f"well ({model})"
    verdict = f"[green]{escape(well)}[/]" if trouble is None else f"[red]{escape(trouble)}[/]"
    console.print(f"{name}: {verdict}", highlight=False)
    return trouble is None


def _check_packages() -> str | None:
    wrong = list(_wrong_packages())
    return f"{'; '.join(wrong)}. Install Quoth again with pip." if wrong else None


def _wrong_packages() -> Iterator[str]:
    for text in requires("quoth") or ():
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is missing"
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            yield f"{requirement.name} is {installed}, wanted {requirement.specifier}"


def _check_embedder(assistant: Assistant) -> str | None:
    dutch, english, other = assistant.embedder.embed_passages(
        ["De koning stierf in de winter.", "The king died in winter.", "Boil the potatoes for twenty minutes."]
    )
    if np.dot(dutch, english) > np.dot(dutch, other):
        return None
    return "it does not see that a sentence and its translation are alike. Set QUOTH_EMBEDDING_MODEL to another model."


def _check_reader(assistant: Assistant, settings: Settings) -> str | None:
    trouble = assistant.models.trouble
    if trouble is None or settings.reader_model is not None:
        return None
    return f"{trouble} Meanwhile {assistant.reader.name} reads, and errs more often."


def _check_verifier(assistant: Assistant, settings: Settings) -> str | None:
    """See whether the verifier follows a claim from Dutch to English, and notices another year."""
    verifier, trouble = assistant.models.verifier, assistant.models.trouble
    if verifier is None:
        own = settings.verifier_model is None and trouble
        return f"{trouble} Meanwhile no claim is judged." if own else None
    right, wrong = (check_claim(claim, EVIDENCE, verifier).verdict == "supported" for claim in (CLAIM, WRONG_CLAIM))
    if right and not wrong:
        return None
    found = "it takes a wrong year for right" if wrong else "it does not see that a sentence supports its translation"
    return f"{verifier.name}: {found}. Set QUOTH_VERIFIER_MODEL to another model, or unset it for Quoth's own."


def _check_language_model(assistant: Assistant) -> str | None:
    """Ask whether the language model is there; nothing is written."""
    model = assistant.models.language_model
    if model is None:
        return None
    try:
        model.check()
    except LanguageModelError as error:
        return f"{model.name}: {error} Meanwhile answers are quotations."
    return None


def _check_catalogue(assistant: Assistant) -> str | None:
    found = list(find_damage(assistant.catalogue))
    return f"{' '.join(found[:MAX_TOLD])} `quoth doctor --repair` makes again what can be made." if found else None


def _check_texts(assistant: Assistant) -> str | None:
    """Build every document's search view again and compare its passages, sentences and vectors with it."""
    known = set(assistant.catalogue.passage_vectors().passage_ids)
    for summary in assistant.documents():
        try:
            whole = _is_whole(assistant.catalogue.split_document(summary.id), summary, known)
        except CatalogueError as error:
            return str(error)
        if not whole:
            return f"{summary.title} no longer reads as its passages. Remove it and add it again."
    return None


def _is_whole(split: SplitDocument, summary: DocumentSummary, known: set[str]) -> bool:
    text = split.document.text
    view = SearchView.from_edits(text, split.edits)
    parts = (*split.passages, *split.sentences)
    return (
        len(split.passages) == summary.passages
        and known.issuperset(passage.id for passage in split.passages)
        and all(0 <= part.start < part.end <= len(text) for part in parts)
        and all(view.slice(part.start, part.end) == part.search_text for part in parts)
    )


def _check_index(assistant: Assistant) -> str | None:
    assistant.dense_index.refresh(wait=True)
    if assistant.dense_index.state in ("ready", "empty"):
        return None
    return f"{assistant.dense_index.detail}. Answers come from the exact search meanwhile and are not affected."
