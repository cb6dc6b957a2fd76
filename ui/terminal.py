"""Print an answer on the terminal."""

import re

from rich.console import Console
from rich.text import Text

from retriever.types import Answer

NEAREST_CHARACTERS = 160
# All control characters but tab and line feed; a carriage return would overwrite the line.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NEAREST = {"nl": "Dichtstbij, maar geen antwoord:", "en": "Nearest, but no answer:"}


def print_answer(answer: Answer, console: Console) -> None:
    """Print the answer's text, then each citation with its document, offsets and exact words."""
    _print(console, answer.text)
    citations = [citation for claim in answer.claims for citation in claim.citations]
    for number, citation in enumerate(citations, start=1):
        _print(console, f"\n[{number}] {citation.document_title}, {citation.start}-{citation.end}", style="bold")
        _print(console, citation.quote)
    if answer.nearest:
        _print(console, f"\n{_NEAREST[answer.language]}", style="italic")
    for hit in answer.nearest:
        words = hit.passage.search_text[:NEAREST_CHARACTERS].replace("\n", " ")
        _print(console, f"- {words} …", style="dim")


def printable(text: str) -> str:
    """Replace what would steer the terminal, or cannot be printed at all, by signs that can be seen."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(lambda match: chr(0x2400 + ord(match.group()) % 0x80), text)


def _print(console: Console, text: str, *, style: str = "") -> None:
    # Not wrapped: in a pipe the words must stay as they are.
    console.print(Text(printable(text), style=style), soft_wrap=True)
