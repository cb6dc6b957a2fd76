"""A browser, and a server for it to visit."""

from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

import pytest

from retriever.evidence_model.evidence_models import EvidenceModels
from tests.fakes import WordCountEmbedder
from tests.ui.stand_in import StandIn
from tests.ui.visiting import ARGUMENTS, CHROMIUM, PATIENCE, Visitor, made, page_app, served


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("the page is not tested: there is no chromium on this machine (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def visitors(browser):
    """Keep a visitor for each kind of window and each server: to open Gradio's page takes longer than most tests."""
    kept = {}

    def visitor(origin, options):
        key = repr((origin, sorted(options.items())))
        if key in kept:
            kept[key].start_over()
        else:
            context = browser.new_context(**options)
            context.set_default_timeout(PATIENCE)
            kept[key] = Visitor(context, origin)
        return kept[key]

    yield visitor
    for one in kept.values():
        one.context.close()


@pytest.fixture
def visit(visitors):
    """Visit a server, and check when the test is over that nothing happened in the page that should not."""
    met = []

    def visitor(origin, **options):
        options = {"viewport": {"width": 1366, "height": 860}, "locale": "en-GB", **options}
        met.append(visitors(origin, options))
        return met[-1]

    yield visitor
    trouble = [what for one in met for what in one.trouble]
    for one in met:
        one.trouble.clear()
    assert not trouble


@pytest.fixture(scope="module")
def stand_in():
    return StandIn()


@pytest.fixture(scope="module")
def stand_in_origin(stand_in):
    with served(page_app(stand_in)) as origin:
        yield origin


@pytest.fixture
def make_assistant(tmp_path):
    """Make real assistants, but for a model that counts words and an index without Chroma."""
    with ExitStack() as stack:

        def make(models):
            return stack.enter_context(word_counting_assistant(tmp_path / "home", models))

        yield make


@pytest.fixture(scope="module")
def sample_assistant(tmp_path_factory):
    """A real assistant with the sample texts, but for a model that counts words and an index without Chroma."""
    with word_counting_assistant(tmp_path_factory.mktemp("quoth"), EvidenceModels()) as assistant:
        assistant.add_files([Path(str(files("ingest") / "samples"))])
        yield assistant


@pytest.fixture(scope="module")
def sample_origin(sample_assistant):
    from api.app import create_app
    from ui.page import mount_page

    with served(made(lambda: mount_page(create_app(sample_assistant), sample_assistant))) as address:
        yield address


@pytest.fixture(scope="module")
def answered(sample_assistant):
    """Return which of the suggested questions is answered by counting words."""
    questions = enumerate(sample_assistant.suggested_questions("nl"))
    return next(number for number, question in questions if sample_assistant.answer(question).status == "answered")


def word_counting_assistant(home, models):
    from ingest.catalogue import Catalogue
    from retriever.assistant import Assistant
    from retriever.index.dense_index import DenseIndex

    catalogue = Catalogue.open(home)
    embedder = WordCountEmbedder()
    catalogue.bind_model(embedder.fingerprint)
    index = DenseIndex(catalogue, home / "index", exact_only=True)
    return Assistant(catalogue, embedder, index, max_file_bytes=1_000_000, models=models)
