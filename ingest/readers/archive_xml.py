"""XML of archives: TEI, and the PAGE, ALTO and hOCR that text recognition gives."""

from collections.abc import Iterator

from lxml import etree

from ingest.errors import UnsupportedFileError
from ingest.readers.markup import Rules, add_tree, local
from ingest.readers.types import ReadText, TextBuilder, one_line
from ingest.readers.zipped import parsed_xml
from ingest.types import Page

_LEFT_OUT = frozenset(("teiHeader", "fw", "facsimile", "sourceDoc", "del", "surplus"))


def _is_left_out(element: etree._Element) -> bool:
    """Tell whether an editor takes words for none of the text, or gives better ones beside them."""
    name, above = local(element), element.getparent()
    return name in _LEFT_OUT or (name in ("orig", "sic", "abbr") and above is not None and local(above) == "choice")


_PARAGRAPHS = (
    *("p", "ab", "div", "lg", "l", "sp", "speaker", "opener", "closer", "salute", "signed", "dateline"),
    *("body", "front", "back", "text", "quote"),
)

_TEI = Rules(
    headings=frozenset(("head",)),
    paragraphs=frozenset(_PARAGRAPHS),
    items=frozenset(("item",)),
    tables=frozenset(("table",)),
    rows=frozenset(("row",)),
    cells=frozenset(("cell",)),
    line_ends=frozenset(("lb",)),
    notes=frozenset(("note",)),
    skips=_is_left_out,
    level=lambda element: min(sum(local(one) == "div" for one in element.iterancestors()) or 1, 6),
)


def read(name: str, data: bytes) -> ReadText:
    """Read XML of one of these kinds."""
    root = parsed_xml(name, data)
    kind = local(root)
    if kind in ("TEI", "TEI.2", "teiCorpus"):
        return _tei(root)
    if kind == "alto":
        return _recognised(_alto(root), "application/alto+xml")
    if kind == "PcGts":
        return _recognised(_page_xml(root), "application/vnd.prima.page+xml")
    if root.xpath("//*[contains(concat(' ', @class, ' '), ' ocr_page ')]"):
        return _recognised(_hocr(root), "text/vnd.hocr+html")
    raise UnsupportedFileError(
        f"{name}: of XML Quoth reads TEI, PAGE, ALTO and hOCR. Save it as one of these, or as text."
    )


def _tei(root: etree._Element) -> ReadText:
    builder = TextBuilder()
    for text in (element for element in root.iter() if local(element) == "text"):
        if not any(local(above) == "text" for above in text.iterancestors()):
            add_tree(text, builder, _TEI)
    head = next((element for element in root.iter() if local(element) == "titleStmt"), None)
    said = {} if head is None else {local(one): one_line("".join(one.itertext())) for one in reversed(head)}
    dates = [element.get("when") or element.text or "" for element in root.iter() if local(element) == "date"]
    return builder.read(
        "application/tei+xml", title=said.get("title", ""), author=said.get("author", ""), date=next(iter(dates), "")
    )


Region = list[str]
"""The lines of a paragraph."""


def _recognised(pages: Iterator[list[Region]], media_type: str) -> ReadText:
    builder = TextBuilder()
    spans: list[Page] = []
    for number, regions in enumerate(pages, 1):
        start = builder.length
        for region in regions:
            builder.add("\n".join(line for line in region if line.strip()))
        if builder.length > start:
            spans.append(Page(number, start + 2 * bool(start), builder.length))
    read = builder.read(media_type)
    return ReadText(read.text, media_type, pages=tuple(spans))


def _alto(root: etree._Element) -> Iterator[list[Region]]:
    for page in (element for element in root.iter() if local(element) == "Page"):
        blocks = [element for element in page.iter() if local(element) == "TextBlock"]
        yield [[_alto_line(line) for line in block if local(line) == "TextLine"] for block in blocks]


def _alto_line(line: etree._Element) -> str:
    words = []
    for element in line:
        if local(element) == "String":
            words.append(element.get("CONTENT") or "")
        elif local(element) == "HYP" and words:
            words[-1] += element.get("CONTENT") or "-"
    return " ".join(words)


def _page_xml(root: etree._Element) -> Iterator[list[Region]]:
    for page in (element for element in root.iter() if local(element) == "Page"):
        regions = {one.get("id"): one for one in page.iter() if local(one) == "TextRegion"}
        order = [one.get("regionRef") for one in page.iter() if local(one).startswith("RegionRef")]
        ids = [id for id in dict.fromkeys([*order, *regions]) if id in regions]
        yield [[_page_line(line) for line in regions[id] if local(line) == "TextLine"] for id in ids]


def _page_line(line: etree._Element) -> str:
    found = [one for equiv in line if local(equiv) == "TextEquiv" for one in equiv if local(one) == "Unicode"]
    return (found[0].text or "") if found else ""


def _hocr(root: etree._Element) -> Iterator[list[Region]]:
    for page in _of_class(root, "ocr_page"):
        paragraphs = _of_class(page, "ocr_par") or [page]
        yield [[one_line("".join(line.itertext())) for line in _hocr_lines(region)] for region in paragraphs]


def _hocr_lines(region: etree._Element) -> list[etree._Element]:
    return [line for kind in ("ocr_line", "ocr_header", "ocr_caption") for line in _of_class(region, kind)]


def _of_class(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]"))
