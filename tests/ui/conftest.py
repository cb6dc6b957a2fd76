"""A browser, and a server for it to visit."""

import pytest

from tests.ui.stand_in import StandIn
from tests.ui.visiting import ARGUMENTS, CHROMIUM, PATIENCE, Visitor, page_app, served


@pytest.fixture(scope="package")
def browser():
    if CHROMIUM is None:
        pytest.skip("the page is not tested: there is no chromium on this machine (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def contexts(browser):
    """Keep one window for each kind of visitor, so that Gradio's scripts are fetched once and not for every test."""
    kept = {}

    def context(options):
        key = repr(sorted(options.items()))
        if key not in kept:
            kept[key] = browser.new_context(**options)
            kept[key].set_default_timeout(PATIENCE)
        return kept[key]

    yield context
    for window in kept.values():
        window.close()


@pytest.fixture
def visit(contexts):
    """Open pages, and check when the test is over that nothing happened in them that should not."""
    visitors = []

    def open_page(origin, **options):
        options = {"viewport": {"width": 1366, "height": 860}, "locale": "en-GB", **options}
        visitors.append(Visitor(contexts(options), origin))
        return visitors[-1]

    yield open_page
    for visitor in visitors:
        visitor.leave()


@pytest.fixture(scope="package")
def stand_in():
    return StandIn()


@pytest.fixture(scope="package")
def stand_in_origin(stand_in):
    with served(page_app(stand_in)) as origin:
        yield origin
