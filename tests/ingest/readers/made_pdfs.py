"""PDFs made for tests: pages of lines, each where a test wants it."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LEADING = 14


class Pages:
    """A PDF that is being drawn."""

    def __init__(self, **about):
        self._bytes = BytesIO()
        self.canvas = Canvas(self._bytes, pagesize=A4, **about)

    def line(self, text, x, y, *, size=11, font="Times-Roman"):
        """Draw a line so far from the left and from the top."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def prose(self, text, x, y, *, width=460, size=11, font="Times-Roman", most=99):
        """Draw text wrapped to a width; returns where it ends, and the words that found no place."""
        words, lines = text.split(), []
        while words and len(lines) < most:
            line = [words.pop(0)]
            while words and stringWidth(" ".join([*line, words[0]]), font, size) <= width:
                line.append(words.pop(0))
            lines.append(" ".join(line))
        for line in lines:
            self.line(line, x, y, size=size, font=font)
            y += LEADING * size / 11
        return y, " ".join(words)

    def picture(self, png, *, x=0, y=0, width=WIDTH, height=HEIGHT):
        """Draw a picture over a page."""
        self.canvas.drawImage(ImageReader(BytesIO(png)), x, y, width, height)

    def end_page(self):
        """Go on to the next page."""
        self.canvas.showPage()

    def made(self):
        """Return the file."""
        self.canvas.save()
        return self._bytes.getvalue()
