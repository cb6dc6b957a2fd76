"""Prose in a real browser: it comes above the quotations, which hold still, and stops when nobody waits for it."""

import pytest
from playwright.sync_api import expect

from tests.ui.stand_in import HOW_MANY_DUTCH, StandIn
from tests.ui.visiting import PHONE, page_app, served

pytestmark = pytest.mark.real


@pytest.fixture
def writer():
    return StandIn(writes=True)


@pytest.fixture
def writer_origin(writer):
    with served(page_app(writer)) as origin:
        yield origin


def begin(visitor):
    """Ask, and wait until the quotations stand and the model writes."""
    visitor.page.fill("#quoth-question textarea", HOW_MANY_DUTCH)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".originals .words")).to_have_count(2)
    return visitor.page.locator(".turn")


def test_a_quotation_stays_open_and_in_its_place_while_sentences_come_above_it(visit, writer, writer_origin):
    visitor = visit(writer_origin, locale="nl-NL")
    page, turn = visitor.page, begin(visitor)
    expect(turn.locator(".writing")).to_contain_text("elke zin wordt eerst nagekeken")
    police = turn.locator(".words", has_text="The police")
    top = police.bounding_box()["y"]
    police.click()
    assert visitor.lit() == "The police col\nlected what it could and burned it."
    for sentences in (1, 2):
        writer.go_on.release()
        expect(turn.locator(".written .citation")).to_have_count(sentences)
    assert police.bounding_box()["y"] == top
    expect(police).to_have_attribute("aria-current", "true")
    writer.go_on.release()
    expect(turn.locator(".checked")).to_contain_text("3 van 4 zinnen doorstonden de controle.")
    expect(turn.locator(".written")).to_contain_text("rekenden dus op de wind.[3][4] gevolgtrekking")
    expect(turn.locator("[aria-current]")).to_have_text("“The police collected what it could and burned it.”")
    turn.locator(".written .citation").nth(2).click()
    page.wait_for_function("document.querySelector('.source mark').textContent.startsWith('The senders')")
    assert "Verwijzing 3 van 4" in page.inner_text(".source")
    page.click("[data-step='1']")
    page.wait_for_function("document.querySelector('.source mark').textContent.startsWith('Some four')")
    assert "Verwijzing 4 van 4" in page.inner_text(".source")


def test_a_new_conversation_stops_the_writing(visit, writer, writer_origin):
    visitor = visit(writer_origin)
    begin(visitor)
    visitor.page.click("#quoth-restart")
    visitor.page.wait_for_selector(".welcome")
    writer.go_on.release()
    assert writer.closed.wait(30)
    visitor.page.wait_for_timeout(500)
    assert visitor.page.locator(".turn").count() == 0


def test_prose_fits_a_phone(visit, writer, writer_origin):
    visitor = visit(writer_origin, **PHONE)
    begin(visitor)
    writer.go_on.release(3)
    visitor.wait_for_turn(1)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360
