"""Make a right answer wrong in one of nine ways that a suite of evals must notice: the negative controls."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from evals.controls.corrupted_words import change_number, flip_negation, swap_name
from evals.controls.pool import Pool
from evals.metrics.spans import overlaps_any
from evals.types import GivenAnswer, GivenCitation, GivenClaim, Outcome, Place
from ingest.types import Span

Item = TypeVar("Item")

_WORD = re.compile(r"\w{3,}")

Planting = Callable[[Outcome, Pool, Random], Outcome | None]


def corrupt(kind: str, outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    """Return the outcome with one corruption of a kind (see KINDS), or None where it cannot be planted."""
    return _PLANTINGS[kind](outcome, pool, rng)


def _number_changed(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    return _reworded(outcome, rng, lambda claim: change_number(claim.text, _quotes(claim), rng))


def _negation_flipped(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    return _reworded(outcome, rng, lambda claim: flip_negation(claim.text, rng))


def _name_swapped(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    return _reworded(outcome, rng, lambda claim: swap_name(claim.text, pool.names, _quotes(claim), rng))


def _quotes(claim: GivenClaim) -> list[str]:
    return [citation.standing for citation in claim.citations]


def _quote_moved(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    def move(citation: GivenCitation) -> Place | None:
        length = len(citation.quote)
        files = [file for file, text in sorted(pool.texts.items()) if file != citation.place.file]
        files = [file for file in files if length <= len(pool.texts[file])]
        if not files:
            return None
        file = rng.choice(files)
        start = min(citation.place.span.start, len(pool.texts[file]) - length)
        return Place(file, Span(start, start + length))

    return _pointed_elsewhere(outcome, pool, rng, move)


def _offset_shifted(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    def shift(citation: GivenCitation) -> Place | None:
        file, start, end = citation.place.file, citation.place.span.start, citation.place.span.end
        steps = [step for step in (-1, 1) if start + step >= 0 and end + step <= len(pool.texts[file])]
        step = rng.choice(steps) if steps else 0
        return Place(file, Span(start + step, end + step)) if step else None

    return _pointed_elsewhere(outcome, pool, rng, shift)


def _pointed_elsewhere(
    outcome: Outcome, pool: Pool, rng: Random, elsewhere: Callable[[GivenCitation], Place | None]
) -> Outcome | None:
    """Point one citation at another place, where its quote does not stand; the quote stays."""
    positions = [(n, m) for n, claim in enumerate(outcome.answer.claims) for m in range(len(claim.citations))]
    for claim_at, citation_at in _shuffled(positions, rng):
        claim = outcome.answer.claims[claim_at]
        citation = claim.citations[citation_at]
        place = elsewhere(citation) if citation.place.file in pool.texts else None
        standing = pool.standing(place) if place else citation.quote
        if standing == citation.quote:
            continue
        resolved = None if citation.resolved is None else standing
        moved = replace(citation, place=place, standing=standing, resolved=resolved)
        citations = (*claim.citations[:citation_at], moved, *claim.citations[citation_at + 1 :])
        return _exchanged(outcome, claim_at, replace(claim, citations=citations))
    return None


def _wrong_evidence(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    positions = [at for at, claim in enumerate(outcome.answer.claims) if claim.citations]
    if not positions:
        return None
    at = rng.choice(positions)
    claim = outcome.answer.claims[at]
    others = _elsewhere(outcome, pool)
    file = claim.citations[0].place.file
    others = [other for other in others if other.citations[0].place.file == file] or others
    if not others:
        return None
    citation = rng.choice(others).citations[0]
    if claim.citations[0].resolved is None:
        citation = replace(citation, resolved=None)
    return _exchanged(outcome, at, replace(claim, citations=(citation,)))


def _sentence_added(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    """Add a claim that is true of something else; half the time it cites what a claim of the answer cites."""
    if not outcome.answer.claims:
        return None
    claim = rng.choice(outcome.answer.claims)
    texts = _sentences_for(claim, outcome, pool)
    if not texts:
        return None
    citations = claim.citations if rng.random() < 0.5 else ()
    added = GivenClaim(rng.choice(texts), claim.kind, citations, claim.support)
    answer = outcome.answer
    return replace(
        outcome, answer=replace(answer, claims=(*answer.claims, added), text=f"{answer.text}\n{added.text}".strip())
    )


def _sentences_for(claim: GivenClaim, outcome: Outcome, pool: Pool) -> list[str]:
    """Return sentences that would look right beside a claim: a quotation wants quotations, else claims of other cases.

    They are about the same text where there are such.
    """
    file = claim.citations[0].place.file if claim.citations else None
    gold = outcome.case.evidence
    others = [case for case in pool.cases if not any(overlaps_any(place, gold) for place in case.evidence)]
    if claim.kind != "quotation" and others:
        found = [(case.evidence[0].file, case.claim) for case in others]
    else:
        found = [(other.citations[0].place.file, other.text) for other in _elsewhere(outcome, pool)]
    texts = [text for place, text in found if place == file]
    return texts or [text for _, text in found]


def _elsewhere(outcome: Outcome, pool: Pool) -> list[GivenClaim]:
    """Return the sentences of the texts that are neither gold evidence nor cited in the answer."""
    places = (*outcome.case.evidence, *(citation.place for citation in outcome.answer.citations))
    return [sentence for sentence in pool.planted() if not overlaps_any(sentence.citations[0].place, places)]


def _refusal_answered(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    """Answer an unanswerable question with one of the three sentences that share most of its rarer words."""
    sentences = pool.planted()
    if outcome.case.answerable or outcome.answer.status != "refused" or not sentences:
        return None
    words = [frozenset(_WORD.findall(sentence.text.casefold())) for sentence in sentences]
    seen_in = Counter(word for of_sentence in words for word in of_sentence)
    asked = frozenset(_WORD.findall(" ".join((*outcome.case.history, outcome.case.question)).casefold()))
    shared = [sum(1 / seen_in[word] for word in sorted(asked & of_sentence)) for of_sentence in words]
    nearest = sorted(range(len(sentences)), key=lambda at: -shared[at])[:3]
    claim = sentences[rng.choice(nearest)]
    answer = replace(outcome.answer, status="answered", text=claim.text, claims=(claim,), reason=None)
    return replace(outcome, answer=answer)


def _marks_put_round(outcome: Outcome, pool: Pool, rng: Random) -> Outcome | None:
    """Give out other words as the text's: by the claim's kind, or by marks round it.

    Where the claim is a quotation, the case's own claim takes the place of its words.
    """
    marked = {at: claim for at, claim in enumerate(outcome.answer.claims) if claim.citations}
    if not marked:
        return None
    at = rng.choice(sorted(marked))
    claim = marked[at]
    if claim.kind == "quotation":
        return _exchanged(outcome, at, replace(claim, text=outcome.case.claim)) if outcome.case.claim else None
    if rng.random() < 0.5:
        return _exchanged(outcome, at, replace(claim, kind="quotation"))
    return _exchanged(outcome, at, replace(claim, text=f"“{claim.text}”"))


def _reworded(outcome: Outcome, rng: Random, edit: Callable[[GivenClaim], str | None]) -> Outcome | None:
    for at, claim in _shuffled(list(enumerate(outcome.answer.claims)), rng):
        text = edit(claim)
        if text is not None and text != claim.text:
            return _exchanged(outcome, at, replace(claim, text=text))
    return None


def _exchanged(outcome: Outcome, at: int, claim: GivenClaim) -> Outcome:
    answer: GivenAnswer = outcome.answer
    text = answer.text.replace(answer.claims[at].text, claim.text, 1)
    claims = (*answer.claims[:at], claim, *answer.claims[at + 1 :])
    return replace(outcome, answer=replace(answer, claims=claims, text=text))


def _shuffled(items: Sequence[Item], rng: Random) -> list[Item]:
    return rng.sample(items, len(items))


_PLANTINGS: Mapping[str, Planting] = {
    "number changed": _number_changed,
    "negation flipped": _negation_flipped,
    "name swapped": _name_swapped,
    "quote moved to another document": _quote_moved,
    "offset shifted by one": _offset_shifted,
    "cited to the wrong evidence": _wrong_evidence,
    "unsupported sentence added": _sentence_added,
    "refusal turned into an answer": _refusal_answered,
    "quotation marks round a paraphrase": _marks_put_round,
}
KINDS = tuple(_PLANTINGS)
