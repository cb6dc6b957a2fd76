"""Print how the questions of a set of folders came out."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.folders import FolderOutcome


def print_folders(name: str, outcomes: Sequence[FolderOutcome], console: Console, *, failures: bool) -> None:
    """Print what was right by kind of question and by folder, and on demand each question that was not."""
    if failures:
        for outcome in outcomes:
            if not outcome.right:
                console.print(_failure(outcome), markup=False, soft_wrap=True)
    table = Table("folder", "right", "of", title=name)
    for folder in dict.fromkeys(outcome.asked.folder for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.asked.folder == folder]
        table.add_row(folder, str(sum(outcome.right for outcome in own)), str(len(own)))
    console.print(table)
    answerable = [outcome for outcome in outcomes if outcome.asked.expected]
    others = [outcome for outcome in outcomes if not outcome.asked.expected]
    right = [outcome for outcome in answerable if outcome.right]
    for words, part, whole in (
        ("questions right", sum(outcome.right for outcome in outcomes), len(outcomes)),
        ("answerable, first claim quotes what it should", len(right), len(answerable)),
        ("  of these asserted", sum(outcome.asserted for outcome in right), len(right)),
        ("unanswerable, asserted all the same", sum(outcome.asserted for outcome in others), len(others)),
        ("questions with all pointers right", sum(outcome.pointers_right for outcome in outcomes), len(outcomes)),
    ):
        console.print(f"{words}: {part} of {whole}", markup=False, highlight=False)


def _failure(outcome: FolderOutcome) -> str:
    asked = outcome.asked
    turns = " / ".join((*asked.history, asked.question))
    wanted = " + ".join(asked.expected) or "a refusal"
    quoted = " ".join(outcome.quoted.split())[:200]
    return f"{asked.folder}: {turns}\n  wanted {wanted}\n  {outcome.status} {outcome.confidence:.2f}: {quoted}"
