"""RTF: its paragraphs; a table's cells are parted by |."""

import re

from striprtf.striprtf import rtf_to_text

from ingest.readers.types import ReadText, TextBuilder

_ABOUT = re.compile(rb"\{\\(title|author)\s([^{}\\]{1,300})\}")
_YEAR = re.compile(rb"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read(name: str, data: bytes) -> ReadText:
    """Read an RTF file."""
    builder = TextBuilder()
    rows: list[list[str]] = []
    for line in rtf_to_text(data.decode("latin-1"), errors="ignore").splitlines():
        if line.endswith("|"):
            rows.append(line[:-1].split("|"))
            continue
        builder.add_rows(rows)
        rows = []
        builder.add(line.strip())
    builder.add_rows(rows)
    about = {key.decode(): value.decode("cp1252", "replace") for key, value in _ABOUT.findall(data[:20_000])}
    made = _YEAR.search(data[:20_000])
    date = "-".join(part.decode().zfill(2) for part in made.groups()) if made else ""
    return builder.read("application/rtf", title=about.get("title", ""), author=about.get("author", ""), date=date)
