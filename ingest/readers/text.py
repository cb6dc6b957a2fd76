"""Plain text and Markdown: the title of a document and its pages."""

import re
from pathlib import Path

from ingest.types import Page

MEDIA_TYPES = {".txt": "text/plain", ".md": "text/markdown"}

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?P<title>[^\s#>|-].{0,120})\r?\n=+[ \t]*$", re.MULTILINE)
_MARKUP = re.compile(r"!?\[(?P<label>[^\]]*)\]\([^)]*\)|[*_`]+(?=\S)|(?<=\S)[*_`]+")
# code and front matter, where "#" begins a comment
_NO_PROSE = re.compile(
    r"\A---[ \t]*\r?\n.*?^---[ \t]*$|^(?P<fence>```|~~~).*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_WORD_BREAK = re.compile(r"_+|(?<=\w)-(?=\w)")
_SEARCHED = 200_000
_LONGEST_TITLE = 200


def form_feed_pages(text: str) -> tuple[Page, ...]:
    """Return the pages that form feeds divide a text into, none when there is no form feed."""
    if "\f" not in text:
        return ()
    ends = [match.end() for match in re.finditer("\f", text)]
    if ends[-1] < len(text):
        ends.append(len(text))
    return tuple(Page(number, start, end) for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1))


def _from_name(name: str) -> str:
    words = _one_line(_WORD_BREAK.sub(" ", Path(name).stem))
    return words[:1].upper() + words[1:]


def title_of(name: str, text: str, media_type: str) -> str:
    """Return the first Markdown heading, or the file's name made readable; never a sentence of the text."""
    heading = _first_heading(text) if media_type == "text/markdown" else ""
    return (heading or _from_name(name) or "Untitled")[:_LONGEST_TITLE].rstrip()


def _first_heading(text: str) -> str:
    prose = _NO_PROSE.sub("", text[:_SEARCHED])
    matches = [match for pattern in (_HEADING, _UNDERLINED) if (match := pattern.search(prose))]
    if not matches:
        return ""
    title = min(matches, key=lambda match: match.start())["title"]
    return _one_line(_MARKUP.sub(lambda match: match["label"] or "", title))


def _one_line(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())
