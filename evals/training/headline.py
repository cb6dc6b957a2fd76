"""Pick the figures that the model was asked for, and put what was asked for beside them."""

from collections.abc import Mapping
from typing import Any

from evals.training.calibration import CROSSINGS
from evals.training.reading_figures import DUTCH
from evals.training.verifying_figures import pair_group

_PAIR_LINES = {"number": 0.95, "date": 0.95, "negation": 0.88, "name": 0.88}


def headline_rows(figures: Mapping[str, Any]) -> list[list[Any]]:
    """Return rows of measure, number of cases, figure and what was asked for; what was not measured is left out."""
    return [row for row in (*_reading(figures), *_verifying(figures), *_ranking(figures)) if row[2] is not None]


def _reading(figures: Mapping[str, Any]) -> list[list[Any]]:
    groups, across = figures["reading"], figures["reading_across_languages"]
    english = groups.get("squad2", {})
    lines = [
        ("squad2", "English F1", "0.68"),
        ("policyqa_nl", "Dutch F1, native questions", "0.60"),
        (DUTCH, "Dutch F1, all questions", ""),
    ]
    return [
        *(
            [name, groups[group]["questions"], groups[group]["f1"], asked]
            for group, name, asked in lines
            if group in groups
        ),
        ["F1 across languages (XQuAD)", across["questions"], across["f1"], "0.55"],
        ["refusing, balanced accuracy", english.get("questions"), english.get("refusal_balanced_accuracy"), "0.80"],
        ["refusing, AUC", english.get("questions"), english.get("refusal_auc"), "0.88"],
    ]


def _verifying(figures: Mapping[str, Any]) -> list[list[Any]]:
    evidence, reliability = figures["evidence_sets"], figures["verdict_reliability"].get("all", {})
    rows = [["evidence sets, balanced accuracy", evidence["claims"], evidence["balanced_accuracy"], "0.74"]]
    for kind, line in _PAIR_LINES.items():
        for where in CROSSINGS:
            found = figures["verifying"].get(pair_group(kind, where), {})
            asked = f"{line}" if where == "within" else "within 0.05 of that"
            rows.append([pair_group(kind, where), found.get("claims"), found.get("balanced_accuracy"), asked])
    error = reliability.get("calibration_error")
    return [*rows, ["verdicts, expected calibration error", reliability.get("count"), error, "at most 0.06"]]


def _ranking(figures: Mapping[str, Any]) -> list[list[Any]]:
    found = figures["ranking"].get("all", {})
    gain = found.get("read_and_fused_over_fused")
    return [["reranking, nDCG@10 above fusion", found.get("queries"), gain, "0.03"]]
