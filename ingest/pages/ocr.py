"""The words of a scanned page, read by tesseract where that is installed."""

import subprocess
from statistics import median

import pypdfium2 as pdfium

from ingest.pages.types import PrintedWord
from ingest.readers.ocr_programs import environment, known_languages

DOTS_PER_INCH = 300
MAX_PIXELS = 40_000_000
SECONDS_PER_PAGE = 50
MIN_CONFIDENCE = 20.0
LINE_HEIGHT = 1.3
SAME_SIZE = 0.75, 1.45
"""Between these shares of the height of most lines, a line is set in the same letters."""


def scanned_words(page: pdfium.PdfPage) -> list[PrintedWord]:
    """Return the words in the picture of a page; none without the program, or when it fails."""
    languages = known_languages()
    if not languages:
        return []
    width, height = page.get_size()
    scale = min(DOTS_PER_INCH / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    picture = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    head = f"P5 {bitmap.width} {bitmap.height} 255\n".encode()
    bitmap.close()
    command = ["tesseract", "stdin", "stdout", "-l", languages, "--dpi", str(round(72 * scale)), "tsv"]
    try:
        done = subprocess.run(
            command, input=head + picture, capture_output=True, timeout=SECONDS_PER_PAGE, check=False, env=environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _words(done.stdout.decode("utf-8", "replace"), scale)


def _words(table: str, scale: float) -> list[PrintedWord]:
    """Read the table that tesseract gives: a row for each line, and then one for each of its words."""
    found: list[tuple[str, float, float, float, float]] = []
    top = height = 0.0
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] not in ("4", "5"):
            continue
        left, own_top, width, own_height = (float(cell) / scale for cell in cells[6:10])
        if cells[0] == "4":
            top, height = own_top, own_height
        elif cells[11].strip() and float(cells[10]) >= MIN_CONFIDENCE:
            found.append((cells[11].strip(), left, top, left + width, top + height))
    ordinary = median([bottom - top for _, _, top, _, bottom in found]) if found else 0.0
    return [PrintedWord(*one, size=_size(one[4] - one[2], ordinary) / LINE_HEIGHT) for one in found]


def _size(height: float, ordinary: float) -> float:
    """Return the height of a line; one without a letter that goes up or down counts as all others do."""
    return ordinary if SAME_SIZE[0] * ordinary <= height <= SAME_SIZE[1] * ordinary else height
