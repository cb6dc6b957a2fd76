"""Web pages that were saved: what a page is about, without its menus; tables, lists and headings are kept."""

import re
from functools import partial

from lxml import etree

from ingest.readers.encoding import decode
from ingest.readers.markup import Rules, add_tree, local
from ingest.readers.types import ReadText, TextBuilder

MIN_MAIN_SHARE = 0.25
"""What is marked as the main part of a page is all of it, if it has at least this share of its words."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_NO_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "datalist",
    ]
)
_NO_PROSE = frozenset(["nav", "footer", "form", "button", "select", "menu", "dialog", "aside"])
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|breadcrumbs?|share|sharing|social|newsletter|sidebar|menu|navbar|navigation"
    r"|advert|ads?|related|skip-link|screen-reader-text|toc-toggle)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATES = ("article:published_time", "dc.date", "dcterms.date", "date", "citation_publication_date", "dc.date.issued")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author")

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


def _skips(element: etree._Element, *, whole: bool) -> bool:
    name = local(element)
    if name in _NO_TEXT or element.get("hidden") is not None:
        return True
    if whole:
        return False
    told = f"{element.get('class') or ''} {element.get('id') or ''}"
    if name in _NO_PROSE or element.get("aria-hidden") == "true" or element.get("role") == "navigation":
        return True
    parent = element.getparent()
    of_site = name == "header" and parent is not None and local(parent) == "body"
    return of_site or (name not in ("body", "main", "article") and _BESIDE.search(told) is not None)


def _rules(*, whole: bool) -> Rules:
    return Rules(
        headings=HEADINGS,
        paragraphs=frozenset(
            [
                "p",
                "div",
                "section",
                "article",
                "main",
                "blockquote",
                "figure",
                "figcaption",
                "address",
                "dl",
                "dt",
                "dd",
                "ul",
                "ol",
                "header",
                "details",
                "summary",
                "caption",
                "hr",
                "center",
                "fieldset",
                "body",
                "html",
            ]
        ),
        items=frozenset(("li",)),
        tables=frozenset(("table",)),
        rows=frozenset(("tr",)),
        cells=frozenset(("td", "th")),
        header_cells=frozenset(("th",)),
        verbatim=frozenset(("pre",)),
        line_ends=frozenset(("br",)),
        skips=partial(_skips, whole=whole),
        level=lambda element: int(local(element)[1]),
    )


def read(name: str, data: bytes) -> ReadText:
    """Read a web page."""
    root = parsed_html(name, data)
    builder = TextBuilder()
    add_tree(_main(root), builder, _rules(whole=False))
    if not builder.length:  # nothing but what is beside other pages' texts
        add_tree(root, builder, _rules(whole=True))
    title = _meta(root, ("og:title", "dc.title")) or "".join(root.xpath("//title[1]//text()"))
    return builder.read("text/html", title=title, author=_meta(root, _AUTHORS), date=_meta(root, _DATES))


def add_html(name: str, data: bytes, builder: TextBuilder) -> None:
    """Add all text of a page that is part of something: a chapter of a book, the body of a mail."""
    add_tree(parsed_html(name, data), builder, _rules(whole=True))


def parsed_html(name: str, data: bytes) -> etree._Element:
    """Parse a page in the encoding that it states, or that its bytes show."""
    stated = _CHARSET.search(data[:2048])
    text = None
    if stated and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode(stated[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = None
    text = text if text is not None else decode(name, data).text
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = etree.fromstring(text.encode("utf-8", "replace") or b"<p></p>", parser)
    return root if root is not None else etree.fromstring(b"<html><body></body></html>")


def _main(root: etree._Element) -> etree._Element:
    whole = len("".join(root.itertext()))
    for path in ("//main", "//*[@role='main']", "//article"):
        found = root.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext())) >= MIN_MAIN_SHARE * whole:
            return found[0]
    return root


def _meta(root: etree._Element, names: tuple[str, ...]) -> str:
    """Return what the head of a page says under the first of some names."""
    said = {
        (tag.get("name") or tag.get("property") or "").lower(): tag.get("content") or ""
        for tag in reversed(root.xpath("//meta[@content]"))
    }
    return next((said[name] for name in names if said.get(name)), "")
