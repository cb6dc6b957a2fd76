"""Files of each format made for tests, small and whole."""

import io
import tarfile
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("text", "text"), ("table", "table"), ("meta", "meta"))
)


def zipped(members, *, first=()):
    """Return a zip file of texts or bytes by name; those in `first` come first and are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in first:
            archive.writestr(zipfile.ZipInfo(name), members[name])
        for name, data in members.items():
            if name not in first:
                archive.writestr(name, data)
    return out.getvalue()


def tarred(members, mode="w:gz"):
    """Return a tar of bytes by name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return out.getvalue()


def docx(body, *, footnotes="", core=""):
    """Return a Word file with this body."""
    styles = (
        f'<w:styles {W}><w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Mine"><w:basedOn w:val="Kop1"/></w:style></w:styles>'
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": styles,
            "word/footnotes.xml": f"<w:footnotes {W}>{footnotes}</w:footnotes>",
            "docProps/core.xml": f'<c xmlns:dc="d" xmlns:dcterms="t">{core}</c>',
        }
    )


def odt(body, *, meta=""):
    """Return a text document of LibreOffice with this body."""
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "meta.xml": f'<office:meta {ODF} xmlns:dc="d">{meta}</office:meta>',
    }
    return zipped(members, first=["mimetype"])


def epub(chapters):
    """Return a book of chapters, named in the order in which they are read; its files are in another order."""
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in sorted(chapters)
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    package = (
        '<package xmlns:dc="d"><metadata><dc:title>The book of tolls</dc:title><dc:creator>A. Visser</dc:creator>'
        f"<dc:date>1953-03</dc:date></metadata><manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": package}
    members |= {f"OEBPS/{name}.xhtml": page for name, page in chapters.items()}
    return zipped(members, first=["mimetype"])
