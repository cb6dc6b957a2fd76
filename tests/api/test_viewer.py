import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.viewer import MESSAGES, WORDS, markup, page_language

TEXT = "\nEen 😀 emoji\r\nen CRLF\rMac & <b>vet</b> 😀😀 &amp; $doel einde\r"
ASSETS = Path(__file__).resolve().parents[2] / "api" / "assets"
LIGHT_EACH = """spans => spans.map(([start, end]) => {
    history.replaceState(null, "", `#char=${start},${end}`);
    dispatchEvent(new Event("hashchange"));
    return [...document.querySelectorAll("mark")].map(mark => mark.textContent).join("");
})"""
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def page(client, upload):
    """The page of a document with the text above."""
    document = upload(("<i>Titel</i> & co.txt", TEXT.encode())).json()["documents"][0]
    return client.get(f"/documents/{document['id']}", headers={"Accept-Language": "nl"})


def test_the_page_shows_the_text_and_nothing_of_it_is_markup(page):
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<b>vet" not in page.text
    assert "<i>Titel" not in page.text
    assert "&lt;b&gt;vet&lt;/b&gt; 😀😀 &amp;amp; $doel einde" in page.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)


class Pieces(HTMLParser):
    """What a browser would take for text."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.text = ""

    def handle_data(self, data):
        assert "\r" not in data  # a browser would fold it into a line feed
        self.text += data

    def handle_charref(self, name):
        self.text += chr(int(name))

    def handle_entityref(self, name):
        self.text += html.unescape(f"&{name};")


@given(st.text(st.sampled_from("ab \r\n\t<>&;#13\0é😀")))
def test_markup_keeps_every_code_point_in_its_place(text):
    pieces = Pieces()
    pieces.feed(markup(text))
    pieces.close()
    assert pieces.text == text.replace("\0", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl", "nl"),
        ("nl-BE,nl;q=0.9", "nl"),
        ("de,nl;q=0.8,en;q=0.7", "nl"),
        ("nl;q=0.2,en;q=0.7", "en"),
        ("", "en"),
        ("xx;q=onzin", "en"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(header, language):
    request = Request({"type": "http", "headers": [(b"accept-language", header.encode())]})
    assert page_language(request) == language


def test_both_languages_have_the_same_words():
    assert WORDS["nl"].keys() == WORDS["en"].keys()
    assert MESSAGES["nl"].keys() == MESSAGES["en"].keys()


def test_assets_fetch_nothing():
    for path in ASSETS.iterdir():
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path.name


@pytest.mark.real
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
def test_a_browser_lights_exactly_the_cited_words(page):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM))
        tab = browser.new_page()
        problems = []
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("console", lambda message: problems.append(message.text))
        headers = {name: page.headers[name] for name in ("content-type", "content-security-policy")}
        tab.route("**/*", lambda route: route.fulfill(body=page.content, headers=headers))
        tab.goto("http://localhost/documents/x#char=5,6")
        assert tab.evaluate("document.getElementById('text').textContent") == TEXT
        spans = [[start, end] for start in range(len(TEXT) + 1) for end in range(start, len(TEXT) + 1, 7)]
        assert tab.evaluate(LIGHT_EACH, spans) == [TEXT[start:end] for start, end in spans]
        tab.evaluate("location.hash = 'char=900,950'; dispatchEvent(new Event('hashchange'))")
        assert "einde van de tekst" in tab.inner_text("#cited")
        browser.close()
    assert not problems
