"""ODT, as LibreOffice writes it: headings, lists, tables, notes; what was struck out is left out."""

from lxml import etree

from ingest.errors import ReadError
from ingest.readers.markup import Rules, add_tree, local
from ingest.readers.types import ReadText, TextBuilder
from ingest.readers.zipped import opened_zip

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MAX_SPACES = 100

_SKIPPED = frozenset(
    ["tracked-changes", "annotation", "annotation-end", "note-citation", "forms", "sequence-decls", "table-of-content"]
)


def _inserted(element: etree._Element) -> str:
    name = local(element)
    if name == "s":
        count = element.get(f"{_TEXT}c") or "1"
        return " " * min(int(count) if count.isdigit() else 1, MAX_SPACES)
    return " " if name == "tab" else ""


def _level(element: etree._Element) -> int:
    level = element.get(f"{_TEXT}outline-level") or "1"
    return min(max(int(level), 1), 6) if level.isdigit() else 1


_RULES = Rules(
    headings=frozenset(("h",)),
    paragraphs=frozenset(("p", "list", "section")),
    items=frozenset(("list-item",)),
    tables=frozenset(("table",)),
    rows=frozenset(("table-row",)),
    cells=frozenset(("table-cell",)),
    line_ends=frozenset(("line-break",)),
    notes=frozenset(("note",)),
    skips=lambda element: local(element) in _SKIPPED,
    level=_level,
    inserted=_inserted,
)


def read(name: str, data: bytes) -> ReadText:
    """Read a text document."""
    builder = TextBuilder()
    with opened_zip(name, data) as archive:
        content, meta = archive.xml("content.xml"), archive.xml("meta.xml")
    if content is None:
        raise ReadError(f"{name}: the file is damaged. Save it anew and add it again.")
    body = next((element for element in content.iter() if local(element) == "body"), content)
    add_tree(body, builder, _RULES)
    said = {} if meta is None else {local(one): one.text or "" for one in meta.iter() if isinstance(one.tag, str)}
    return builder.read(
        "application/vnd.oasis.opendocument.text",
        title=said.get("title", ""),
        author=said.get("initial-creator") or said.get("creator", ""),
        date=said.get("creation-date") or said.get("date", ""),
    )
