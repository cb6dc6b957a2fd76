"""The gate on prose without a language model: right claims, and the same made wrong, as if one had written them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from evals.controls.corruptions import corrupt
from evals.controls.planting import SEED, right_outcomes
from evals.controls.pool import Pool
from evals.types import Case, GivenCitation, GivenClaim, Outcome
from ingest.catalogue import Catalogue
from ingest.types import DocumentSummary, SplitDocument
from retriever.drafting import cite
from retriever.prose.evidence import NumberedSentence
from retriever.prose.gate import Gate, VerifyOne
from retriever.prose.written import WrittenSentence
from retriever.types import Claim, Question, Reading

RIGHT = "nothing"
PLANTED = ("number changed", "negation flipped", "name swapped", "cited to the wrong evidence")
DRAWS = 3
"""Each of these is planted so often in a claim, as far as that gives another sentence."""


@dataclass(frozen=True, slots=True)
class GateCount:
    """How many sentences of a kind passed the gate; `kind` says what was made wrong in them."""

    kind: str
    across: bool
    passed: int
    tried: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as if a language model had written it, and what it was written from."""

    kind: str
    case: Case
    claim: GivenClaim


def count_passing(cases: Sequence[Case], catalogue: Catalogue, pool: Pool, verify: VerifyOne) -> list[GateCount]:
    """Put the claims of the cases, right and wrong, before the gate, and count those that pass by kind.

    Args:
        cases: Cases with a claim; those without are passed over.
        catalogue: Holds the texts.
        pool: What corruptions are made of.
        verify: What the gate asks of each sentence.
    """
    documents = {Path(one.path).name: (one, catalogue.split_document(one.id)) for one in catalogue.documents()}
    counts: dict[tuple[str, bool], list[bool]] = {}
    for sentence in _sentences(cases, pool):
        evidence = [_numbered(given, number, documents) for number, given in enumerate(sentence.claim.citations, 1)]
        across = sentence.case.language not in {one.citation.language for one in evidence}
        counts.setdefault((sentence.kind, across), []).append(_passes(sentence, evidence, verify))
    return [GateCount(*key, sum(passed), len(passed)) for key, passed in counts.items()]


def _sentences(cases: Sequence[Case], pool: Pool) -> Iterator[_Sentence]:
    for case in cases:
        for outcome in (one for kind, one in right_outcomes(case, pool) if kind == "paraphrase"):
            (claim,) = outcome.answer.claims
            yield _Sentence(RIGHT, case, claim)
            by_hand = ((kind, replace(claim, text=text)) for kind, text in case.wrong.items())
            for kind, wrong in by_hand if case.wrong else _planted(outcome, pool):
                yield _Sentence(kind, case, wrong)


def _planted(outcome: Outcome, pool: Pool) -> Iterator[tuple[str, GivenClaim]]:
    for kind in PLANTED:
        drawn = (corrupt(kind, outcome, pool, Random(f"{SEED} {kind} {outcome.case.id} {n}")) for n in range(DRAWS))
        for claim in dict.fromkeys(one.answer.claims[0] for one in drawn if one):
            yield kind, claim


def _numbered(
    given: GivenCitation, number: int, documents: Mapping[str, tuple[DocumentSummary, SplitDocument]]
) -> NumberedSentence:
    summary, split = documents[given.place.file]
    place = given.place.span
    sentence = next(one for one in split.sentences if (one.start, one.end) == (place.start, place.end))
    passage = next(one for one in split.passages if one.id == sentence.passage_id)
    reading = Reading(sentence, passage, 1.0)
    return NumberedSentence(number, reading, cite(reading, summary), answers=True)


def _passes(sentence: _Sentence, evidence: Sequence[NumberedSentence], verify: VerifyOne) -> bool:
    question = sentence.case.rewritten or sentence.case.question
    gate = Gate(evidence, Question(question, question, sentence.case.language), verify)
    written = WrittenSentence(sentence.claim.text, tuple(one.number for one in evidence))
    return isinstance(gate.check(written), Claim)
