"""Pictures for whoever works on the page: `QUOTH_SCREENSHOTS=folder pytest tests/ui/test_pictures.py`."""

from itertools import product
from pathlib import Path

import pytest

from tests.ui.stand_in import BROKEN, UNKNOWN
from tests.ui.visiting import PHONE, SCREENSHOTS


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not SCREENSHOTS, reason="takes pictures into the folder QUOTH_SCREENSHOTS")
def test_pictures(visit, sample_origin, answered, stand_in_origin):
    for device, scheme in product(("desktop", "phone"), ("light", "dark")):
        options = {"color_scheme": scheme, **(PHONE | {"device_scale_factor": 2} if device == "phone" else {})}
        for address, locale, number in ((sample_origin, "nl-NL", answered), (stand_in_origin, "en-GB", 1)):
            visitor = visit(address, locale=locale, **options)
            for name, full_page in walk(visitor, number):
                visitor.page.wait_for_timeout(600)
                path = Path(SCREENSHOTS) / f"{device}-{scheme}-{locale[:2]}-{name}.png"
                visitor.page.screenshot(path=path, full_page=full_page)


def walk(visitor, number):
    """Go through the states of the page; each yields its name and whether the whole page is of interest."""
    yield "1-welcome", False
    turn = visitor.ask_suggested(number)
    yield "2-answer", False
    turn.locator(".flag button").nth(2).click()
    turn.locator(".flag [aria-pressed=true]").wait_for()
    turn.locator(".citation").last.click()
    visitor.lit()
    yield "3-source", False
    visitor.page.click("[data-close]")
    turn = visitor.ask(UNKNOWN)
    turn.locator("summary").click()
    yield "4-refusal", False
    turn.locator(".near").first.click()
    visitor.lit()
    yield "5-near", False
    visitor.page.click("[data-close]")
    visitor.ask(BROKEN)
    yield "6-whole", True
