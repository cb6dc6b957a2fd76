"""An answer on the terminal."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from retriever.types import Answer, Citation, Claim
from tests.ui.stand_in import CROSS, HOW_MANY, UNKNOWN, StandIn
from ui.terminal import NEAREST_CHARACTERS, print_answer

HOSTILE = [
    "[red]rood[/red]",
    "[/]",
    "[/nothing]",
    "[link=https://evil.example]x[/link]",
    "\\[bold]",
    ":smile:",
    "[1]",
    "{x} %s",
]


def answer_of(question):
    *_, last = StandIn().stream_answer(question)
    return last.data


def answer_with(words):
    citation = Citation("ab" * 32, words, "p", 3, 3 + len(words), words, "en", None, "/documents/x", "cd" * 32)
    claim = Claim(words, "quotation", (citation,), 0.9, "supported")
    return Answer("id", "question", "answered", 0.9, (claim,), f"{words} says: {words} [1]", "en")


def printed(answer, *, width=1000, colours=False):
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colours,
        color_system="truecolor" if colours else None,
        legacy_windows=False,
    )
    print_answer(answer, console)
    return file.getvalue()


@pytest.mark.parametrize("question", [HOW_MANY, CROSS])
def test_every_citation_is_printed_with_its_place_and_exact_words(question):
    answer = answer_of(question)
    citations = [citation for claim in answer.claims for citation in claim.citations]
    out = printed(answer)
    assert out.startswith(answer.text)
    assert len(citations) == 2
    for number, citation in enumerate(citations, start=1):
        place = f"[{number}] {citation.document_title}, {citation.start}-{citation.end}"
        assert f"\n{place}\n{citation.quote}\n" in out


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_in_a_document_is_printed_as_it_stands(words):
    out = printed(answer_with(words))
    assert out == f"{words} says: {words} [1]\n\n[1] {words}, 3-{3 + len(words)}\n{words}\n"


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_in_a_document_does_not_colour_the_terminal(words):
    out = printed(answer_with(words), colours=True)
    assert set(re.findall(r"\x1b\[([\d;]*)m", out)) <= {"0", "1", "22"}
    assert "\x1b]8" not in out
    assert words in out


def test_words_longer_than_a_line_stay_whole():
    words = "Op 28 juni 1956 trokken " + "de arbeiders van de fabriek " * 8 + "naar het plein."
    assert words in printed(answer_with(words), width=80)


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x1b]0;title\x07", "\x9b31m"], ids=["colour", "title", "8-bit"])
def test_control_signs_of_a_document_do_not_reach_the_terminal(sign):
    assert not re.search("[\x1b\x07\x9b]", printed(answer_with(f"rood{sign}wit")))


@pytest.mark.parametrize(
    ("language", "line"), [("nl", "Dichtstbij, maar geen antwoord:"), ("en", "Nearest, but no answer:")]
)
def test_a_refusal_shows_what_is_nearest_and_calls_it_no_answer(language, line):
    answer = replace(answer_of(UNKNOWN), language=language)
    lines = printed(answer).splitlines()
    assert lines[:3] == ["No.", "", line]
    shown = [hit.passage.search_text[:NEAREST_CHARACTERS] for hit in answer.nearest]
    assert lines[3:] == [f"- {words} …" for words in shown]


def test_a_refusal_without_documents_is_its_text_alone():
    assert printed(replace(answer_of(UNKNOWN), nearest=())) == "No.\n"
