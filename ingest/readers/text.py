"""Plain text and Markdown."""

import re
from pathlib import Path

from ingest.readers.encoding import decode
from ingest.readers.types import ReadText, one_line
from ingest.types import Page

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?P<title>[^\s#>|-].{0,120})\r?\n=+[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"!?\[(?P<label>[^\]]*)\]\([^)]*\)|[*_`]+(?=\S)|(?<=\S)[*_`]+")
# code and front matter, where "#" begins a comment
_NO_PROSE = re.compile(
    r"\A---[ \t]*\r?\n.*?^---[ \t]*$|^(?P<fence>```|~~~).*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_SEARCHED = 200_000


def read(name: str, data: bytes) -> ReadText:
    """Read a text file: its text is what its bytes stand for, to the letter."""
    decoded = decode(name, data)
    kind = "text/markdown" if Path(name).suffix.lower() == ".md" else "text/plain"
    title = _first_heading(decoded.text) if kind == "text/markdown" else ""
    media_type = f"{kind}; charset={decoded.charset}"
    return ReadText(decoded.text, media_type, title=title, pages=form_feed_pages(decoded.text))


def form_feed_pages(text: str) -> tuple[Page, ...]:
    """Return the pages that form feeds divide a text into, none when there is no form feed."""
    if "\f" not in text:
        return ()
    ends = [match.end() for match in re.finditer("\f", text)]
    if ends[-1] < len(text):
        ends.append(len(text))
    return tuple(Page(number, start, end) for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1))


def _first_heading(text: str) -> str:
    prose = _NO_PROSE.sub("", text[:_SEARCHED])
    matches = [match for pattern in (_HEADING, _UNDERLINED) if (match := pattern.search(prose))]
    if not matches:
        return ""
    title = min(matches, key=lambda match: match.start())["title"]
    return one_line(_MARKUP.sub(lambda match: match["label"] or "", title))
