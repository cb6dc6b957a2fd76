"""PDFs of known texts: one and two columns by two programs, with running heads and page numbers, and scans of them."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
HEAD = "FROM THE ARCHIVE"
SCAN_DOTS_PER_INCH = 200
BROWSER = "/usr/bin/chromium"


@dataclass(frozen=True, slots=True)
class MadePdf:
    """A PDF, the paragraphs that it was made of, and of which kind it is."""

    name: str
    kind: str
    paragraphs: tuple[str, ...]
    data: bytes


def one_column(paragraphs: Sequence[str]) -> bytes:
    """Set paragraphs in one column, with a head and a page number on each page."""
    return _set(paragraphs, [(60, 475)], size=11)


def two_columns(paragraphs: Sequence[str]) -> bytes:
    """Set paragraphs in two columns, likewise."""
    return _set(paragraphs, [(55, 235), (305, 235)], size=9.5)


def _set(paragraphs: Sequence[str], columns: Sequence[tuple[int, int]], *, size: float) -> bytes:
    if "Serif" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Serif", str(FONT)))

    def furnish(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Serif", 8)
        canvas.drawString(60, 805, HEAD)
        canvas.drawRightString(535, 805, str(40 + document.page))

    out = BytesIO()
    frames = [Frame(left, 60, width, 715, leftPadding=0, rightPadding=0) for left, width in columns]
    document = BaseDocTemplate(out, pagesize=A4, pageTemplates=[PageTemplate(frames=frames, onPage=furnish)])
    style = ParagraphStyle(
        "body", fontName="Serif", fontSize=size, leading=1.35 * size, alignment=TA_JUSTIFY, firstLineIndent=1.2 * size
    )
    document.build([Paragraph(html.escape(paragraph, quote=False), style) for paragraph in paragraphs])
    return out.getvalue()


def by_browser(columns: int) -> Callable[[Sequence[str]], bytes]:
    """Return what sets paragraphs in columns by a browser, with a head and a page number."""

    def made(paragraphs: Sequence[str]) -> bytes:
        from playwright.sync_api import sync_playwright

        body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
        of_columns = f"columns:{columns}; column-gap:2em" if columns > 1 else ""
        style = f"font:11pt/1.35 'DejaVu Serif'; text-align:justify; {of_columns}"
        small = "font-size:8pt; width:100%; padding:0 2cm; display:flex; justify-content:space-between"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            page = browser.new_page()
            page.set_content(f'<html><body><div style="{style}">{body}</div></body></html>')
            data = page.pdf(
                format="A4",
                margin=dict.fromkeys(("top", "bottom", "left", "right"), "2.2cm"),
                display_header_footer=True,
                header_template=f'<div style="{small}"><span>{HEAD}</span><span class="pageNumber"></span></div>',
                footer_template="<span></span>",
            )
            browser.close()
        return data

    return made


def scan_of(data: bytes) -> bytes:
    """Return a PDF of pictures of the pages of another, grey and as coarse as scans are."""
    out, source = BytesIO(), pypdfium2.PdfDocument(data)
    canvas = Canvas(out, pagesize=A4)
    for page in source:
        picture = page.render(scale=SCAN_DOTS_PER_INCH / 72, grayscale=True).to_pil()
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    source.close()
    return out.getvalue()


KINDS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "one column": one_column,
    "one column, by a browser": by_browser(1),
    "two columns": two_columns,
    "two columns, by a browser": by_browser(2),
    "scan of one column": lambda paragraphs: scan_of(one_column(paragraphs)),
}
