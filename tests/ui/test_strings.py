"""The words of the interface, in both languages."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import ui
from ingest.errors import CatalogueDamagedError, EmptyFileError, QuothError
from retriever.types import DropReason, ProseFallback
from retriever.words.language_names import language_name
from tests.ui.reading import Page
from ui.quotation_texts import QUOTATION_TEXTS
from ui.rendering import render_masthead
from ui.strings import TEXTS, counted, error_key, preferred_language
from ui.surroundings import render_source_hint, render_source_problem


def test_both_languages_say_everything_with_the_same_blanks():
    for key, (dutch, english) in TEXTS.items():
        assert dutch.strip(), key
        assert english.strip(), key
        blanks = [sorted(part.split("}")[0] for part in words.split("{")[1:]) for words in (dutch, english)]
        assert blanks[0] == blanks[1], key
        assert not key.endswith(".one") or key.replace(".one", ".many") in TEXTS, key


def test_no_text_is_kept_that_nothing_uses():
    code = "".join(path.read_text() for path in Path(ui.__file__).parent.glob("*.py") if path.name != "strings.py")
    families = ("error.", "kind.", "verdict.", "disagreement.", "flag.", "dropped.", "fallback.")
    prefixes = (*families, "flag_", "more_", "choose_", *QUOTATION_TEXTS)
    unused = {
        key
        for key in TEXTS
        if not key.startswith(prefixes) and f'"{key.removesuffix(".one").removesuffix(".many")}"' not in code
    }
    assert unused <= {"no_documents_yet_body", "welcome_body", "added", "replaced"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("de-DE,de;q=0.9,nl;q=0.5,en;q=0.3", "nl"),
        ("fr", "en"),
        ("en;q=0.1, NL", "nl"),
        ("nl;q=much", "en"),
        ("nl;q=0", "en"),
    ],
)
def test_the_language_of_the_page_follows_the_browser(header, language):
    assert preferred_language(header) == language


def test_there_are_words_for_everything_that_can_become_of_prose():
    for reason in get_args(DropReason):
        assert f"dropped.{reason}" in TEXTS
    for reason in get_args(ProseFallback):
        assert f"fallback.{reason}" in TEXTS


def test_errors_have_words_of_their_own_or_those_of_their_parent():
    assert error_key(EmptyFileError("x")) == "error.EmptyFileError"
    assert error_key(CatalogueDamagedError("x")) == "error.CatalogueError"
    assert error_key(QuothError("x")) == "error.QuothError"
    assert error_key(KeyError("x")) == "error.unexpected"


def test_small_words():
    assert counted("passages", 1, "nl") == "1 passage"
    assert counted("passages", 3, "nl") == "3 passages"
    assert language_name("hu", "nl") == "Hongaars"
    assert language_name("xx", "en") == "xx"
    assert "Quoth" in render_masthead("nl")
    Page(render_source_hint("nl")).assert_tame()
    Page(render_source_problem("en")).assert_tame()


def test_rendering_needs_no_gradio_and_no_torch():
    command = (
        "import sys, ui.rendering, ui.surroundings, ui.conversation;"
        "print({'gradio', 'torch', 'numpy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
