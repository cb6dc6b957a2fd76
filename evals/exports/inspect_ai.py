"""A saved run as rows for inspect_ai: `json_dataset`, without a `FieldSpec`."""

from typing import Any

from evals.exports.right_answers import right_answers
from evals.saved import SavedCase, SavedRun
from retriever.types import to_json


def to_inspect(run: SavedRun) -> list[dict[str, Any]]:
    """Return one `Sample` a case; what the system answered is in its metadata.

    Several targets are alternatives, as the scorers `includes` and `match` take them.
    """
    return [
        {"id": case.id, "input": _input(case), "target": _target(case), "metadata": _metadata(case, run)}
        for case in run.cases
    ]


def _input(case: SavedCase) -> str | list[dict[str, str]]:
    """Return the question, after a conversation as chat messages."""
    if not case.history:
        return case.question
    return [{"role": "user", "content": question} for question in (*case.history, case.question)]


def _target(case: SavedCase) -> str | list[str]:
    right = right_answers(case)
    return right[0] if len(right) == 1 else right


def _metadata(case: SavedCase, run: SavedRun) -> dict[str, Any]:
    return {
        "set": run.set,
        "held_out": run.held_out,
        "kind": case.kind,
        "language": case.language,
        "refusal": case.refusal,
        "gold": to_json(case.gold),
        "system": run.system,
        "status": case.status,
        "answer": case.text,
        "citations": to_json(case.citations),
        "right": case.right,
        "error": case.error,
    }
