"""Rates over the outcomes of a run; each a pure function of outcomes."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from statistics import median

from evals.types import GoldEvidence, Outcome, Rate

Z_95 = 1.959964


def rate(name: str, values: Sequence[float]) -> Rate:
    """Average values between 0 and 1, with the interval of E. B. Wilson, JASA 22 (1927) 209-212."""
    count = len(values)
    total = sum(values)
    if not count:
        return Rate(name, 0, 0, 0.0, 1.0)
    share = total / count
    centre = (share + Z_95**2 / (2 * count)) / (1 + Z_95**2 / count)
    half = Z_95 * math.sqrt(share * (1 - share) / count + Z_95**2 / (4 * count**2)) / (1 + Z_95**2 / count)
    return Rate(name, total, count, max(0.0, centre - half), min(1.0, centre + half))


def overlaps(first: GoldEvidence, second: GoldEvidence) -> bool:
    """Tell whether two spans of the same file share a character."""
    return first.file == second.file and first.span.start < second.span.end and second.span.start < first.span.end


def recall_at(outcome: Outcome, k: int) -> float:
    """Return the share of the gold evidence in the first k passages; any piece counts for all where any is enough."""
    found = [any(overlaps(gold, passage) for passage in outcome.passages[:k]) for gold in outcome.case.evidence]
    return sum(found) / len(found) if outcome.case.needs_all_evidence else float(any(found))


def evidence_hit(outcome: Outcome) -> float:
    """Return 1 when a cited span overlaps the gold evidence."""
    cited = [GoldEvidence(citation.file, citation.span) for citation in outcome.cited]
    return float(any(overlaps(gold, one) for gold in outcome.case.evidence for one in cited))


def citation_precision(outcome: Outcome) -> float:
    """Return the share of the cited spans that overlap gold evidence."""
    cited = [GoldEvidence(citation.file, citation.span) for citation in outcome.cited]
    return sum(any(overlaps(gold, one) for gold in outcome.case.evidence) for one in cited) / len(cited)


def contains_gold(outcome: Outcome) -> float:
    """Return 1 when the answer's claims contain a gold string, or all of them where the kind is "list"."""
    found = [normalised(answer) in normalised(outcome.claims_text) for answer in outcome.case.answers]
    return float(all(found) if outcome.case.kind == "list" else any(found))


def normalised(text: str) -> str:
    """Fold case, diacritics, white space and the points and commas in numbers."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\d)[.,](?=\d{3})", "", plain)
    return re.sub(r"\W+", " ", plain).strip()


def all_rates(outcomes: Sequence[Outcome]) -> list[Rate]:
    """Return every rate of a run, each over the cases it is about."""
    answerable = [outcome for outcome in outcomes if outcome.case.answerable]
    answered = [outcome for outcome in answerable if outcome.cited]
    with_gold = [outcome for outcome in answerable if outcome.case.answers]
    refused = [outcome for outcome in outcomes if outcome.status == "refused"]
    unanswerable = [outcome for outcome in outcomes if not outcome.case.answerable]
    pointers = [float(citation.valid) for outcome in outcomes for citation in outcome.cited]
    return [
        *(rate(f"retrieval recall@{k}", [recall_at(outcome, k) for outcome in answerable]) for k in (1, 5, 10)),
        rate("evidence hit", [evidence_hit(outcome) for outcome in answerable]),
        rate("citation precision", [citation_precision(outcome) for outcome in answered]),
        rate("answer contains gold", [contains_gold(outcome) for outcome in with_gold]),
        rate("refusal precision", [float(not outcome.case.answerable) for outcome in refused]),
        rate("refusal recall", [float(outcome.status == "refused") for outcome in unanswerable]),
        rate("pointer validity", pointers),
    ]


def grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    """Group outcomes by kind, language or anything else, in alphabetical order."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    return dict(sorted(groups.items()))


def seconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the median and the 95th percentile of the seconds an answer took."""
    times = sorted(outcome.seconds for outcome in outcomes)
    return {"median": median(times), "p95": times[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)]}
