"""Print an answer on the terminal."""

import re
from collections.abc import Iterator

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from retriever.drafting import answer_text, shown_quote
from retriever.events import AnswerEvent, AnswerGiven, ClaimChecked, ProseChecked
from retriever.types import Answer, Citation, Claim, Prose
from retriever.words.language_names import language_name
from ui.citations import number_claims
from ui.prose_account import say_checked, say_fallback
from ui.strings import InterfaceLanguage, text

NEAREST_CHARACTERS = 160
# All control characters but tab and line feed; a carriage return would overwrite the line.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NEAREST = {"nl": "Dichtstbij, maar geen antwoord:", "en": "Nearest, but no answer:"}


def print_answer(answer: Answer, console: Console) -> None:
    """Print the answer's text, then each citation with its document, offsets and exact words."""
    if answer.prose and answer.prose.shown:
        _print_prose(answer, answer.prose, console)
        return
    _print(console, answer.text)
    citations = [citation for claim in answer.claims for citation in claim.citations]
    for number, citation in enumerate(citations, start=1):
        _print_citation(console, f"[{number}]", citation)
    if answer.nearest:
        _print(console, f"\n{_NEAREST[answer.language]}", style="italic")
    for hit in answer.nearest:
        words = hit.passage.search_text[:NEAREST_CHARACTERS].replace("\n", " ")
        _print(console, f"- {words} …", style="dim")


def show_growing(events: Iterator[AnswerEvent], console: Console, language: InterfaceLanguage) -> Answer:
    """Show an answer while a language model writes it, clear it away when it is done, and return it.

    Where `console` is no terminal nothing is shown. `language` is that of the question.
    """
    sentences: list[Text] = []
    quotations: list[Text] = []
    spinner = Spinner("dots", f"{text('writing', language)} …", style="dim")
    with Live(console=console, transient=True) as live:
        for event in events:
            match event:
                case ProseChecked(claim):
                    sentences.append(Text(_sentence(claim)))
                case ClaimChecked(claim):
                    quotations.append(Text(_sentence(claim), style="dim"))
            if quotations:
                live.update(Group(*sentences, spinner, *quotations), refresh=True)
    assert isinstance(event, AnswerGiven)  # the last one
    return event.data


def print_fallback(answer: Answer, console: Console) -> None:
    """Print why there is no prose where a language model was to write it."""
    if answer.prose and not answer.prose.shown:
        detail = f" ({answer.prose.detail})" if answer.prose.detail else ""
        _print(console, f"\n{say_fallback(answer.prose, answer.language)}{detail}", style="italic")


def printable(text: str) -> str:
    """Replace what would steer the terminal, or cannot be printed at all, by signs that can be seen."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(lambda match: chr(0x2400 + ord(match.group()) % 0x80), text)


def _sentence(claim: Claim) -> str:
    return printable(f"“{shown_quote(claim)}”" if claim.kind == "quotation" else claim.text)


def _print_prose(answer: Answer, prose: Prose, console: Console) -> None:
    """Print the prose, the words that each of its numbers points at, and how many sentences passed the check."""
    _print(console, answer_text(answer.claims, answer.disagreements, answer.language))
    numbers: dict[Citation, list[int]] = {}
    for one in number_claims(answer.claims):
        for number, citation in one.citations:
            numbers.setdefault(citation, []).append(number)
    for citation, own in numbers.items():
        foreign = citation.language != answer.language
        language = text("in_language", answer.language, name=language_name(citation.language, answer.language))
        _print_citation(console, "".join(f"[{number}]" for number in own), citation, language if foreign else "")
    _print(console, f"\n{say_checked(prose, answer.language)}", style="italic")


def _print_citation(console: Console, marks: str, citation: Citation, note: str = "") -> None:
    place = f"{citation.document_title}, {citation.start}-{citation.end}"
    _print(console, f"\n{marks} {place}{note and f', {note}'}", style="bold")
    _print(console, citation.quote)


def _print(console: Console, text: str, *, style: str = "") -> None:
    # Not wrapped: in a pipe the words must stay as they are.
    console.print(Text(printable(text), style=style), soft_wrap=True)
