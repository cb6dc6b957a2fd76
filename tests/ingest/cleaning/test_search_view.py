import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.cleaning.search_view import SearchView, search_view
from ingest.types import Edit, Span

SOURCES = Path(__file__).parents[4] / "shared" / "sources"

junk = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            list("aeinrst.,;:!?\"'“”’()[]-–# \n\r\t\f0123456789éëïőſﬁĳ\u00ad\u200b\u0308\u0301\u00a0👍🏽中²")
        ),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=400,
)
tokens = (
    "de", "het", "Sovjet-Unie", "econo-", "mische", "partij,", "leider.", "leider.3", "“ja”.4", "1.000", "1953-56",
    "(zie", "3.5", "the", "govern-", "ment", "No.", "St.", "U.S.", "years.3", "bloc.4", "1955.16", "\n\n", "\r\n", "#",
    "-", "\n", "\x0c", "e\u0308", "12.", "word[3]", "jaren³",
)  # fmt: skip
prose = st.lists(st.sampled_from(tokens), max_size=120).map(" ".join)
texts = st.one_of(junk, prose)


def view_of(text, language="nl"):
    return search_view(text, language).text


def digits(text):
    return [sign for sign in text if sign.isdigit()]


@given(texts)
@example("")
@example(" ")
@example("\u200b")
@example("a\u00ad\n")
@example("-\n")
@settings(max_examples=300, deadline=None)
def test_edits_are_ordered_and_rebuild_the_same_view(text):
    view = search_view(text, "nl")
    assert SearchView.from_edits(text, view.edits) == view
    assert search_view(text, "nl") == view
    position = 0
    for edit in view.edits:
        assert position <= edit.start < edit.end <= len(text)
        assert text[edit.start : edit.end] != edit.replacement
        position = edit.end


@given(texts)
@settings(max_examples=300, deadline=None)
def test_map_is_monotone_in_range_and_true(text):
    view = search_view(text, "en")
    edited = [range(edit.start, edit.end) for edit in view.edits]
    before = Span(0, 0)
    for position, sign in enumerate(view.text):
        span = view.to_text(position, position + 1)
        assert 0 <= span.start < span.end <= len(text)
        assert before.start <= span.start and before.end <= span.end
        if not any(span.start in places for places in edited):
            assert text[span.start : span.end] == sign
        assert sign in view.slice(span.start, span.end)
        before = span
    assert view.slice(0, len(text)) == view.text


@given(texts, st.data())
@settings(max_examples=200, deadline=None)
def test_a_span_of_the_view_leads_to_a_slice_that_holds_it(text, data):
    view = search_view(text, "nl")
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    span = view.to_text(start, end)
    assert view.text[start:end] in view.slice(span.start, span.end)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_digits_are_never_altered_except_recorded_note_marks(text):
    view = search_view(text, "nl")
    marks = [edit for edit in view.edits if edit.replacement == ""]
    kept = list(text)
    for edit in marks:
        kept[edit.start : edit.end] = [""] * (edit.end - edit.start)
    assert digits("".join(kept)) == digits(view.text)
    assert all(
        digits(text[edit.start : edit.end]) == digits(edit.replacement) for edit in view.edits if edit.replacement
    )


@given(texts)
@settings(max_examples=200, deadline=None)
def test_white_space_is_single_spaces_and_paragraph_breaks(text):
    view = view_of(text)
    assert view == view.strip()
    assert "  " not in view and "\n\n\n" not in view and " \n" not in view and "\n " not in view
    assert set("".join(sign for sign in view if sign.isspace())) <= {" ", "\n"}
    assert "\n" not in view.replace("\n\n", "")


def test_letters_are_folded_and_digits_are_not():
    assert view_of("De oﬃciële ﬁlm, het ĳs, Joegoslavie\u0308, ſtad, １２, ½, 3²") == (
        "De officiële film, het ijs, Joegoslavië, stad, １２, ½, 3²"
    )


def test_edits_say_what_was_changed():
    assert search_view("Het duurde ja-\nren.3 Toen niet.", "nl").edits == (Edit(13, 15, ""), Edit(19, 20, ""))


@pytest.mark.parametrize(
    "unit",
    [
        "De regering viel en de bevol-\nking juichte.3 Toen \nging men naar huis\n",
        " ",
        "a",
        "a\n",
        "\u200b",
        ".1",
        "-\n",
        "[^a",
    ],
    ids=["prose", "spaces", "letters", "lines", "invisible", "numbers", "hyphens", "brackets"],
)
def test_time_grows_with_length_only(unit):
    search_view("warm-\nte", "nl")
    started = time.perf_counter()
    search_view(unit * (100_000 // len(unit)), "nl")
    assert time.perf_counter() - started < 20


def test_the_chapter_is_left_as_it_is():
    chapter = SOURCES / "000_41c751980cbbfc6c.txt"
    if not chapter.exists():
        pytest.skip("the real texts (../shared/sources) are not on this machine")
    text = chapter.read_bytes().decode("utf-8")
    assert view_of(text) == text.replace("\n", "\n\n")
