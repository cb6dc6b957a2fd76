"""SRT and VTT: what is said; numbers and times of the cues stay in the text, aside of what is searched."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.readers.encoding import decode
from ingest.readers.types import ReadText
from ingest.types import Mark

_TIMES = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*")
_BLOCK = re.compile(r"\s*(?:WEBVTT|NOTE|STYLE|REGION)\b")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>|<\d[\d:.]{0,20}>|\{\\an?\d\}")


def read(name: str, data: bytes) -> ReadText:
    """Read subtitles."""
    decoded = decode(name, data)
    marks = tuple(Mark("aside", start, end) for start, end in _aside(decoded.text))
    kind = "text/vtt" if Path(name).suffix.lower() == ".vtt" else "application/x-subrip"
    return ReadText(decoded.text, f"{kind}; charset={decoded.charset}", marks=marks)


def _aside(text: str) -> Iterator[tuple[int, int]]:
    """Yield the visible parts of lines that nobody says."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\r\n]+", text)]
    in_block = False
    for place, (start, end) in enumerate(lines):
        line = text[start:end]
        after_gap = place == 0 or "\n" in text[lines[place - 1][1] : start].replace("\r\n", "\n")[1:]
        follows = place + 1 < len(lines) and _TIMES.fullmatch(text[slice(*lines[place + 1])])
        in_block = bool(_BLOCK.match(line)) if after_gap else in_block
        if in_block or _TIMES.fullmatch(line) or (after_gap and follows):
            yield start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        else:
            yield from ((start + tag.start(), start + tag.end()) for tag in _TAG.finditer(line))
