"""EPUB: the chapters of a book in the order in which it is read."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from ingest.errors import ReadError
from ingest.readers.html import add_html
from ingest.readers.markup import local
from ingest.readers.types import ReadText, TextBuilder
from ingest.readers.zipped import opened_zip

_PAGES = ("application/xhtml+xml", "text/html")


def read(name: str, data: bytes) -> ReadText:
    """Read a book."""
    builder = TextBuilder()
    with opened_zip(name, data) as book:
        container = book.xml("META-INF/container.xml")
        found = [file for file in container.iter() if local(file) == "rootfile"] if container is not None else []
        path = found[0].get("full-path") if found else None
        package = book.xml(path) if path else None
        if package is None or path is None:
            raise ReadError(f"{name}: the book has no list of its chapters. Save it anew and add it again.")
        for chapter in _chapters(package, dirname(path)):
            if page := book.part(chapter):
                add_html(name, page, builder)
        return builder.read(
            "application/epub+zip",
            title=_said(package, "title"),
            author=", ".join(_all_said(package, "creator")),
            date=_said(package, "date"),
        )


def _chapters(package: etree._Element, folder: str) -> list[str]:
    files = {
        item.get("id"): normpath(join(folder, unquote(item.get("href") or "")))
        for item in package.iter()
        if local(item) == "item" and item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "")
    }
    order = [item.get("idref") for item in package.iter() if local(item) == "itemref"]
    return [files[id] for id in dict.fromkeys(order) if id in files]


def _said(package: etree._Element, name: str) -> str:
    return next(iter(_all_said(package, name)), "")


def _all_said(package: etree._Element, name: str) -> list[str]:
    found = ("".join(item.itertext()).strip() for item in package.iter() if local(item) == name)
    return [text for text in found if text]
