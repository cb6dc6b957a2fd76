"""The page in a real browser: asked, read, chosen from, added to, in both languages and at the width of a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.ui.stand_in import (
    AUSTRIA,
    BROKEN,
    CROSS,
    HOSTILE_QUESTION,
    HOSTILE_TITLE,
    HOW_MANY,
    LABELLED,
    UNKNOWN,
    WHEN,
    WHO,
    StandIn,
)
from tests.ui.visiting import PHONE, page_app, served

pytestmark = pytest.mark.real

DUTCH = {"locale": "nl-NL"}


# the real assistant


def test_from_a_suggested_question_to_the_cited_words(visit, sample_origin, sample_assistant, answered):
    visitor = visit(sample_origin, **DUTCH)
    turn = visitor.ask_suggested(answered)
    marks = turn.locator(".citation")
    assert marks.count() >= 1
    assert turn.locator("blockquote").first.inner_text().startswith("“")
    assert re.search(r"Nagekeken in de bron: \d van \d", turn.inner_text())
    for mark in marks.all():
        mark.click()
        visitor.page.wait_for_function("mark => mark.hasAttribute('aria-current')", arg=mark.element_handle())
        document, start, end = (mark.get_attribute(f"data-{name}") for name in ("document", "start", "end"))
        visitor.page.wait_for_selector(f".source .facts a[href='/documents/{document}#char={start},{end}']")
        assert visitor.lit() == sample_assistant.text(document, int(start), int(end))


def test_the_permanent_link_leads_to_the_same_words(visit, sample_origin, answered):
    visitor = visit(sample_origin, **DUTCH)
    visitor.ask_suggested(answered).locator(".citation").first.click()
    words = visitor.lit()
    with visitor.context.expect_page() as opened:
        visitor.page.click(".source .facts a")
    opened.value.wait_for_load_state()
    assert " ".join(words.split())[:40] in " ".join(opened.value.inner_text("body").split())
    opened.value.close()


def test_only_the_chosen_documents_are_asked(visit, sample_origin, answered):
    visitor = visit(sample_origin, **DUTCH)
    turn = visitor.ask_suggested(answered)
    cited = turn.locator("figcaption cite").first.inner_text()
    visitor.page.click("[data-choose=none]")
    visitor.page.locator(".documents li", has_not_text=cited).locator("input").first.check()
    assert re.match(r"1\s+van \d+", visitor.page.locator(".chosen").inner_text())
    turn = visitor.ask(turn.locator(".question").inner_text())
    assert cited not in turn.locator("figcaption cite").all_inner_texts()


def test_an_added_file_can_be_asked_at_once(visit, sample_origin, tmp_path):
    visitor = visit(sample_origin)
    before = visitor.page.locator(".documents li").count()
    (tmp_path / "Kurort.txt").write_text(
        "De kuuroorden van Zevenbergen telden in 1957 precies 4.213 badgasten uit Wenen."
    )
    (tmp_path / "leeg.txt").write_text("")
    (tmp_path / "foto.bin").write_bytes(bytes(range(256)))
    visitor.page.set_input_files("#quoth-documents input[type=file]", list(tmp_path.glob("*.*")))
    visitor.page.wait_for_function("n => document.querySelectorAll('.documents li').length === n", arg=before + 1)
    said = visitor.page.locator(".uploads").inner_text()
    assert "Kurort.txt: added, 1 passage" in said
    assert "leeg.txt: There is no text in this file." in said
    assert "foto.bin: Quoth does not read this kind of file." in said
    assert visitor.page.locator(".documents input:not(:checked)").count() == 0
    turn = visitor.ask("Hoeveel badgasten uit Wenen telden de kuuroorden van Zevenbergen in 1957?")
    assert "4.213 badgasten" in turn.inner_text()


def test_what_is_said_of_an_answer_is_in_the_catalogue(visit, sample_origin, sample_assistant, answered):
    visitor = visit(sample_origin, **DUTCH)
    turn = visitor.ask_suggested(answered)
    turn.get_by_role("group", name="Klopt dit?").get_by_role("button", name="Verkeerde verwijzing").click()
    status = turn.locator(".flag [role=status]")
    expect(status).to_have_text("Genoteerd. “quoth evals adopt” maakt er een vraag voor de evals van.")
    (flagged,) = sample_assistant.catalogue.flagged_answers()
    assert flagged.flag.verdict == "wrong-citation"
    assert json.loads(flagged.answer_json)["question"] == turn.locator(".question").inner_text()
    turn.get_by_role("button", name="Ja").click()
    expect(turn.locator("[aria-pressed=true]")).to_have_text("Ja")
    assert [flagged.flag.verdict for flagged in sample_assistant.catalogue.flagged_answers()] == ["good"]


# answers written by hand


def test_citations_are_read_with_the_keyboard_alone(visit, stand_in_origin):
    visitor = visit(stand_in_origin)
    turn = visitor.ask(HOW_MANY)
    turn.locator(".citation").first.focus()
    visitor.page.keyboard.press("Enter")
    assert visitor.lit() == "Some four hundred balloons went up in one night."
    assert "Citation 1 of 2" in visitor.page.inner_text(".source")
    focused = "document.activeElement.id || document.activeElement.className"
    visitor.page.wait_for_function(f"({focused}) === 'source-title'")
    visitor.page.click("[data-step='1']")
    visitor.page.wait_for_function("document.querySelector('.source mark').textContent.startsWith('The police col')")
    assert visitor.lit() == "The police col\nlected what it could and burned it."
    visitor.page.keyboard.press("Escape")
    assert visitor.page.evaluate(focused) == "opens citation"
    assert visitor.page.evaluate("document.activeElement.textContent") == "[2]"
    visitor.page.wait_for_selector("#quoth-source", state="hidden")
    visitor.page.wait_for_selector(".source", state="detached")


def test_what_the_cited_words_stand_under_is_lit_with_them(visit, stand_in_origin):
    visitor = visit(stand_in_origin)
    visitor.ask(LABELLED).locator(".citation").first.click()
    assert visitor.lit() == "The police col\nlected what it could and burned it."
    label = visitor.page.locator(".source mark.label")
    assert label.text_content() == "Some four hundred balloons went up in one night."
    assert label.get_attribute("aria-label") == "What the cited words stand under"


def test_a_refusal_is_plain_and_its_nearest_passages_are_no_support(visit, stand_in_origin):
    visitor = visit(stand_in_origin)
    turn = visitor.ask(UNKNOWN)
    assert "The texts do not answer this." in turn.inner_text()
    assert f"Looked for “{UNKNOWN}” in all 3 documents" in turn.inner_text()
    assert turn.locator(".citation").count() == 0
    turn.locator("summary").click()
    turn.locator(".near", has_text="Oostenrijk werd weer vrij").click()
    assert visitor.lit() == AUSTRIA
    assert "not evidence" in visitor.page.inner_text(".source")


def test_history_goes_along_until_a_new_conversation(visit, stand_in_origin, stand_in):
    visitor = visit(stand_in_origin)
    visitor.ask(HOW_MANY)
    turn = visitor.ask(WHO)
    assert stand_in.calls[-1]["history"] == [HOW_MANY]
    assert "Understood as “Wie verzette zich tegen het staatsverdrag?”" in turn.inner_text()
    turn.locator(".citation").click()
    visitor.lit()
    visitor.page.click("#quoth-restart")
    visitor.page.wait_for_selector(".welcome")
    visitor.page.wait_for_selector(".source", state="detached")
    visitor.ask(WHO)
    assert stand_in.calls[-1]["history"] == []


def test_documents_that_differ_are_shown_side_by_side(visit, stand_in_origin):
    turn = visit(stand_in_origin).ask(CROSS)
    sides = turn.locator(".sides figure")
    assert sides.count() == 2
    assert "in Dutch" in sides.first.inner_text()
    assert turn.locator(".sides strong").all_inner_texts() == ["15 mei 1955", "16 May 1955"]


def test_an_answer_is_flagged_with_the_keyboard_alone(visit, stand_in_origin, stand_in):
    visitor = visit(stand_in_origin)
    turn = visitor.ask(HOW_MANY)
    turn.locator(".citation").last.focus()
    for _ in range(2):
        visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Wrong answer"
    visitor.page.keyboard.press("Enter")
    expect(turn.locator(".flag [role=status]")).to_contain_text("Noted.")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Wrong answer"
    assert list(stand_in.flags.values())[-1] == "wrong-answer"


def test_what_was_said_stays_with_its_answer_when_the_page_is_made_anew(visit, stand_in_origin):
    visitor = visit(stand_in_origin)
    page = visitor.page
    visitor.ask(WHEN).get_by_role("button", name="Not in the documents").click()
    expect(page.locator(".flag [role=status]")).to_contain_text("Noted.")
    visitor.ask(UNKNOWN)
    assert page.locator("[aria-pressed=true]").all_inner_texts() == ["Not in the documents"]
    assert [bool(status) for status in page.locator(".flag [role=status]").all_inner_texts()] == [True, False]
    page.get_by_label("Nederlands").check()
    expect(page.locator("[aria-pressed=true]")).to_have_text("Staat er niet in")
    expect(page.locator(".flag [role=status]").first).to_contain_text("Genoteerd.")
    page.get_by_label("English").check()
    page.wait_for_selector("html[lang=en]")


def test_an_answer_that_is_gone_is_not_noted(visit, stand_in_origin, stand_in):
    visitor = visit(stand_in_origin)
    turn = visitor.ask(UNKNOWN)
    given = set(stand_in.given)
    stand_in.given.clear()
    turn.get_by_role("button", name="Yes").click()
    expect(turn.locator(".flag [role=status]")).to_contain_text("Not noted: a document of this answer was removed.")
    assert turn.locator("[aria-pressed=true]").count() == 0
    stand_in.given |= given
    turn.get_by_role("button", name="Yes").click()
    expect(turn.locator(".flag [role=status]")).to_contain_text("Noted.")


def test_an_error_is_told_and_the_question_kept(visit, stand_in_origin):
    visitor = visit(stand_in_origin)
    turn = visitor.ask(BROKEN)
    assert "The catalogue cannot be used." in turn.inner_text()
    assert "/secret/path" not in visitor.page.content()
    assert turn.locator(".flag").count() == 0
    visitor.page.wait_for_function(
        "question => document.querySelector('#quoth-question textarea').value === question", arg=BROKEN
    )


def test_no_document_chosen_asks_nothing(visit, stand_in_origin, stand_in):
    visitor = visit(stand_in_origin)
    asked = len(stand_in.calls)
    visitor.page.click("[data-choose=none]")
    assert "Choose at least one document first." in visitor.ask(HOW_MANY).inner_text()
    assert len(stand_in.calls) == asked


@pytest.mark.slow
def test_a_thousand_documents_can_all_be_asked_and_a_choice_too_long_is_told(visit):
    stand_in = StandIn()
    for number in range(1000):
        stand_in._keep(f"Verslag {number}", f"Verslag {number}.", "nl")
    with served(page_app(stand_in)) as origin:
        visitor = visit(origin)
        visitor.ask(HOW_MANY)
        assert stand_in.calls[-1]["document_ids"] is None
        visitor.page.locator(".documents li input").first.uncheck()
        assert "Choose all documents, or 900 at most" in visitor.ask(WHEN).inner_text()
        visitor.page.click("[data-choose=none]")
        visitor.page.locator(".documents li input").first.check()
        visitor.ask(WHEN)
        assert len(stand_in.calls[-1]["document_ids"]) == 1
        visitor.page.click("[data-choose=all]")
        visitor.ask(HOW_MANY)
        assert stand_in.calls[-1]["document_ids"] is None
    assert len(stand_in.calls) == 3


def test_the_page_speaks_dutch_or_english_and_remembers_which(visit, stand_in_origin):
    visitor = visit(stand_in_origin, locale="nl-BE")
    page = visitor.page
    assert page.get_attribute("html", "lang") == "nl"
    assert page.inner_text("#quoth-ask-button") == "Vraag"
    visitor.ask(CROSS).locator(".citation").first.click()
    visitor.lit()
    assert "in het Nederlands" in page.inner_text(".turn")
    assert "Verwijzing 1 van 2" in page.inner_text(".source")
    page.get_by_label("English").check()
    page.wait_for_selector("html[lang=en]")
    assert "in Dutch" in page.inner_text(".turn")
    page.wait_for_function("document.querySelector('.source').innerText.includes('Citation 1 of 2')")
    assert visitor.lit().startswith("Op 15 mei 1955")
    visitor.arrive()
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#quoth-ask-button") == "Ask"


def test_a_hostile_document_is_only_text(visit, stand_in_origin, stand_in):
    visitor = visit(stand_in_origin, **DUTCH)
    turn = visitor.ask(HOSTILE_QUESTION)
    assert HOSTILE_QUESTION in turn.inner_text()
    assert HOSTILE_TITLE in turn.inner_text()
    assert HOSTILE_TITLE in visitor.page.inner_text(".documents")
    turn.locator(".citation").click()
    citation = stand_in.known[stand_in.id_of(HOSTILE_TITLE)].text.partition(" Meer")[0]
    assert visitor.lit() == citation
    assert visitor.page.locator(".turn img, .turn script, .source img, .source script").count() == 0


def test_a_phone_shows_everything_without_scrolling_sideways(visit, stand_in_origin):
    visitor = visit(stand_in_origin, **PHONE)
    turn = visitor.ask(CROSS)
    turn.locator(".citation").first.click()
    assert visitor.lit().startswith("Op 15 mei 1955")
    sheet = visitor.page.locator(".source").bounding_box()
    assert (sheet["x"], sheet["width"]) == (0, 360)
    assert sheet["y"] + sheet["height"] == pytest.approx(740, abs=1)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360
    visitor.page.click("[data-close]")
    turn.get_by_role("button", name="Wrong answer").click()
    expect(turn.locator(".flag [role=status]")).to_contain_text("Noted.")
    visitor.page.wait_for_function(
        "document.querySelector('.flag').getBoundingClientRect().bottom"
        " <= document.querySelector('#quoth-ask').getBoundingClientRect().top"
    )
    visitor.page.wait_for_selector(".source", state="hidden")
    visitor.ask(HOSTILE_QUESTION)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_documents_the_page_asks_for_some(visit):
    with served(page_app(StandIn(empty=True))) as address:
        visitor = visit(address)
        assert "There are no documents yet" in visitor.page.inner_text(".welcome")
        assert visitor.page.locator(".suggestion").count() == 0
        assert "There are no texts yet." in visitor.ask(UNKNOWN).inner_text()
        visitor.page.close()
