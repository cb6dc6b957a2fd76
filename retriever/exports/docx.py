"""An answer as a Word document, with real footnotes: six small files in an archive (ECMA-376)."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from retriever.exports.sources import CitedAnswer

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MARKER = re.compile(r"\s*\[(\d+)\]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_STAMP = (1980, 1, 1, 0, 0, 0)  # so that the same answer makes the same file


def to_docx(cited: CitedAnswer) -> bytes:
    """Write question, answer and a footnote for each citation."""
    question = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{_run(cited.answer.question)}</w:p>'
    lines = "".join(_line(line) for line in cited.answer.text.splitlines())
    files = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations({"styles": "styles.xml", "footnotes": "footnotes.xml"}),
        "word/document.xml": f"<w:document {_W}><w:body>{question}{lines}</w:body></w:document>",
        "word/footnotes.xml": f"<w:footnotes {_W}>{_separators()}{_notes(cited)}</w:footnotes>",
        "word/styles.xml": _styles(),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, _STAMP), _HEAD + content)
    return archive.getvalue()


def _line(line: str) -> str:
    pieces = _MARKER.split(line)
    runs = (
        f'<w:r>{_RAISED}<w:footnoteReference w:id="{piece}"/></w:r>' if at % 2 else _run(piece)
        for at, piece in enumerate(pieces)
    )
    return f"<w:p>{''.join(runs)}</w:p>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(_NO_XML.sub("", text))}</w:t></w:r>' if text else ""


def _notes(cited: CitedAnswer) -> str:
    mark = f"<w:r>{_RAISED}<w:footnoteRef/></w:r>"
    return "".join(
        f'<w:footnote w:id="{number}"><w:p>{mark}{_run(" " + cited.note(citation))}</w:p></w:footnote>'
        for number, citation in enumerate(cited.citations, start=1)
    )


def _separators() -> str:
    kinds = ((-1, "separator"), (0, "continuationSeparator"))
    return "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in kinds
    )


def _styles() -> str:
    large = '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>'
    heading = f'<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>{large}</w:style>'
    return f"<w:styles {_W}>{heading}</w:styles>"


def _relations(targets: dict[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _content_types() -> str:
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {"document": "document.main", "footnotes": "footnotes", "styles": "styles"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.{kind}+xml"/>' for name, kind in parts.items()
    )
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{overrides}</Types>'
