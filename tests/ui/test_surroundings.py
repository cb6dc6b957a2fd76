"""The words of a citation in the text around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Span
from tests.ui.reading import SHA, Page, document
from ui.surroundings import SurroundedPlace, render_source


def test_the_source_lights_exactly_the_cited_words_in_their_surroundings():
    whole = "Voor. Op 28 juni begon het. Na."
    page = Page(render_source(document(whole), SurroundedPlace(SHA, 6, 27), "nl"))
    assert page.marked == ["Op 28 juni begon het."]
    assert whole in page.text
    assert f"/documents/{SHA}#char=6,27" in page.values("href")


@pytest.mark.parametrize("reach", [1500, 24_000], ids=["out of sight", "in sight"])
def test_what_the_words_stand_under_is_lit_too(reach):
    filling = "De buren zwegen. " * 300
    whole = f"4 mei 1943\n\n{filling}Gerrit is gehaald. Het regende."
    start = whole.index("Gerrit")
    place = {"document": SHA, "start": start, "end": start + 18, "labelStart": 0, "labelEnd": 10, "reach": reach}
    page = Page(render_source(document(whole), SurroundedPlace.from_browser(place), "nl"))
    assert page.marked == ["4 mei 1943", "Gerrit is gehaald."]
    assert page.elements("mark", **{"class": "label"}) == ["4 mei 1943"]
    assert (whole in page.text) == (reach == 24_000)


def test_a_label_may_stand_below_the_words():
    whole = "Beste moeder,\n\nWij varen morgen.\n\nJe zoon Hendrik"
    place = SurroundedPlace(SHA, 15, 32, label=Span(34, 49))
    page = Page(render_source(document(whole), place, "nl"))
    assert page.marked == ["Wij varen morgen.", "Je zoon Hendrik"]
    assert whole in page.text


def test_a_long_document_is_shown_around_the_words_and_can_be_opened_further():
    whole = "woord " * 2000
    near = Page(render_source(document(whole), SurroundedPlace(SHA, 6000, 6005, reach=1500), "en"))
    assert len(near.text) < 4000
    assert sorted(near.values("data-more")) == ["after", "before"]
    far = Page(render_source(document(whole), SurroundedPlace(SHA, 6000, 6005, reach=24_000), "en"))
    assert whole in far.text
    assert not far.values("data-more")


def test_a_line_that_breaks_a_word_is_shown_as_such_and_other_wrapped_lines_are_spaces():
    whole = (
        "The first line of this text is wrapped at the width of a page \n"
        "and so is the second, which ends inside of a word that is mis\n"
        "spelt by nobody but the person who has scanned it in a hurry. \n"
        "\n"
        "A new paragraph begins.\n"
    )
    classes = Page(render_source(document(whole), SurroundedPlace(SHA, 0, 9), "en")).values("class")
    assert (classes.count("word-end"), classes.count("gap-end"), classes.count("line-end")) == (1, 1, 0)
    assert classes.count("paragraph-end") == 3


def test_lines_of_an_author_stay_lines():
    classes = Page(
        render_source(document("Kop\n\n" + "lang " * 60 + "\n- een\n- twee\n"), SurroundedPlace(SHA, 0, 3), "nl")
    ).values("class")
    assert not {"line-end", "gap-end", "word-end"} & set(classes)


def test_a_near_passage_is_never_lit_like_evidence():
    page = Page(render_source(document("Iets anders."), SurroundedPlace(SHA, 0, 4, near=True), "en"))
    assert "source near" in page.values("class")
    assert "not evidence" in page.text


@given(st.data())
def test_the_lit_words_are_the_quote_for_any_text(data):
    alphabet = st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"), exclude_characters="\u115f\u1160\u3164\uffa0"
    )
    whole = "".join(data.draw(st.lists(st.one_of(alphabet, st.sampled_from("\n\r\t &<'{`")), min_size=1, max_size=300)))
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    page = Page(render_source(document(whole), SurroundedPlace(SHA, start, end), "nl"))
    assert page.marked == [whole[start:end]]
    assert whole in page.text


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "id-3",
        [],
        {},
        {"document": SHA},
        {"document": "../etc/passwd", "start": 0, "end": 1},
        {"document": SHA, "start": -1, "end": 1},
        {"document": SHA, "start": "0", "end": 1},
        {"document": SHA, "start": True, "end": 2},
        {"document": SHA, "start": 0, "end": 1.5},
        {"document": SHA, "start": 0, "end": 1, "textSha256": ["x"]},
        {"document": SHA, "start": 0, "end": 1, "reach": "all"},
    ],
)
def test_a_place_that_makes_no_sense_is_turned_away(asked):
    with pytest.raises(ValueError, match=r"^(a place|no|not a) "):
        SurroundedPlace.from_browser(asked)


def test_a_place_outside_the_text_or_of_another_text_is_not_in_the_document():
    asked = {"document": SHA, "start": 0, "end": 4, "reach": 10**9, "number": 10**9}
    assert SurroundedPlace.from_browser(asked).is_in(document("Iets."))
    assert SurroundedPlace.from_browser(asked).reach <= 24_000
    assert not SurroundedPlace(SHA, 0, 9).is_in(document("Iets."))
    assert not SurroundedPlace(SHA, 3, 2).is_in(document("Iets."))
    assert not SurroundedPlace(SHA, 0, 4, text_sha256="cd" * 32).is_in(document("Iets."))
