"""The selector's card: what its weights are made from and how, as data and as a page to read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.selection.examples import SHARES
from evals.selection.recipe import SelectionRecipe
from evals.selection.train import SelectionProgress
from evals.training.attribution import attribution_section
from evals.training.markdown import bullets, data_section, evenly, table, write_page
from evals.training.parts import PARTS

PAGE = "selector.md"

_VERIFIER = "verifier/"
_TASK = """\
Input: a question and a passage in sentences. Output: a score for each sentence, one for none of them, and the words \
in each sentence that answer. The loss is the negative marginal log-likelihood of the sentences that answer, or of \
none; a sentence that holds the words of an answer elsewhere in the passage counts neither way. Beside it, with a \
weight of 0.15, stands the cross-entropy of the first and last token of the answer inside its sentence. A score is the \
logit of a sentence less that of none, so those of two passages can be compared.
"""
_LIMITS = """\
- Trained on the sets above, some of them the development or test halves of public benchmarks: do not score it on those.
- Native Dutch questions are few: Dutch comes from one set of 120 questions, from headings of laws and manuals, and by \
transfer from other languages.
- Sections in company are put together by rule; their sentences all count as right.
"""


def make_selector_card(
    recipe: SelectionRecipe, progress: SelectionProgress, *, data: Mapping[str, Any], note: str
) -> dict[str, Any]:
    """Return the card, as `json.dumps` takes it.

    Args:
        recipe: What decided the weights.
        progress: How far training came.
        data: See `evals.training.card.describe_data`.
        note: What a reader of the card must know that the recipe does not say.
    """
    sets = {name: found for name, found in data["sets"].items() if not name.startswith(_VERIFIER)}
    return {
        "note": note,
        "recipe": recipe.described(),
        "trained": asdict(progress),
        "data": {**data, "sets": sets},
        "mixture": dict(SHARES),
    }


def write_selector_page(
    card: Mapping[str, Any], curve: Sequence[Mapping[str, Any]], figures: str, *, attribution: Path, folder: Path
) -> Path:
    """Write the card as a page to read, and return its path.

    Args:
        card: What the card beside the weights holds.
        curve: The points of the learning curve.
        figures: A table of what was measured; empty where nothing was.
        attribution: A page with a line to publish for each set; none for data of our own.
        folder: Where the page goes.
    """
    sections = {
        "What it is": _what(card),
        "The task": _TASK,
        "Recipe": bullets(card["recipe"]) + "\n" + _trained(card),
        "Learning curve": _curve(curve),
        "Data": _data(card),
        "Figures": figures,
        "Limits": _LIMITS,
        "Attribution": attribution_section(attribution, sets=card["data"]["sets"]),
    }
    return write_page(folder / PAGE, "Sentence selector of Quoth", sections)


def _what(card: Mapping[str, Any]) -> str:
    text = (
        f"What training changed in the reader-verifier with the sha256 `{card['base']}`: {card['bytes']:,} bytes in "
        f"half precision, `{card['weights']}`, sha256 `{card['sha256']}`. The lowest layers and the word embeddings "
        "are those of that network.\n\nLicence of the weights: CC BY-SA 4.0 "
        "(https://creativecommons.org/licenses/by-sa/4.0/), because sets under share-alike licences are among the data."
    )
    return f"{text}\n\n{card['note']}" if card["note"] else text


def _trained(card: Mapping[str, Any]) -> str:
    trained = card["trained"]
    return (
        f"Learned from {trained['tokens']:,} tokens ({trained['windows']:,} windows, with repetition) in "
        f"{trained['steps']:,} steps and {trained['seconds'] / 60:.0f} minutes. What is shipped is the moving average "
        "of the weights."
    )


def _curve(curve: Sequence[Mapping[str, Any]]) -> str:
    names = ("tokens", "windows", "selection", "span", "right")
    head = ("tokens", "windows", "selection loss", "span loss", "likeliest outcome right")
    return "Means of the 25 steps before each point.\n\n" + table(
        head, [[point[name] for name in names] for point in evenly(curve)]
    )


def _data(card: Mapping[str, Any]) -> str:
    return (
        "Split by document before anything else was made, as for the reader-verifier; sets under copyleft licences "
        "that may reach the weights (GPL, GFDL and the like) were never opened.\n\n" + data_section(card, PARTS)
    )
