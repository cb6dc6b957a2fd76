"""An answer on the terminal."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from retriever.events import AnswerGiven, ClaimChecked
from retriever.types import Answer, Citation, Claim, Prose
from tests.ui.stand_in import CROSS, HOW_MANY, HOW_MANY_DUTCH, UNKNOWN, StandIn
from ui.terminal import NEAREST_CHARACTERS, print_answer, print_fallback, show_growing

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


def events_in_prose():
    """Yield the events of an answer that a language model writes."""
    assistant = StandIn(writes=True)
    for _ in range(3):
        assistant.go_on.release()
    return assistant.stream_answer(HOW_MANY_DUTCH)


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


def test_prose_comes_with_its_numbers_then_the_original_words_then_the_checked_line():
    *_, last = events_in_prose()
    out = printed(last.data)
    lines = out.splitlines()
    assert lines[0] == "Er gingen in één nacht ongeveer 400 ballonnen omhoog. [1]"
    assert lines[2] == "De afzenders rekenden dus op de wind. (gevolgtrekking) [3] [4]"
    many = last.data.claims[0].citations[0]
    assert f"\n[1][4] Balloons over Bohemia, {many.start}-{many.end}, in het Engels\n{many.quote}\n" in out
    assert out.count(many.quote) == 1
    assert lines[-1] == "3 van 4 zinnen doorstonden de controle. Weggelaten: 1 niet gedragen door de bron."


def test_original_words_in_the_language_of_the_answer_need_no_word_on_it():
    *_, last = events_in_prose()
    assert "in English" not in printed(replace(last.data, language="en"))


@pytest.mark.parametrize("prose", [None, Prose("scripted", 3, 3)], ids=["quotations", "prose"])
def test_only_prose_that_came_to_nothing_is_explained(prose):
    file = io.StringIO()
    print_fallback(replace(answer_of(HOW_MANY), prose=prose), Console(file=file))
    assert file.getvalue() == ""


def test_prose_that_came_to_nothing_is_explained_with_its_detail():
    file = io.StringIO()
    prose = Prose("scripted", 0, 0, fallback="failed", detail="Connection refused.")
    print_fallback(replace(answer_of(HOW_MANY), prose=prose), Console(file=file, width=200))
    told = "The language model gave no answer, so here are the texts' own words. (Connection refused.)"
    assert file.getvalue() == f"\n{told}\n"


def test_a_pipe_sees_nothing_of_an_answer_that_grows():
    file = io.StringIO()
    answer = show_growing(events_in_prose(), Console(file=file, force_terminal=False), "nl")
    assert answer.prose.shown == 3
    assert file.getvalue() == ""


def test_a_terminal_sees_the_quotations_and_then_the_prose_above_them():
    file = io.StringIO()
    assistant = StandIn(writes=True)
    events = assistant.stream_answer(HOW_MANY_DUTCH)

    def watched():
        for number, event in enumerate(events):
            yield event
            if number == 2:
                live = file.getvalue()
                assert "Some four hundred balloons went up in one night." in live
                assert "Er wordt een antwoord geschreven" in live
                assert "Er gingen in één nacht" not in live
            for _ in range(3):
                assistant.go_on.release()

    console = Console(file=file, force_terminal=True, width=200, height=50, legacy_windows=False)
    answer = show_growing(watched(), console, "nl")
    assert answer.prose.shown == 3
    assert "De afzenders rekenden dus op de wind." in file.getvalue()
    assert file.getvalue().endswith("\x1b[1A\x1b[2K")  # cleared away, up to its first line


def test_control_signs_do_not_reach_the_terminal_while_an_answer_grows():
    hostile = answer_with("rood\x1b]0;title\x07\x9b31mwit")
    events = [ClaimChecked(hostile.claims[0]), AnswerGiven(hostile)]
    file = io.StringIO()
    show_growing(iter(events), Console(file=file, force_terminal=True, width=200, legacy_windows=False), "en")
    assert "rood" in file.getvalue()
    assert not re.search("[\x07\x9b]|\x1b]", file.getvalue())
