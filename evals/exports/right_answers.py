"""What a right answer to a saved case reads as, for suites that compare texts."""

from evals.saved import SavedCase
from retriever.drafting import REFUSALS

OTHERWISE = "en"


def right_answers(case: SavedCase) -> list[str]:
    """Return the right answers, any of which will do: the gold strings, else the gold words, else the refusal."""
    if not case.gold:
        return [REFUSALS.get(case.language, REFUSALS[OTHERWISE])["not_in_sources"]]
    if case.kind == "list" and case.answers:
        return [", ".join(case.answers)]
    return list(case.answers) or ["\n".join(gold.words for gold in case.gold)]
