"""No text of documents, questions, files or models can be more than text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import DocumentSummary
from retriever.types import Claim, Disagreement, Hit
from tests.ui.payloads import PAYLOADS
from tests.ui.reading import SHA, Page, answer, citation, document, passage
from ui.conversation import Turn
from ui.markup import escape, plain
from ui.rendering import render_documents, render_suggestions, render_turn
from ui.surroundings import SurroundedPlace, render_source


def everywhere(payload):
    """Render a payload in every place where text of documents, questions, files or models can come."""
    cited = citation(payload or "x", title=payload, language="hu")
    full = answer(
        Claim(payload, "quotation", (cited,), 0.9, "supported"),
        Claim(payload, "inference", (cited,), 0.9, "unsupported"),
        question=payload, resolved=f"{payload} meer", status="partly", nearest=(Hit(passage(payload), 0.1, "read"),),
        disagreements=(Disagreement("date", (payload, "x"), (cited, citation("y", start=77))),),
    )  # fmt: skip
    summary = DocumentSummary(SHA, payload, payload, "text/plain", payload, SHA, 1, 1)
    place = SurroundedPlace(SHA, 2, 2 + len(payload))
    return (
        render_turn(Turn(payload, {SHA: payload}, 1, 2, answer=full), language="nl"),
        render_turn(
            Turn(payload, {SHA: payload}, 1, 2, answer=replace(full, status="refused", claims=())), language="en"
        ),
        render_suggestions([payload], language="en"),
        render_documents([summary], [SHA], language="en"),
        render_source(document(f"> {payload} <", title=payload), place, "en"),
    )


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_text_that_tries_to_be_more_stays_text(payload):
    visible = "".join(character for character in payload if plain(character) == character)
    for markup in everywhere(payload):
        page = Page(markup)
        page.assert_tame()
        for left in ("${", "{{", "`", "![", "](", "\\", "\x00", "\u202e"):
            assert left not in markup
        markup.encode("utf-8")
        # Where text is folded, shortened or named twice, its pieces are still there.
        assert "".join(visible.split())[:30] in "".join(page.text.split())


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) == 60


@given(st.text())
def test_escaped_text_reads_as_it_was_written(written):
    visible = "".join(character for character in written if plain(character) == character)
    page = Page(escape(written))
    assert page.text == visible
    page.assert_tame()


def test_characters_that_do_not_show_are_named():
    assert "U+202E" in Page(escape("a\u202eb")).values("title")
