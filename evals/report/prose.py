"""The prose of a run in a table: how much was written and shown, why not all of it, and what it took."""

from evals.report.tables import NOTHING, Cell, Table, TableRows
from evals.saved import SavedRun
from evals.saved_prose import ProseTotals, Spread

BESIDE = "Beside the answers in quotations"
"""The heading over a comparison with the same questions without a language model."""

IN_WORDS = {
    "not_carried": "not carried by the evidence",
    "unknown_number": "names evidence that does not exist",
    "other_language": "in another language",
    "beside_the_question": "beside the question",
    "failed": "the model failed",
    "too_slow": "the model was too slow",
    "nothing_stood": "no sentence stood",
    "no_answer": "the model gave no answer",
}


def prose_table(run: SavedRun) -> Table:
    """Return what became of sentences and answers, with the seconds and tokens of an answer; empty without prose."""
    totals = run.prose
    parts = (_sentences(totals), _answers(totals), _spreads(totals)) if totals else ()
    return Table(caption="What the language model wrote", columns=("Prose", "Value", "Of"), parts=parts)


def _sentences(totals: ProseTotals) -> TableRows:
    counts = {
        "shown": totals.shown,
        **{f"dropped, {IN_WORDS.get(reason, reason)}": count for reason, count in totals.dropped.items()},
        "withdrawn with the answer": totals.withdrawn,
    }
    return _counted("sentences", counts, totals.written)


def _answers(totals: ProseTotals) -> TableRows:
    counts = {
        "in prose": totals.answers - sum(totals.fallbacks.values()),
        **{f"in quotations, {IN_WORDS.get(reason, reason)}": count for reason, count in totals.fallbacks.items()},
    }
    return _counted("answers", counts, totals.answers)


def _counted(heading: str, counts: dict[str, int], total: int) -> TableRows:
    return TableRows(
        heading, tuple((Cell(name), Cell(str(count)), Cell(f"{total} {heading}")) for name, count in counts.items())
    )


def _spreads(totals: ProseTotals) -> TableRows:
    spreads = {
        "tokens in": totals.tokens_in,
        "tokens out": totals.tokens_out,
        "seconds from the model's being asked to its first token": totals.first_token,
        "seconds from the model's being asked to its last token": totals.last_token,
        "seconds from the question to the first sentence shown": totals.first_shown,
        "seconds from the question to the end": totals.end,
    }
    return TableRows(
        "an answer: median, 95th percentile",
        tuple((Cell(name), Cell(_spread(one)), Cell(f"{one.count} answers")) for name, one in spreads.items()),
    )


def _spread(one: Spread) -> str:
    return NOTHING if one.median is None or one.p95 is None else f"{one.median:.4g}, {one.p95:.4g}"
