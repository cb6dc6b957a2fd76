"""The picture of the page that cited words stand on, with the words lit."""

from urllib.parse import quote as percent_encoded

from ingest.pages.word_boxes import boxes_of
from ingest.types import Document
from ui.markup import Html, element
from ui.strings import InterfaceLanguage, text


def picture_address(document: Document, page: int, start: int, end: int) -> str:
    """Return where a page with words lit on it can be had."""
    return f"/v1/documents/{percent_encoded(document.id, safe='')}/pages/{page}.png?start={start}&end={end}"


def render_page_picture(document: Document, start: int, end: int, language: InterfaceLanguage) -> Html:
    """Render the page of the first cited word; nothing where the pages are not shown."""
    boxes = boxes_of(document.word_boxes, start, end)
    if not boxes:
        return Html("")
    first = boxes[0]
    picture = element(
        "img",
        src=picture_address(document, first.page, start, end),
        alt=text("page_picture", language, page=first.page),
        data_top=f"{first.top:.4f}",
    )
    label = text("page", language, page=first.page)
    return element("div", picture, class_="page-picture", tabindex=0, role="region", aria_label=label)
