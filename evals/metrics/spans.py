"""Places in texts: what they share, counted in characters (code points)."""

from collections.abc import Iterable, Sequence

from evals.types import Case, GivenAnswer, Place
from ingest.types import Span


def overlaps(one: Place, other: Place) -> bool:
    """Tell whether two places of the same file share a character."""
    return one.file == other.file and max(one.span.start, other.span.start) < min(one.span.end, other.span.end)


def overlaps_any(one: Place, others: Iterable[Place]) -> bool:
    """Tell whether a place shares a character with one of the others."""
    return any(overlaps(one, other) for other in others)


def union(places: Iterable[Place]) -> list[Place]:
    """Return the places as they lie in the texts, those that touch or overlap made one, empty ones left out."""
    joined: list[Place] = []
    for place in sorted(places, key=lambda place: (place.file, place.span.start, place.span.end)):
        if place.span.start >= place.span.end:
            continue
        last = joined[-1] if joined else None
        if last and last.file == place.file and place.span.start <= last.span.end:
            joined[-1] = Place(last.file, Span(last.span.start, max(last.span.end, place.span.end)))
        else:
            joined.append(place)
    return joined


def characters(places: Iterable[Place]) -> int:
    """Count the characters of the places; one that several hold counts once."""
    return sum(place.span.end - place.span.start for place in union(places))


def covered(places: Iterable[Place], by: Iterable[Place]) -> int:
    """Count the characters of `places` that `by` holds too; each counts once."""
    others = union(by)
    return sum(_shared(place, other) for place in union(places) for other in others)


def _shared(one: Place, other: Place) -> int:
    if one.file != other.file:
        return 0
    return max(0, min(one.span.end, other.span.end) - max(one.span.start, other.span.start))


def harmonic_mean(precision: float, recall: float) -> float:
    """Return F1; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def character_f1(one: Sequence[Place], other: Sequence[Place]) -> float:
    """Return how much two sets of places agree, 0..1: twice the shared characters by the sum of both; 0 if none.

    L. R. Dice, Ecology 26 (1945) 297-302; the same number as F1 with either side as gold.
    """
    total = characters(one) + characters(other)
    return 2 * covered(one, other) / total if total else 0.0


def gold_share(case: Case, places: Sequence[Place]) -> float:
    """Return the share of the gold places that one of `places` overlaps; 1 for any where any is enough."""
    found = [overlaps_any(gold, places) for gold in case.evidence]
    if not found:
        return 0.0
    return sum(found) / len(found) if case.needs_all_evidence else float(any(found))


def cited_places(answer: GivenAnswer) -> tuple[Place, ...]:
    """Return the places that an answer cites, in its order."""
    return tuple(citation.place for citation in answer.citations)
