"""Write the model card as a page: what the weights are made from, how good they are and where they end."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.training.attribution import attribution_section
from evals.training.calibration import CROSSINGS
from evals.training.headline import headline_rows
from evals.training.markdown import bullets, cell, data_section, evenly, table, table_of, write_page
from evals.training.minimal_pairs import KINDS
from evals.training.parts import PARTS
from evals.training.verifying_figures import pair_group

REPORT = "reader-verifier.md"

_INTERVALS = "Between brackets: 95 % intervals, bootstrapped over the questions or claims.\n\n"
_LIMITS = """\
- Trained on the sets above, some of them the development or test halves of public benchmarks: do not score it on those.
- SQuAD 2.0 and XQuAD share ten articles; two of them are the test and one sets the threshold, so the figures on these \
sets hang on few articles, and their intervals do not show by how much.
- Native Dutch questions are few; most Dutch comes from manuals, laws and rules.
- The minimal pairs are made by rule, for training and testing alike: they show whether the rules are seen through, \
not how well people's own twists are.
- Thai, Japanese and Chinese answers are compared character by character, other languages by the blank.
"""


def write_report(
    card: Mapping[str, Any], curve: Sequence[Mapping[str, Any]], *, attribution: Path, folder: Path
) -> Path:
    """Write the card as a page to read, and return its path.

    Args:
        card: What the card beside the weights holds.
        curve: The points of the learning curve.
        attribution: A page with a line to publish for each set; none for data of our own.
        folder: Where the page goes.
    """
    figures = card["figures"]
    sections = {
        "What it is": _what(card),
        "In short": _INTERVALS + table(["measure", "of", "figure", "asked for"], headline_rows(figures)),
        "Recipe": _recipe(card),
        "Learning curve": _curve(curve),
        "Data": _data(card),
        "Reading": _reading(figures),
        "Verifying": _verifying(figures),
        "Ranking (nDCG@10)": _ranking(figures["ranking"]),
        "Refusing": _refusing(card),
        "Reliability": "\n".join(_reliability(card)),
        "Limits": _LIMITS,
        "Attribution": attribution_section(attribution, sets=card["data"]["sets"]),
    }
    return write_page(folder / REPORT, "Reader and verifier of Quoth", sections)


def _what(card: Mapping[str, Any]) -> str:
    text = (
        f"What training added to `{card['encoder']['name']}`: {card['bytes']:,} bytes in half precision, "
        f"`{card['weights']}`, sha256 `{card['sha256']}`. One encoder, heads for the span, for relevance and for the "
        "three verdicts. The word embeddings are those of the encoder.\n\nLicence of the weights: CC BY-SA 4.0 "
        "(https://creativecommons.org/licenses/by-sa/4.0/), because sets under share-alike licences are among the data."
    )
    return f"{text}\n\n{card['note']}" if card["note"] else text


def _recipe(card: Mapping[str, Any]) -> str:
    recipe, trained = card["recipe"], card["trained"]
    chosen = {name: value for name, value in recipe.items() if value not in (None, [], False) and name != "rounds"}
    rounds = "".join(_round(number, planned) for number, planned in enumerate(recipe["rounds"], start=1))
    planned = sum(each["tokens"] for each in recipe["rounds"])
    early = f"That is less than the {planned:,} tokens of the recipe: the clock ended it, or somebody did. "
    return (
        f"{bullets(chosen)}{rounds}\n"
        f"Learned from {trained['tokens']:,} tokens ({trained['examples']:,} examples, with repetition) in "
        f"{trained['steps']:,} steps and {trained['seconds'] / 60:.0f} minutes. "
        f"{early if trained['tokens'] < planned else ''}"
        "The rate rises and falls once a round. The same seed and data give the same batches; a run that ends by "
        "tokens gives the same weights on the same kind of machine.\n"
    )


def _round(number: int, planned: Mapping[str, int]) -> str:
    frozen = planned["frozen_layers"]
    return f"- round {number}: {planned['tokens']:,} tokens" + (
        f", the lowest {frozen} layers frozen\n" if frozen else "\n"
    )


def _curve(curve: Sequence[Mapping[str, Any]]) -> str:
    head = ["tokens", "examples", "share of the round", "span", "relevance", "verdict"]
    names = ["tokens", "examples", "spent", "span", "relevance", "verdict"]
    rows = [[point[name] for name in names] for point in evenly(curve)]
    return "Mean losses of the steps before each point; every point is in `curve.jsonl`.\n\n" + table(head, rows)


def _data(card: Mapping[str, Any]) -> str:
    return (
        "Split by document before anything else was made. "
        f"{card['data']['left_out']:,} records were left out because they stand near a held-out text. Of the test, "
        f"{card['figures']['left_out']:,} examples are not counted because they share a sentence with training. "
        "Sets under copyleft licences that may reach the weights (GPL, GFDL and the like) were never opened.\n\n"
        f"{data_section(card, PARTS)}"
    )


def _reading(figures: Mapping[str, Any]) -> str:
    across = figures["reading_across_languages"]
    return (
        "Refusals count: silence is right where there is no answer, and wrong elsewhere. *f1 answering*: on the "
        f"answerable questions, when the best span is always given. {_INTERVALS}"
        f"{table_of('questions of', figures['reading'])}\n"
        "XQuAD with question and passage in different languages, each pair of languages alike "
        f"({across['pairs']} pairs, {across['questions']} questions): F1 {cell(across['f1'])}.\n"
    )


def _verifying(figures: Mapping[str, Any]) -> str:
    evidence = figures["evidence_sets"]
    return (
        "*balanced accuracy*: over the labels that a set has, the verdict being one of three; *supported*: against the "
        f"two other labels together. {_INTERVALS}{table_of('claims of', figures['verifying'])}\n"
        f"The {evidence['sets']} evidence sets, each alike ({evidence['claims']} claims): balanced accuracy "
        f"{cell(evidence['balanced_accuracy'])}, supported {cell(evidence['supported_balanced_accuracy'])}.\n\n"
        "Minimal pairs, claim and evidence in one language and in two:\n\n"
        + table(["kind", "claims within", "within", "claims across", "across"], list(_pairs(figures)))
    )


def _pairs(figures: Mapping[str, Any]) -> Iterator[list[Any]]:
    for kind in KINDS:
        found = [figures["verifying"].get(pair_group(kind, where), {}) for where in CROSSINGS]
        yield [kind, *(row.get(name) for row in found for name in ("claims", "balanced_accuracy"))]


def _ranking(ranking: Mapping[str, Any]) -> str:
    return (
        "Each query against all passages of its set and language in the test part. *fused*: words (BM25) and vectors "
        f"by reciprocal rank; *read*: its first passages, ordered by the relevance head. {_INTERVALS}"
        f"{table_of('queries of', ranking)}"
    )


def _refusing(card: Mapping[str, Any]) -> str:
    chosen = card["chosen_point"]
    points = [point for point in evenly(card["risk_coverage"]) if point != chosen]
    rows = sorted([*points, chosen], key=lambda point: point["threshold"])
    marks = ["chosen" if point == chosen else "" for point in rows]
    return (
        f"Refused below a probability of {chosen['threshold']:.3f}. Score: an answer counts by its F1, a refusal as "
        "right where there is no answer. The threshold is the point of the risk-coverage curve with the highest score, "
        "on the SQuAD article that is for nothing else, because its unanswerable questions are people's. There, "
        f"{chosen['coverage']:.0%} is answered (coverage), what is answered is wrong by {chosen['risk']:.3f} (risk: "
        f"one minus the F1), and refusing has a balanced accuracy of {chosen['balanced_accuracy']:.3f}. Higher "
        "thresholds answer less and err less. The probabilities were fitted on "
        f"{card['calibrated_on']['questions']:,} questions, each set alike.\n\n"
        + table([*chosen, ""], [[*point.values(), mark] for point, mark in zip(rows, marks, strict=True)])
    )


def _reliability(card: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "Every set and every kind of minimal pair weighs alike. *share*: of the weight; *said*: the mean probability; "
        "*true*: what share came true.\n"
    )
    named = {
        "that a passage answers": card["figures"]["answering_reliability"],
        "that a claim is supported": card["figures"]["verdict_reliability"],
    }
    for what, kinds in named.items():
        for kind, found in kinds.items():
            where = {"all": "", "within": ", within a language", "across": ", across two languages"}[kind]
            error = cell(found["calibration_error"])
            yield f"The probability {what}{where}: {found['count']:,} cases, expected calibration error {error}.\n"
            yield table(["cases", "share", "said", "true"], [list(row.values()) for row in found["bins"]])
