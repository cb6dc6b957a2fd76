"""The words of a page of a PDF with their places, as pdfium finds them."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.pages.types import PrintedWord

HYPHENS = (0x02, 0xFFFE, 0xFFFF)
"""What pdfium gives for a hyphen at the end of a line."""
RAISED_SIZE = 0.8
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
UPRIGHT = 0.2
NEXT_LINE = 0.6

_Edges = tuple[float, float, float, float]
"""The left, lower, right and upper edge, in the page's own points."""
_STEP = 100


@dataclass(slots=True)
class _Letters:
    """The letters of a word as they are read: each with its edges."""

    text: list[str] = field(default_factory=list)
    boxes: list[_Edges] = field(default_factory=list)
    first: int = 0


def words_of(page: pdfium.PdfPage) -> list[PrintedWord]:
    """Return the words of a page in the order in which the file has them."""
    text = page.get_textpage()
    try:
        to_seen = _to_seen(page)
        return [_word(text, letters, to_seen) for letters in _letters(text, to_seen)]
    finally:
        text.close()


def _letters(text: pdfium.PdfTextPage, to_seen: "_Mapping") -> Iterator[_Letters]:
    """Yield the letters of each word; one that a line end breaks, with no space in the file, is two."""
    box = raw.FS_RECTF()
    reference = ctypes.byref(box)
    letters = _Letters()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        sign = "-" if code in HYPHENS else chr(code) if code <= 0x10FFFF else "\ufffd"
        if sign.isspace() or (code < 0x20 and code not in HYPHENS):
            if letters.text:
                yield letters
            letters = _Letters()
            continue
        if raw.FPDFText_GetLooseCharBox(text, index, reference):
            edges = (box.left, box.bottom, box.right, box.top)
            if letters.text and _goes_back(letters.boxes[-1], edges, to_seen):
                yield letters
                letters = _Letters()
            if not letters.text:
                letters.first = index
            letters.text.append(sign)
            letters.boxes.append(edges)
    if letters.text:
        yield letters


def _goes_back(one: _Edges, other: _Edges, to_seen: "_Mapping") -> bool:
    """Tell whether a letter stands on a line below the one before, to its left."""
    height = one[3] - one[1]
    (left, top), (next_left, next_top) = to_seen.of(one[0], one[3]), to_seen.of(other[0], other[3])
    return next_left < left - height and next_top > top + NEXT_LINE * height


def _word(text: pdfium.PdfTextPage, letters: _Letters, to_seen: "_Mapping") -> PrintedWord:
    height = max(top - bottom for _, bottom, _, top in letters.boxes)
    base = min(bottom for _, bottom, _, top in letters.boxes if top - bottom > RAISED_SIZE * height)
    signs = [
        sign.translate(RAISED) if sign.isdigit() and top - bottom < RAISED_SIZE * height and bottom > base else sign
        for sign, (_, bottom, _, top) in zip(letters.text, letters.boxes, strict=True)
    ]
    corners = [to_seen.of(left, bottom) for left, bottom, _, _ in letters.boxes]
    corners += [to_seen.of(right, top) for _, _, right, top in letters.boxes]
    angle = raw.FPDFText_GetCharAngle(text, letters.first) + to_seen.angle
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return PrintedWord(
        "".join(signs),
        *(min(across), min(down), max(across), max(down)),
        size=height / 1.15,
        bold=_is_bold(text, letters.first),
        turned=abs(math.sin(angle / 2)) > UPRIGHT,
    )


def _is_bold(text: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, 200, ctypes.byref(flags))
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


@dataclass(frozen=True, slots=True)
class _Mapping:
    """From a point of a page to where it is seen: the page may be turned and cut, and its zero is at the bottom."""

    zero: tuple[float, float]
    right: tuple[float, float]
    up: tuple[float, float]
    angle: float

    def of(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is seen, in points from the top left corner."""
        return (
            self.zero[0] + x * self.right[0] + y * self.up[0],
            self.zero[1] + x * self.right[1] + y * self.up[1],
        )


def _to_seen(page: pdfium.PdfPage) -> _Mapping:
    width, height = page.get_size()
    zero, right, up = (_seen(page, width, height, *point) for point in ((0, 0), (1000, 0), (0, 1000)))
    along = ((right[0] - zero[0]) / 1000, (right[1] - zero[1]) / 1000)
    upward = ((up[0] - zero[0]) / 1000, (up[1] - zero[1]) / 1000)
    return _Mapping(zero, along, upward, math.atan2(along[1], along[0]))


def _seen(page: pdfium.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    size = round(width * _STEP), round(height * _STEP)
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _STEP, down.value / _STEP
