"""The pages of a PDF as pictures, with words lit on them."""

from io import BytesIO

import pytest
from PIL import Image

from ingest.pages.picture_child import LIGHT
from tests.ingest.readers.made_pdfs import Pages

WORDS = "Four hundred labourers were paid in grain."


@pytest.fixture
def document(upload):
    pages = Pages()
    pages.line("The harbour silted up after the winter.", 60, 80)
    pages.end_page()
    pages.line(WORDS, 60, 400)
    return upload(("harbour.pdf", pages.made())).json()["documents"][0]


def picture(response):
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    return Image.open(BytesIO(response.content)).convert("RGB")


def test_a_page_is_drawn_with_the_words_lit_where_they_stand(client, document):
    text = client.get(f"/v1/documents/{document['id']}/text").text
    start = text.index(WORDS)
    page = picture(client.get(f"/v1/documents/{document['id']}/pages/2.png?start={start}&end={start + len(WORDS)}"))
    lit = [(x, y) for x in range(0, page.width, 5) for y in range(page.height) if page.getpixel((x, y)) == LIGHT]
    assert lit
    heights = {y / page.height for _, y in lit}
    assert 0.45 < min(heights) < max(heights) < 0.49
    assert min(x for x, _ in lit) / page.width > 60 / 596 - 0.01
    other = picture(client.get(f"/v1/documents/{document['id']}/pages/1.png?start={start}&end={start + len(WORDS)}"))
    assert LIGHT not in {color for _, color in other.getcolors(100_000)}


def test_a_page_that_is_not_there_is_not_found(client, document, upload):
    other = upload(("plain.txt", b"A text without pages.")).json()["documents"][0]
    for id, number in ((document["id"], 3), (other["id"], 1)):
        response = client.get(f"/v1/documents/{id}/pages/{number}.png")
        assert (response.status_code, response.json()["code"]) == (404, "no_page")
    assert client.get(f"/v1/documents/{'0' * 64}/pages/1.png").json()["code"] == "unknown_document"
    assert client.get(f"/v1/documents/{document['id']}/pages/0.png").status_code == 422


def test_the_page_of_a_document_may_show_its_pages(client, document, upload):
    shown = client.get(f"/documents/{document['id']}", headers={"Accept": "text/html"})
    assert f'data-pages="/v1/documents/{document["id"]}/pages"' in shown.text
    assert "img-src 'self' data:" in shown.headers["content-security-policy"]
    other = upload(("plain.txt", b"A text without pages.")).json()["documents"][0]
    assert 'data-pages=""' in client.get(f"/documents/{other['id']}", headers={"Accept": "text/html"}).text
