"""What every reader gives, and how it puts a text together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.types import Mark, MarkKind, Page, Span

_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")


@dataclass(frozen=True, slots=True)
class ReadText:
    """The text of a file, and what the file says of it."""

    text: str
    media_type: str
    title: str = ""
    author: str = ""
    date: str = ""
    pages: tuple[Page, ...] = ()
    marks: tuple[Mark, ...] = ()
    word_boxes: bytes = field(default=b"", repr=False)


class TextBuilder:
    """Puts a text together, a paragraph or a line at a time, and notes what each is."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def add(self, text: str, kind: MarkKind | None = None, *, level: int = 0, gap: str = "\n\n") -> Span | None:
        """Add a paragraph in which line ends stay; None when nothing in it is visible."""
        text = text.strip("\n").rstrip()
        if not text.strip():
            return None
        self._parts += [gap if self.length else "", text]
        self.length += len(self._parts[-2]) + len(text)
        span = Span(self.length - len(text), self.length)
        if kind and kind != "paragraph":
            self.marks.append(Mark(kind, span.start, span.end, level))
        return span

    def add_rows(self, rows: Sequence[Sequence[str]], *, has_header: bool | None = None) -> None:
        """Add the rows of a table, each a line; None: its first row names the columns if it looks like it."""
        filled = [cells for row in rows if any(cells := [one_line(cell) for cell in row])]
        if not filled:
            return
        names = names_columns(filled) if has_header is None else has_header and len(filled) > 1
        header: Span | None = None
        for number, cells in enumerate(filled):
            span = self.add(" | ".join(cells), gap="\n\n" if number == 0 else "\n")
            if span is None:
                continue
            header = span if names and number == 0 else header
            self.marks.append(Mark("header" if span is header else "row", span.start, span.end, header=header))

    def text(self) -> str:
        """Return what was added."""
        return "".join(self._parts)

    def read(self, media_type: str, *, title: str = "", author: str = "", date: str = "") -> ReadText:
        """Return it as a reader does."""
        marks = tuple(self.marks)
        return ReadText(
            self.text(), media_type, marks=marks, title=one_line(title), author=one_line(author), date=date_of(date)
        )


def one_line(text: str) -> str:
    """Return a text with white space of every kind as single spaces."""
    return _SPACES.sub(" ", text).strip()


def date_of(stated: str) -> str:
    """Return the date that a stated one begins with, as far as it is known; empty when it is none."""
    match = re.match(r"\s*(?:D:)?(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?!\d{1,3}(?!\d))", stated)
    return "-".join(filter(None, match.groups())) if match else ""


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a first row has words in every cell where others have numbers, or words that come once."""
    first, others = rows[0], rows[1:]
    if not others or not all(cell.strip() and not re.search(r"\d", cell) and len(cell) <= 60 for cell in first):
        return False
    return len(set(first)) == len(first) and len(first) > 1
