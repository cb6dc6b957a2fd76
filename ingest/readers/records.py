"""JSON and JSON Lines: a record is a row of its short values, with its long texts below it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import ReadError
from ingest.readers.encoding import decode
from ingest.readers.types import ReadText, TextBuilder, one_line
from ingest.types import Mark

MAX_SHORT_CHARACTERS = 200
MAX_DEPTH = 50
_LINES = (".jsonl", ".ndjson")


def read(name: str, data: bytes) -> ReadText:
    """Read records."""
    decoded = decode(name, data)
    builder = TextBuilder()
    for record in _records(name, decoded.text):
        _add(builder, record)
    return builder.read(f"application/json; charset={decoded.charset}")


def _records(name: str, text: str) -> Iterator[object]:
    if Path(name).suffix.lower() in _LINES:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _parsed(name, line, f" in line {number}")
        return
    whole: Any = _parsed(name, text, "")
    lists = [value for value in whole.values() if _is_records(value)] if isinstance(whole, dict) else []
    if isinstance(whole, list):
        yield from whole
    elif len(lists) == 1:  # one list in a wrapping says what the records are
        rest = {key: value for key, value in whole.items() if value is not lists[0]}
        yield from ([rest] if rest else [])
        yield from lists[0]
    else:
        yield whole


def _is_records(value: object) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value)


def _parsed(name: str, text: str, where: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ReadError(f"{name}: it is no JSON{where}. Check it and add it again.") from error


def _add(builder: TextBuilder, record: object) -> None:
    short, long = [], []
    for key, value in _leaves(record, ()):
        name = " ".join(key)
        if len(value) <= MAX_SHORT_CHARACTERS and "\n" not in value.strip():
            short.append(f"{name}: {one_line(value)}" if name else one_line(value))
        else:
            long.append(value)
    span = builder.add("; ".join(short))
    if span:
        builder.marks.append(Mark("row", span.start, span.end))
    for text in long:
        builder.add(text)


def _leaves(value: object, key: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the values of a record that are no lists or records, with the names that lead to them."""
    if len(key) > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, (*key, one_line(str(name))))
    elif isinstance(value, list):
        if all(isinstance(one, str | int | float) for one in value):
            yield key, ", ".join(map(str, value))
        else:
            for below in value:
                yield from _leaves(below, key)
    elif value is not None and str(value).strip():
        yield key, {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
