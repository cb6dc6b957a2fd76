"""CSV, TSV and XLSX: a row is a sentence, read with the names of its columns."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from warnings import catch_warnings, simplefilter

from ingest.errors import ReadError
from ingest.readers.encoding import decode
from ingest.readers.types import ReadText, TextBuilder
from ingest.readers.zipped import opened_zip

SNIFFED_CHARACTERS = 20_000
MAX_CELL_CHARACTERS = 1_000_000
MAX_COLUMNS = 1_000
SEPARATORS = ",;\t|"


def read(name: str, data: bytes) -> ReadText:
    """Read a table, or the sheets of a workbook."""
    if data.startswith(b"PK\x03\x04"):
        return _workbook(name, data)
    decoded = decode(name, data)
    builder = TextBuilder()
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    separator = "\t" if Path(name).suffix.lower() == ".tsv" else _separator(decoded.text)
    try:
        builder.add_rows(list(csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)))
    except csv.Error as error:
        raise ReadError(f"{name}: the table cannot be read ({error}). Save it anew as CSV and add it again.") from error
    return builder.read(f"text/csv; charset={decoded.charset}")


def _separator(text: str) -> str:
    """Return the sign that parts the cells: the one by which most rows have equally many."""
    sample = text[:SNIFFED_CHARACTERS]

    def fit(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row]
        commonest = max(set(widths), key=widths.count, default=1)
        return (widths.count(commonest) if commonest > 1 else 0), commonest

    return max(SEPARATORS, key=fit)


def _workbook(name: str, data: bytes) -> ReadText:
    import openpyxl

    with opened_zip(name, data):  # its bounds
        pass
    builder = TextBuilder()
    with catch_warnings():
        simplefilter("ignore")  # of what a workbook may hold and is not read
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = list(_rows(sheet))
            if rows and len(book.worksheets) > 1:
                builder.add(sheet.title, "heading", level=1)
            builder.add_rows(rows)
        about = book.properties
        book.close()
    return builder.read(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        title=about.title or "",
        author=about.creator if about.creator and about.creator != "openpyxl" else "",
        date=about.created.date().isoformat() if about.created else "",
    )


def _rows(sheet: "object") -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):  # type: ignore[attr-defined]
        cells = [_shown(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    return str(value)
