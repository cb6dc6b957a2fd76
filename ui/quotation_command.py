"""The command that checks a quotation: `quoth check`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from retriever.quotations.types import QuotationCheck, QuotedPart, WordChange

console = Console()

VERDICTS = {
    "exact": "Exact: the documents have these words.",
    "altered": "Altered: the documents have other words.",
    "stitched": "Stitched: its parts stand in several places.",
    "elsewhere": "Elsewhere: it is in none of the documents that were named.",
    "not_found": "Not found in the documents.",
}


def check(
    quotation: Annotated[str, typer.Argument(help="The words that are quoted.")],
    *,
    document: Annotated[
        list[str] | None, typer.Option(help="It is said to be in this document (its id, or the first characters).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the check as JSON.")] = False,
) -> None:
    """Say whether the documents have a quotation word for word, and show what was changed; exit code 1 unless exact."""
    from ingest.catalogue import Catalogue
    from retriever.quotations.checking import check_quotation
    from retriever.settings import Settings
    from retriever.types import to_json
    from ui.documents import find_document

    with Catalogue.open(Settings.from_environment().home) as catalogue:
        ids = [find_document(part, catalogue.documents()).id for part in document] if document else None
        checked = check_quotation(quotation, catalogue, document_ids=ids)
    if as_json:
        print(json.dumps(to_json(checked), ensure_ascii=False, indent=1))  # noqa: T201
    else:
        print_check(checked)
    if checked.verdict != "exact":
        raise typer.Exit(1)


def print_check(checked: "QuotationCheck") -> None:
    """Print a verdict, and each place with its own words and what the quotation made of them."""
    console.print(VERDICTS[checked.verdict])
    for part in checked.parts:
        _print_part(part)
    for span in checked.missing:
        console.print(f"  nowhere: “{escape(checked.quotation[span.start : span.end])}”", soft_wrap=True)


def _print_part(part: "QuotedPart") -> None:
    cited = part.citation
    page = f", p. {cited.page}" if cited.page else ""
    console.print(f"\n{escape(cited.document_title)}{page}, characters {cited.start}-{cited.end}:", highlight=False)
    console.print(f"“{escape(' '.join(cited.quote.split()))}”", soft_wrap=True, highlight=False)
    for change in part.changes:
        console.print(f"  {_told(change)}", soft_wrap=True, highlight=False)
    if part.differences:
        names = ", ".join(difference.replace("_", " ") for difference in part.differences)
        console.print(f"  the same words, but for: {names}", highlight=False)


def _told(change: "WordChange") -> str:
    source, quoted = escape(change.source), escape(change.quoted)
    flags = "".join(f" [bold red]({flag})[/]" for flag in change.flags)
    if change.kind == "replaced":
        return f"“{source}” became “{quoted}”{flags}"
    return f"“{source}” was left out{flags}" if change.kind == "left_out" else f"“{quoted}” was added{flags}"
