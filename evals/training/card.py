"""Gather in one dictionary what the weights are made from, how, and how good they are."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from evals.training.checkpoints import Progress
from evals.training.evaluation import Evaluation
from evals.training.mixture import SHARES
from evals.training.parts import PARTS, Split
from evals.training.recipe import Recipe
from evals.training.records import HISTORY
from retriever.embedding.weights import ModelFolder


def make_card(
    encoder: ModelFolder,
    recipe: Recipe,
    progress: Progress,
    evaluation: Evaluation,
    *,
    data: Mapping[str, Any],
    note: str,
) -> dict[str, Any]:
    """Return the card, as `json.dumps` takes it.

    Args:
        encoder: What was trained further.
        recipe: What decided the weights.
        progress: How far training came.
        evaluation: How good the weights are.
        data: See `describe_data`.
        note: What a reader of the card must know that the recipe does not say.
    """
    calibrated = evaluation.calibrated
    return {
        "note": note,
        "encoder": {"name": encoder.name, "files": dict(encoder.files)},
        "recipe": asdict(recipe),
        "trained": asdict(progress),
        "data": data,
        "mixture": {source: share for source, share in SHARES.items() if source not in recipe.without},
        "calibration": asdict(calibrated.calibration),
        "calibrated_on": {"questions": calibrated.questions, "claims": calibrated.claims},
        "risk_coverage": _rounded([asdict(point) for point in calibrated.curve]),
        "chosen_point": _rounded(asdict(calibrated.chosen)),
        "figures": _rounded(asdict(evaluation.figures)),
    }


def describe_data(split: Split, licences: Mapping[str, str]) -> dict[str, Any]:
    """Return how many records of each set are in each part, and how many were left out."""
    counts: dict[str, Counter[str]] = {}
    for part in PARTS:
        records = split.parts[part]
        for kind, found in (
            ("reader", records.reader),
            ("verifier", records.verifier),
            ("retrieval", records.retrieval),
            ("plain", records.pages),
        ):
            for record in found:
                if not record.source.endswith(HISTORY):
                    counts.setdefault(f"{kind}/{record.source}", Counter())[part] += 1
    sets = {
        name: {"licence": licences[name], **{part: count[part] for part in PARTS}}
        for name, count in sorted(counts.items())
    }
    return {"sets": sets, "left_out": split.left_out}


def _rounded(value: Any) -> Any:
    """Round figures to what they are worth; JSON knows no NaN."""
    if isinstance(value, Mapping):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value
