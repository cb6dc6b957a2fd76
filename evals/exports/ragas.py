"""A saved run as rows for ragas: `EvaluationDataset.from_jsonl`, ragas 0.2 and later."""

from typing import Any

from evals.exports.right_answers import right_answers
from evals.saved import SavedRun


def to_ragas(run: SavedRun) -> list[dict[str, Any]]:
    """Return one `SingleTurnSample` a case; `retrieved_contexts` are the words that the answer cites.

    A follow-up is the questions of its conversation, a line each: a `MultiTurnSample` would need the answers between.
    """
    return [
        {
            "user_input": "\n".join((*case.history, case.question)),
            "response": case.text,
            "retrieved_contexts": [citation.quote for citation in case.citations],
            "reference": right_answers(case)[0],
            "reference_contexts": [gold.words for gold in case.gold],
        }
        for case in run.cases
    ]
