"""The box in which a quotation is checked, in a real browser; and all that it can say."""

from typing import get_args

import pytest
from playwright.sync_api import expect

from retriever.quotations.types import ChangeFlag, ChangeKind, Difference, QuotationVerdict
from ui.quotation_texts import QUOTATION_TEXTS


def test_whatever_can_be_found_has_words():
    kinds = {
        "check": QuotationVerdict,
        "change": (*get_args(ChangeKind), *get_args(ChangeFlag)),
        "difference": Difference,
    }
    for family, values in kinds.items():
        for value in values if isinstance(values, tuple) else get_args(values):
            assert f"{family}.{value}" in QUOTATION_TEXTS


@pytest.fixture
def box(visit, sample_origin):
    visitor = visit(sample_origin)
    checking = visitor.page.locator("#quoth-checking")
    if not checking.locator("textarea").is_visible():  # a visitor who comes again finds it as he left it
        checking.locator("summary").click()
    return visitor, checking


@pytest.mark.real
def test_an_altered_quotation_is_shown_beside_the_true_words_which_open_in_their_source(box):
    visitor, checking = box
    checking.get_by_label("The quotation").fill("On 28 May President Antonín Zápotocký told the nation over the radio")
    checking.get_by_role("button", name="Check").click()
    expect(checking.locator(".verdict")).to_have_text("Altered: the documents have other words.")
    expect(checking.locator("li")).to_have_text("“29” became “28” (number or date)")
    expect(checking.locator("mark")).to_have_text("29")
    link = checking.locator("a.opens")
    true_words = link.inner_text()
    link.click()
    assert " ".join(visitor.lit().split()) == " ".join(true_words.split())


@pytest.mark.real
def test_a_quotation_is_text_and_nothing_of_it_is_run(box):
    visitor, checking = box
    checking.locator("textarea").fill("<img src=x onerror=alert(1)> Moscow had approved the plan {{quoted}} ${1}")
    checking.locator("textarea").press("Enter")
    expect(checking.locator(".verdict")).to_be_visible()
    assert checking.locator("img").count() == 0
    assert visitor.page.locator("#quoth-checking .checked").inner_text()


@pytest.mark.real
def test_what_is_nowhere_is_said_in_the_language_of_the_page(visit, sample_origin):
    visitor = visit(sample_origin, locale="nl-NL")
    visitor.page.click("#quoth-checking summary")
    checking = visitor.page.locator("#quoth-checking")
    checking.get_by_label("Het citaat").fill("De koning van Denemarken at een appel in de tuin van zijn oma")
    checking.get_by_role("button", name="Kijk na").click()
    expect(checking.locator(".verdict")).to_have_text("Niet gevonden in de documenten.")
