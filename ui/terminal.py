"""Print an answer on the terminal."""

from rich.console import Console
from rich.text import Text

from retriever.types import Answer

NEAREST_CHARACTERS = 160
_NEAREST = {"nl": "Dichtstbij, maar geen antwoord:", "en": "Nearest, but no answer:"}


def print_answer(answer: Answer, console: Console) -> None:
    """Print the answer's text, then each citation with its document, offsets and exact words."""
    console.print(Text(answer.text))
    citations = [citation for claim in answer.claims for citation in claim.citations]
    for number, citation in enumerate(citations, start=1):
        place = f"[{number}] {citation.document_title}, {citation.start}-{citation.end}"
        console.print(Text(f"\n{place}\n", style="bold") + Text(citation.quote, style="not bold"))
    if answer.nearest:
        console.print(Text(f"\n{_NEAREST[answer.language]}", style="italic"))
    for hit in answer.nearest:
        words = hit.passage.search_text[:NEAREST_CHARACTERS].replace("\n", " ")
        console.print(Text(f"- {words} …", style="dim"))
