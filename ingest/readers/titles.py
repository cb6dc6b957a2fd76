"""What a document is called: by its file, by its first heading, or by the name of the file made readable."""

import re
from pathlib import Path

from ingest.readers.types import ReadText, one_line

MAX_CHARACTERS = 200
MAX_FIRST_LINE = 80

_WORD_BREAK = re.compile(r"_+|(?<=\w)-(?=\w)")
_NO_NAME = re.compile(
    r"(?:[\W_]|\d+|[0-9a-f]{8,}|(?:scan|img|image|doc|document|file|untitled|naamloos)(?=\b|\d|_))+", re.I
)
_PROGRAM = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel) - )|\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|html?)$", re.I)


def title_of(name: str, read: ReadText) -> str:
    """Return the title that a file has, else its first heading, else its name; its first line where that says nothing.

    A file's own title says nothing where it is the name of the file it was made from.
    """
    own = _PROGRAM.sub("", _visible(read.title))
    candidates = (own, _first_heading(read), from_name(name), _first_line(read.text))
    speaking = [one for one in candidates if one and not _NO_NAME.fullmatch(one)]
    title = speaking[0] if speaking else next(filter(None, (from_name(name), "Untitled")))
    return title[:MAX_CHARACTERS].rstrip()


def from_name(name: str) -> str:
    """Return the name of a file made readable."""
    words = _visible(_WORD_BREAK.sub(" ", Path(name).stem))
    return words[:1].upper() + words[1:]


def _first_heading(read: ReadText) -> str:
    first = next((mark for mark in read.marks if mark.kind == "heading"), None)
    return _visible(read.text[first.start : first.end]) if first else ""


def _first_line(text: str) -> str:
    line = next((line for line in text[:10_000].splitlines() if line.strip()), "")
    line = _visible(line)
    return line if len(line) <= MAX_FIRST_LINE else line[:MAX_FIRST_LINE].rsplit(" ", 1)[0] + "…"


def _visible(text: str) -> str:
    return one_line("".join(sign for sign in text if sign.isprintable() or sign.isspace()))
